'use client';

/** The audit trail: who did what, from where, and whether it was allowed. Newest first; refused tries are in it too. */
import { useCallback, useMemo } from 'react';
import { Download } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { AuditEntry } from '../../console/contracts/accounts';
import { apiPaths, withQuery } from '../../console/contracts/paths';
import { useAudit } from '../data/use-accounts';
import { formatCount } from '../format/quantity';
import { ListPage } from '../layout/list-page';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { TableBar } from '../tables/table-bar';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '../ui/menu';
import { Status, type Tone } from '../ui/status';
import { Moment } from '../ui/time';
import { AuditFilters } from './audit-filters';
import { useAuditFilter } from './use-audit-filter';

const keyOf = (entry: AuditEntry): string => entry.id;

const OUTCOMES = ['ok', 'refused', 'failed', 'unknown'] as const;

/** `refused: wrong-topic-token` with its first word as people say it; the code behind it stays, one searches by it. */
function useResultWords(): (result: string) => string {
  const t = useTranslations('audit');
  return useCallback(
    (result) => {
      const [first = '', ...codes] = result.split(': ');
      const outcome = OUTCOMES.find((each) => each === first);
      return outcome === undefined ? result : [t(`outcomes.${outcome}`), ...codes].join(': ');
    },
    [t],
  );
}

function toneOf(result: string): Tone {
  if (result === 'ok') return 'ok';
  if (result.startsWith('refused')) return 'warn';
  return result.startsWith('failed') ? 'bad' : 'unknown';
}

/** What is shown, all pages of it, as a file. */
function ExportMenu() {
  const t = useTranslations('audit');
  const filter = useAuditFilter();
  return (
    <Menu>
      <MenuTrigger>
        <Button>
          <Download aria-hidden className="size-4" />
          {t('export')}
        </Button>
      </MenuTrigger>
      <MenuContent>
        {(['csv', 'ndjson'] as const).map((format) => (
          <MenuItem key={format} asChild>
            <a href={withQuery(apiPaths.auditExport(), { ...filter, format })} download>
              {t(`formats.${format}`)}
            </a>
          </MenuItem>
        ))}
      </MenuContent>
    </Menu>
  );
}

function useAuditColumns(): Column<AuditEntry>[] {
  const t = useTranslations('audit');
  const words = useResultWords();
  return useMemo<Column<AuditEntry>[]>(
    () => [
      {
        id: 'at',
        header: t('at'),
        width: '11rem',
        cell: (entry) => <Moment at={entry.at} />,
      },
      {
        id: 'actor',
        header: t('actor'),
        width: '14rem',
        cell: (entry) => (
          <span title={`${entry.actor} ${t('from', { ip: entry.ip })}`}>
            <bdi className="font-medium text-ink">{entry.actor}</bdi>
            <code className="ml-2 text-dim">{entry.ip}</code>
          </span>
        ),
        card: 'title',
      },
      {
        id: 'action',
        header: t('action'),
        width: '11.5rem',
        cell: (entry) => <code className="text-ink">{entry.action}</code>,
        card: 'wide',
      },
      {
        id: 'target',
        header: t('target'),
        width: '12rem',
        cell: (entry) => (
          <span title={entry.target}>
            <bdi>{entry.target}</bdi>
            {entry.cluster === null ? null : (
              <span className="text-dim"> {t('inCluster', { cluster: entry.cluster })}</span>
            )}
          </span>
        ),
        card: 'wide',
      },
      {
        id: 'detail',
        header: t('detail'),
        from: 'lg',
        cell: (entry) =>
          entry.detail === null ? null : (
            <span title={entry.detail} className="text-soft">
              {entry.detail}
            </span>
          ),
        card: 'wide',
      },
      {
        id: 'result',
        header: t('result'),
        width: '14.5rem',
        cell: (entry) => <Status tone={toneOf(entry.result)}>{words(entry.result)}</Status>,
        card: 'beside',
      },
    ],
    [t, words],
  );
}

export function AuditPage() {
  const t = useTranslations('audit');
  const filter = useAuditFilter();
  const audit = useAudit(filter);
  const rows = useMemo(() => audit.data?.pages.flatMap((page) => page.items) ?? [], [audit.data]);
  const total = audit.data?.pages[0]?.total ?? 0;
  const columns = useAuditColumns();
  return (
    <ListPage
      title={t('title')}
      asked={audit}
      failed={t('failed')}
      answer={<p>{t('answer')}</p>}
      actions={<ExportMenu />}
    >
      <TableBar
        shown={rows.length}
        total={total}
        moved={0}
        onSortAgain={() => undefined}
        loading={audit.isPending}
      >
        <AuditFilters />
      </TableBar>
      <DataTable
        label={t('title')}
        rows={rows}
        columns={columns}
        keyOf={keyOf}
        loading={audit.isPending}
        empty={
          Object.keys(filter).length === 0 ? (
            <EmptyState title={t('empty')}>{t('emptyMeaning')}</EmptyState>
          ) : (
            <EmptyState title={t('noMatch')}>{t('noMatchMeaning')}</EmptyState>
          )
        }
      />
      {audit.hasNextPage ? (
        <div className="sheet-x py-4">
          <Button busy={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
            {t('older', { count: formatCount(total - rows.length) })}
          </Button>
        </div>
      ) : null}
    </ListPage>
  );
}
