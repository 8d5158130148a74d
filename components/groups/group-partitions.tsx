'use client';

/** Per partition: committed, end, lag, who reads it, and how far along its log the group is. */
import { useMemo } from 'react';
import { useQueries } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { GroupDetail, GroupPartition } from '../../console/contracts/groups';
import type { TopicDetail } from '../../console/contracts/topics';
import { RaceBar } from '../charts/race-bars';
import { topicOptions } from '../data/use-topics';
import { formatCount } from '../format/quantity';
import { useClusterId, usePaths } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { DataTable } from '../tables/data-table';
import { TwoLines } from '../tables/two-lines';
import { useTableRows } from '../tables/use-table-rows';
import { EmptyState } from '../ui/empty-state';
import { PageLink } from '../ui/page-link';
import { Section } from '../ui/section';
import { Dash, Value } from '../ui/value';
import { GroupStatusWord, wordOfTable } from './group-status';
import { LagStrip } from './lag-strip';
import { SecondsBehind } from './seconds-behind';
import { standingPlace } from './standing';
import { usePaceOf } from './use-pace';

const none: readonly GroupPartition[] = [];
const keyOf = (row: GroupPartition): string => `${row.topic} ${row.partition}`;
/** Where a log begins is asked of this many topics at most. */
const MOST_TOPICS = 8;

function useLowOffsets(topics: readonly string[]): ReadonlyMap<string, number> {
  const clusterId = useClusterId();
  const details = useQueries({
    queries: topics.slice(0, MOST_TOPICS).map((topic) => topicOptions(clusterId, topic)),
    combine: (answers) =>
      answers.flatMap((answer): TopicDetail[] => (answer.data === undefined ? [] : [answer.data])),
  });
  return useMemo(() => {
    const low = new Map<string, number>();
    for (const topic of details) {
      for (const partition of topic.partitions) {
        if (partition.logStartOffset !== null)
          low.set(`${topic.name} ${partition.partition}`, partition.logStartOffset);
      }
    }
    return low;
  }, [details]);
}

function Member({ row }: { row: GroupPartition }) {
  const t = useTranslations('group');
  if (row.clientId === null && row.memberId === null) return <Dash reason={t('noReader')} />;
  return (
    <span title={row.memberId ?? undefined}>
      {row.clientId ?? row.memberId}
      {row.host === null ? null : <span className="text-dim"> {row.host}</span>}
    </span>
  );
}

/** The status, what keeps offsets from comparing, and why in words: on two lines of a table, on as many as it takes on a phone. */
function Standing({ row }: { row: GroupPartition }) {
  const t = useTranslations('group');
  const words = [
    ...(row.offsetState === 'live' ? [] : [t(`offsetStates.${row.offsetState}`)]),
    ...(row.reason === null ? [] : [row.reason]),
  ].join(': ');
  return (
    <span title={words === '' ? undefined : words} className="sm:flex sm:items-center sm:gap-2.5">
      <GroupStatusWord status={row.status} reason={null} className={wordOfTable} />
      {words === '' ? null : <TwoLines className="max-sm:ml-2">{words}</TwoLines>}
    </span>
  );
}

function useColumns(
  low: ReadonlyMap<string, number>,
  paceOf: (row: GroupPartition) => number | null,
): Column<GroupPartition>[] {
  const t = useTranslations('group');
  const paths = usePaths();
  return useMemo<Column<GroupPartition>[]>(
    () => [
      {
        id: 'topic',
        header: t('topic'),
        width: '14%',
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
        width: '5.5rem',
        sort: (row) => row.partition,
        cell: (row) => <span className="tnum">{row.partition}</span>,
      },
      {
        id: 'race',
        header: t('progress'),
        width: '10%',
        from: 'lg',
        cell: (row) => (
          <RaceBar
            lowOffset={low.get(keyOf(row)) ?? null}
            endOffset={row.logEndOffset}
            committedOffset={row.committedOffset}
            committedPerSec={paceOf(row)}
            label={
              row.committedOffset === null || row.logEndOffset === null
                ? t('raceUnknown')
                : t('race', {
                    committed: formatCount(row.committedOffset),
                    end: formatCount(row.logEndOffset),
                  })
            }
          />
        ),
        card: 'wide',
      },
      {
        id: 'committedOffset',
        header: t('committed'),
        align: 'end',
        width: '7.5rem',
        sort: (row) => row.committedOffset,
        cell: (row) => <Value kind="count" value={row.committedOffset} reason={t('nothingCommitted')} />,
      },
      {
        id: 'logEndOffset',
        header: t('end'),
        align: 'end',
        width: '7.5rem',
        sort: (row) => row.logEndOffset,
        cell: (row) => <Value kind="count" value={row.logEndOffset} reason={t('noEnd')} />,
      },
      {
        id: 'lag',
        header: t('lag'),
        unit: t('recordsUnit'),
        align: 'end',
        width: '7.5rem',
        sort: (row) => row.lag,
        cell: (row) => (
          <Value
            kind="count"
            value={row.lag}
            reason={t('lagNull')}
            className={(row.lag ?? 0) > 0 ? 'font-medium text-ink' : 'text-dim'}
          />
        ),
      },
      {
        id: 'lagSeconds',
        header: t('behindTime'),
        align: 'end',
        width: '8.5rem',
        sort: (row) => row.lagSeconds,
        cell: (row) => <SecondsBehind of={row} />,
      },
      {
        id: 'status',
        header: t('status'),
        sort: standingPlace,
        cell: (row) => <Standing row={row} />,
        card: 'wide',
      },
      {
        id: 'member',
        header: t('member'),
        width: '15%',
        from: '2xl',
        sort: (row) => row.clientId,
        cell: (row) => <Member row={row} />,
        card: 'wide',
      },
    ],
    [low, paceOf, paths, t],
  );
}

export function GroupPartitions({ group }: { group: GroupDetail | undefined }) {
  const t = useTranslations('group');
  const all = group?.partitions ?? none;
  const low = useLowOffsets(group?.topics ?? []);
  const paceOf = usePaceOf(group);
  const columns = useColumns(low, paceOf);
  const table = useTableRows(all, columns, keyOf, 'topic', '', 'partitions');
  return (
    <Section title={t('partitions')} note={group === undefined ? undefined : formatCount(all.length)}>
      {all.length < 2 ? null : <LagStrip partitions={all} />}
      <DataTable
        label={t('partitions')}
        rows={table.rows}
        columns={columns}
        keyOf={keyOf}
        sort={table.sort}
        onSort={table.toggleSort}
        loading={group === undefined}
        empty={
          <EmptyState className="py-6" title={t('noPartitions')}>
            {t('noPartitionsMeaning')}
          </EmptyState>
        }
      />
    </Section>
  );
}
