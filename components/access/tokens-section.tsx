'use client';

/** API tokens, everybody's or one's own: what each may do, when it was last used, until when it lives; a new one is shown exactly once. */
import { useMemo, useState } from 'react';
import { Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ApiToken } from '../../console/contracts/accounts';
import { useProblemWords } from '../data/problem-words';
import { useRevokeToken, useTokens, type Whose } from '../data/use-accounts';
import { formatCount } from '../format/quantity';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { useTableRows } from '../tables/use-table-rows';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { Section } from '../ui/section';
import { Moment } from '../ui/time';
import { toast } from '../ui/toaster';
import { CreateTokenDialog } from './create-token-dialog';

const none: readonly ApiToken[] = [];
const keyOf = (token: ApiToken): string => token.id;

function useTokenColumns(revoke: (token: ApiToken) => void): Column<ApiToken>[] {
  const t = useTranslations('tokens');
  const roles = useTranslations('user');
  return useMemo<Column<ApiToken>[]>(
    () => [
      {
        id: 'name',
        header: t('name'),
        sort: (token) => token.name,
        cell: (token) => <span className="font-medium text-ink">{token.name}</span>,
        card: 'title',
      },
      {
        id: 'role',
        header: t('role'),
        width: '9rem',
        sort: (token) => token.role,
        cell: (token) => roles(`role.${token.role}`),
        card: 'beside',
      },
      {
        id: 'createdAt',
        header: t('created'),
        width: '15rem',
        from: 'lg',
        sort: (token) => token.createdAt,
        cell: (token) => (
          <span className="text-soft">
            <Moment at={token.createdAt} seconds={false} /> {t('by', { who: token.createdBy })}
          </span>
        ),
      },
      {
        id: 'lastUsedAt',
        header: t('lastUsed'),
        width: '11rem',
        sort: (token) => token.lastUsedAt,
        cell: (token) =>
          token.lastUsedAt === null ? (
            <span className="text-dim">{t('never')}</span>
          ) : (
            <Moment at={token.lastUsedAt} seconds={false} />
          ),
      },
      {
        id: 'expiresAt',
        header: t('expires'),
        width: '11rem',
        sort: (token) => token.expiresAt,
        cell: (token) =>
          token.expiresAt === null ? (
            <span className="text-dim">{t('noExpiry')}</span>
          ) : (
            <Moment at={token.expiresAt} seconds={false} />
          ),
      },
      {
        id: 'actions',
        header: t('actions'),
        width: '6rem',
        align: 'end',
        cell: (token) => (
          <Button
            tone="ghost"
            size="icon-sm"
            aria-label={t('revokeNamed', { name: token.name })}
            onClick={() => revoke(token)}
          >
            <Trash2 aria-hidden className="size-3.5" />
          </Button>
        ),
      },
    ],
    [revoke, roles, t],
  );
}

export function TokensSection({ whose }: { whose: Whose }) {
  const t = useTranslations('tokens');
  const tokens = useTokens(whose);
  const revoke = useRevokeToken(whose);
  const words = useProblemWords();
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const columns = useTokenColumns(setRevoking);
  const table = useTableRows(tokens.data?.items ?? none, columns, keyOf, '-createdAt', '', 'tokens');
  const create = (
    <Button size="sm" onClick={() => setCreating(true)}>
      <Plus aria-hidden className="size-3.5" />
      {t('create')}
    </Button>
  );
  return (
    <Section
      title={t(whose === 'all' ? 'title' : 'ownTitle')}
      note={tokens.data === undefined ? undefined : formatCount(tokens.data.total)}
      actions={create}
    >
      {tokens.isError && tokens.data === undefined ? (
        <ErrorState title={t('failed')} error={tokens.error} onRetry={() => void tokens.refetch()} />
      ) : (
        <DataTable
          label={t('title')}
          rows={table.rows}
          columns={columns}
          keyOf={keyOf}
          sort={table.sort}
          onSort={table.toggleSort}
          loading={tokens.isPending}
          empty={
            <EmptyState className="py-6" title={t('empty')}>
              {t(whose === 'all' ? 'emptyMeaning' : 'ownEmptyMeaning')}
            </EmptyState>
          }
        />
      )}
      <CreateTokenDialog whose={whose} open={creating} onOpenChange={setCreating} />
      <ConfirmDialog
        open={revoking !== null}
        onClose={() => setRevoking(null)}
        title={t('revokeTitle', { name: revoking?.name ?? '' })}
        description={t('revokeMeaning')}
        action={t('revoke')}
        busy={revoke.isPending}
        onConfirm={() => {
          if (revoking === null) return;
          revoke.mutate(revoking.id, {
            onSuccess: () => toast(t('revoked', { name: revoking.name })),
            onError: (error) => toast(words(error), 'bad'),
            onSettled: () => setRevoking(null),
          });
        }}
      />
    </Section>
  );
}
