'use client';

/** Open sessions, everybody's or one's own: from where, since when, last seen when; each can be ended, and is then out at once. */
import { useMemo, useState } from 'react';
import { LogOut } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { Session } from '../../console/contracts/accounts';
import { useProblemWords } from '../data/problem-words';
import { useEndSession, useSessions, type Whose } from '../data/use-accounts';
import { formatCount } from '../format/quantity';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { useTableRows } from '../tables/use-table-rows';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { ErrorState } from '../ui/error-state';
import { Section } from '../ui/section';
import { Age, Moment } from '../ui/time';
import { toast } from '../ui/toaster';
import { deviceOf } from './device';

const none: readonly Session[] = [];
const keyOf = (session: Session): string => session.id;

function useSessionColumns(whose: Whose, end: (session: Session) => void): Column<Session>[] {
  const t = useTranslations('sessions');
  return useMemo<Column<Session>[]>(() => {
    const user: Column<Session> = {
      id: 'user',
      header: t('user'),
      sort: (session) => session.user,
      cell: (session) => (
        <span>
          <span className="font-medium text-ink">{session.user}</span>
          {session.current ? <span className="ml-2 text-dim">{t('current')}</span> : null}
        </span>
      ),
      card: 'title',
    };
    const device: Column<Session> = {
      id: 'device',
      header: t('device'),
      cell: (session) => (
        <span title={session.userAgent}>
          <span className={whose === 'own' ? 'font-medium text-ink' : 'text-soft'}>
            {deviceOf(session.userAgent) ?? t('unknownDevice')}
          </span>
          {whose === 'own' && session.current ? <span className="ml-2 text-dim">{t('current')}</span> : null}
        </span>
      ),
      card: whose === 'own' ? 'title' : 'wide',
    };
    const rest: Column<Session>[] = [
      {
        id: 'ip',
        header: t('ip'),
        width: '12rem',
        sort: (session) => session.ip,
        cell: (session) => <code className="text-soft">{session.ip}</code>,
      },
      {
        id: 'createdAt',
        header: t('createdAt'),
        width: '11rem',
        from: 'lg',
        sort: (session) => session.createdAt,
        cell: (session) => <Moment at={session.createdAt} seconds={false} />,
      },
      {
        id: 'lastSeenAt',
        header: t('lastSeenAt'),
        width: '9rem',
        sort: (session) => session.lastSeenAt,
        cell: (session) => <Age at={session.lastSeenAt} />,
      },
      {
        id: 'actions',
        header: t('actions'),
        width: '6rem',
        align: 'end',
        card: 'beside',
        cell: (session) => (
          <Button
            tone="ghost"
            size="icon-sm"
            aria-label={t('endNamed', { user: session.user, ip: session.ip })}
            onClick={() => end(session)}
          >
            <LogOut aria-hidden className="size-3.5" />
          </Button>
        ),
      },
    ];
    return whose === 'all' ? [user, device, ...rest] : [device, ...rest];
  }, [end, t, whose]);
}

export function SessionsSection({ whose }: { whose: Whose }) {
  const t = useTranslations('sessions');
  const words = useProblemWords();
  const sessions = useSessions(whose);
  const end = useEndSession(whose);
  const [ending, setEnding] = useState<Session | null>(null);
  const columns = useSessionColumns(whose, setEnding);
  const table = useTableRows(sessions.data?.items ?? none, columns, keyOf, '-lastSeenAt', '', 'sessions');
  return (
    <Section
      title={t(whose === 'all' ? 'title' : 'ownTitle')}
      note={sessions.data === undefined ? undefined : formatCount(sessions.data.total)}
    >
      {sessions.isError && sessions.data === undefined ? (
        <ErrorState title={t('failed')} error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : (
        <DataTable
          label={t(whose === 'all' ? 'title' : 'ownTitle')}
          rows={table.rows}
          columns={columns}
          keyOf={keyOf}
          sort={table.sort}
          onSort={table.toggleSort}
          loading={sessions.isPending}
          stickyPx={null}
        />
      )}
      <ConfirmDialog
        open={ending !== null}
        onClose={() => setEnding(null)}
        title={t('endTitle', { user: ending?.user ?? '' })}
        description={t(ending?.current === true ? 'endOwnMeaning' : 'endMeaning')}
        action={t('end')}
        busy={end.isPending}
        onConfirm={() => {
          if (ending === null) return;
          end.mutate(ending.id, {
            onSuccess: () => toast(t('ended')),
            onError: (error) => toast(words(error), 'bad'),
            onSettled: () => setEnding(null),
          });
        }}
      />
    </Section>
  );
}
