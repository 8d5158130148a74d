'use client';

/**
 * The partitions on one broker: as a strip, and as a table that says where it leads and where it lags behind. Those that Kafka uses itself
 * are shown when asked for, and those of them that are not in sync always.
 */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { BrokerDetail } from '../../console/contracts/brokers';
import { StateStrip, StripChoice, type StateCell } from '../charts/state-strip';
import type { CellState } from '../charts/strip-looks';
import { formatCount } from '../format/quantity';
import { usePaths } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { FilterChip } from '../tables/table-bar';
import { useUrlParameter } from '../tables/url-state';
import { useTableRows } from '../tables/use-table-rows';
import { EmptyState } from '../ui/empty-state';
import { PageLink } from '../ui/page-link';
import { Section } from '../ui/section';
import { Status } from '../ui/status';
import { Value } from '../ui/value';

type Row = BrokerDetail['partitions'][number];

const none: readonly Row[] = [];
const keyOf = (row: Row): string => `${row.topic} ${row.partition}`;
/** A broker tells of its own replicas; who leads elsewhere it does not. */
const states: readonly CellState[] = ['in-sync', 'under-replicated'];
const stateOf = (row: Row): CellState => (row.inSync ? 'in-sync' : 'under-replicated');

export function BrokerPartitions({ broker }: { broker: BrokerDetail | undefined }) {
  const t = useTranslations('brokers');
  const paths = usePaths();
  const [internal, setInternal] = useUrlParameter('internal', '');
  const all = broker?.partitions ?? none;
  const internalCount = useMemo(() => all.filter((row) => row.internal).length, [all]);
  const shown = useMemo(
    () => (internal === '' ? all.filter((row) => !row.internal || !row.inSync) : all),
    [all, internal],
  );
  const columns = useMemo<Column<Row>[]>(
    () => [
      {
        id: 'topic',
        header: t('topic'),
        sort: (row) => `${row.topic} ${row.partition}`,
        cell: (row) => (
          <PageLink href={paths.topic(row.topic)} className="text-ink hover:text-accent">
            {row.topic}
          </PageLink>
        ),
        card: 'title',
      },
      {
        id: 'partition',
        header: t('partition'),
        align: 'end',
        width: '7rem',
        sort: (row) => row.partition,
        cell: (row) => <Value kind="count" value={row.partition} />,
      },
      {
        id: 'role',
        header: t('role'),
        width: '9rem',
        sort: (row) => (row.isLeader ? 0 : 1),
        cell: (row) => (row.isLeader ? t('leader') : <span className="text-dim">{t('follower')}</span>),
      },
      {
        id: 'sync',
        header: t('state'),
        width: '10rem',
        sort: (row) => (row.inSync ? 1 : 0),
        cell: (row) =>
          row.inSync ? <Status tone="ok">{t('inSync')}</Status> : <Status tone="warn">{t('behind')}</Status>,
        card: 'beside',
      },
      {
        id: 'sizeBytes',
        header: t('size'),
        align: 'end',
        width: '9rem',
        sort: (row) => row.sizeBytes,
        cell: (row) => <Value kind="bytes" value={row.sizeBytes} reason={t('noLogDirs')} />,
      },
    ],
    [paths, t],
  );
  const table = useTableRows(shown, columns, keyOf, 'topic', internal, 'partitions');
  const cells = useMemo<StateCell[]>(
    () =>
      shown.map((row) => ({
        key: keyOf(row),
        state: stateOf(row),
        sizeBytes: row.sizeBytes,
        title: t('cell', {
          topic: row.topic,
          partition: row.partition,
          role: t(row.isLeader ? 'leader' : 'follower'),
          sync: t(row.inSync ? 'inSync' : 'behind'),
        }),
        href: paths.topic(row.topic),
      })),
    [shown, paths, t],
  );
  return (
    <Section
      title={t('partitions')}
      note={
        broker === undefined
          ? undefined
          : shown.length === all.length
            ? formatCount(all.length)
            : t('shownOf', { shown: shown.length, total: all.length })
      }
      actions={
        all.length === 0 ? undefined : (
          <>
            {internalCount === 0 ? null : (
              <FilterChip
                on={internal !== ''}
                onToggle={() => setInternal(internal === '' ? 'show' : '')}
                count={formatCount(internalCount)}
              >
                {t('internalTopics')}
              </FilterChip>
            )}
            <StripChoice />
          </>
        )
      }
    >
      {cells.length === 0 ? null : (
        <StateStrip label={t('stripLabel', { count: shown.length })} cells={cells} among={states} />
      )}
      <DataTable
        label={t('partitions')}
        rows={table.rows}
        columns={columns}
        keyOf={keyOf}
        sort={table.sort}
        onSort={table.toggleSort}
        loading={broker === undefined}
        empty={
          all.length > 0 ? (
            <EmptyState title={t('onlyInternal')}>{t('onlyInternalMeaning')}</EmptyState>
          ) : (
            <EmptyState title={t('noPartitions')}>{t('noPartitionsMeaning')}</EmptyState>
          )
        }
      />
    </Section>
  );
}
