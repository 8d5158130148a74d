'use client';

/** The partitions of a topic: the strip for the eye, the table for the numbers. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import { withQuery } from '../../console/contracts/paths';
import type { TopicDetail, TopicPartition } from '../../console/contracts/topics';
import { BrokerLink, BrokerMark } from '../brokers/broker-name';
import { StateStrip, StripChoice, type StateCell } from '../charts/state-strip';
import type { CellState } from '../charts/strip-looks';
import { formatCount } from '../format/quantity';
import { usePaths } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { useTableRows } from '../tables/use-table-rows';
import { Section } from '../ui/section';
import { Status, type Tone } from '../ui/status';
import { Dash, Value } from '../ui/value';
import { cellState } from './partition-state';

const none: readonly TopicPartition[] = [];
const keyOf = (row: TopicPartition): string => String(row.partition);

const tones: Record<CellState, Tone> = {
  'in-sync': 'ok',
  'not-preferred': 'ok',
  'under-replicated': 'warn',
  offline: 'bad',
};

const worst: Record<CellState, number> = {
  offline: 0,
  'under-replicated': 1,
  'not-preferred': 2,
  'in-sync': 3,
};

const outOfSync = ({ replicas, isr }: TopicPartition): number[] => replicas.filter((id) => !isr.includes(id));

function Brokers({ ids, missing = [] }: { ids: readonly number[]; missing?: readonly number[] }) {
  const t = useTranslations('topic');
  return (
    <span className="inline-flex items-center gap-2 tnum">
      {ids.map((id) => {
        const isMissing = missing.includes(id);
        return (
          <span
            key={id}
            title={isMissing ? t('notInSyncReplica', { id }) : undefined}
            className={`inline-flex items-center gap-1 ${isMissing ? 'opacity-70' : ''}`}
          >
            <BrokerMark id={id} />
            <span className={isMissing ? 'text-warn line-through' : ''}>{id}</span>
          </span>
        );
      })}
    </span>
  );
}

function usePartitionColumns(): Column<TopicPartition>[] {
  const t = useTranslations('topic');
  const paths = usePaths();
  return useMemo<Column<TopicPartition>[]>(
    () => [
      {
        id: 'partition',
        header: t('partition'),
        width: '6.5rem',
        sort: (row) => row.partition,
        cell: (row) => <span className="font-medium text-ink tnum">{row.partition}</span>,
        card: 'title',
      },
      {
        id: 'state',
        header: t('state'),
        width: '10.5rem',
        sort: (row) => worst[cellState(row)],
        cell: (row) => {
          const state = cellState(row);
          return <Status tone={tones[state]}>{t(`states.${state}`)}</Status>;
        },
        card: 'beside',
      },
      {
        id: 'leader',
        header: t('leader'),
        width: '6rem',
        sort: (row) => row.leader,
        cell: (row) =>
          row.leader === null ? (
            <Dash reason={t('noLeader')} />
          ) : (
            <BrokerLink id={row.leader} href={paths.broker(row.leader)} />
          ),
      },
      {
        id: 'replicas',
        header: t('replicas'),
        sort: (row) => row.replicas.join(' '),
        cell: (row) => <Brokers ids={row.replicas} missing={outOfSync(row)} />,
      },
      {
        id: 'isr',
        header: t('isr'),
        sort: (row) => row.isr.length,
        cell: (row) => <Brokers ids={row.isr} />,
        card: 'line',
      },
      {
        id: 'outOfSync',
        header: t('outOfSync'),
        width: '8rem',
        from: '2xl',
        sort: (row) => -outOfSync(row).length,
        cell: (row) => {
          const ids = outOfSync(row);
          return ids.length === 0 ? <Dash reason={t('noneOutOfSync')} /> : <Brokers ids={ids} />;
        },
      },
      {
        id: 'leaderEpoch',
        header: t('leaderEpoch'),
        align: 'end',
        width: '8rem',
        from: '2xl',
        sort: (row) => row.leaderEpoch,
        cell: (row) => <Value kind="count" value={row.leaderEpoch} />,
        card: 'none',
      },
      {
        id: 'logStartOffset',
        header: t('lowOffset'),
        align: 'end',
        width: '7.5rem',
        from: 'lg',
        sort: (row) => row.logStartOffset,
        cell: (row) => <Value kind="count" value={row.logStartOffset} reason={t('noOffsets')} />,
      },
      {
        id: 'highWatermark',
        header: t('highWatermark'),
        align: 'end',
        width: '9rem',
        sort: (row) => row.highWatermark,
        cell: (row) => <Value kind="count" value={row.highWatermark} reason={t('noOffsets')} />,
      },
      {
        id: 'lastStableOffset',
        header: t('lastStableOffset'),
        align: 'end',
        width: '9rem',
        from: '2xl',
        sort: (row) => row.lastStableOffset,
        cell: (row) => <Value kind="count" value={row.lastStableOffset} reason={t('noOffsets')} />,
        card: 'none',
      },
      {
        id: 'records',
        header: t('records'),
        align: 'end',
        width: '7.5rem',
        sort: (row) =>
          row.highWatermark === null || row.logStartOffset === null
            ? null
            : row.highWatermark - row.logStartOffset,
        cell: (row) => (
          <Value
            kind="count"
            value={
              row.highWatermark === null || row.logStartOffset === null
                ? null
                : row.highWatermark - row.logStartOffset
            }
            reason={t('noOffsets')}
          />
        ),
      },
      {
        id: 'sizeBytes',
        header: t('size'),
        align: 'end',
        width: '7rem',
        sort: (row) => row.sizeBytes,
        cell: (row) => <Value kind="bytes" value={row.sizeBytes} reason={t('noSize')} />,
      },
    ],
    [paths, t],
  );
}

export function TopicPartitions({ topic }: { topic: TopicDetail | undefined }) {
  const t = useTranslations('topic');
  const all = topic?.partitions ?? none;
  const paths = usePaths();
  const name = topic?.name ?? '';
  const columns = usePartitionColumns();
  const table = useTableRows(all, columns, keyOf, 'partition', '', 'partitions');
  const cells = useMemo<StateCell[]>(
    () =>
      all.map((row) => {
        const state = cellState(row);
        return {
          key: keyOf(row),
          state,
          sizeBytes: row.sizeBytes,
          title: t('cell', {
            partition: row.partition,
            state: t(`states.${state}`),
            leader: row.leader ?? '–',
            isr: row.isr.join(', '),
          }),
          href: withQuery(paths.topicMessages(name), { partition: row.partition }),
        };
      }),
    [all, name, paths, t],
  );
  return (
    <Section
      title={t('partitions')}
      note={topic === undefined ? undefined : formatCount(all.length)}
      actions={all.length < 2 ? undefined : <StripChoice />}
    >
      {all.length < 2 ? null : <StateStrip label={t('stripLabel', { count: all.length })} cells={cells} />}
      <DataTable
        label={t('partitions')}
        rows={table.rows}
        columns={columns}
        keyOf={keyOf}
        sort={table.sort}
        onSort={table.toggleSort}
        loading={topic === undefined}
      />
    </Section>
  );
}
