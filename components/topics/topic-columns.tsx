'use client';

/** The columns of the list of topics. */
import { useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { Topic } from '../../console/contracts/topics';
import { MiniStrip } from '../charts/mini-strip';
import { cellsFromCounts } from '../charts/mini-strip-cells';
import { wordsAround, wordsOfNumbers } from '../format/ready-words';
import { usePaths } from '../layout/session-context';
import type { Column } from '../tables/columns';
import { PageLink } from '../ui/page-link';
import { Value } from '../ui/value';
import { useKeepingColumns } from './topic-keeping-columns';
import { useIsMarked, type TopicSelection } from './topic-selection';

const STRIP_CELLS = 20;

// What many rows draw in a frame has its words from the columns: asking for them in each cell costs as much as drawing it.
interface RowWords {
  readonly strip: (...counts: number[]) => string;
  readonly mark: (name: string) => string;
}

function useRowWords(): RowWords {
  const t = useTranslations('topics');
  return useMemo<RowWords>(
    () => ({
      strip: wordsOfNumbers((count = 0, under = 0, offline = 0) =>
        under + offline === 0 ? t('stripOk', { count }) : t('stripBad', { count, under, offline }),
      ),
      mark: wordsAround((name) => t('mark', { name })),
    }),
    [t],
  );
}

function TopicStrip({ topic, words }: { topic: Topic; words: RowWords }) {
  const counts = [topic.partitionCount, topic.underReplicatedPartitions, topic.offlinePartitions] as const;
  return <MiniStrip label={words.strip(...counts)} states={cellsFromCounts(...counts, STRIP_CELLS)} />;
}

/** How a topic lies on the brokers; for those who ask. */
function usePlacementColumns(): Column<Topic>[] {
  const t = useTranslations('topics');
  return useMemo<Column<Topic>[]>(() => {
    const share = (id: 'spreadPercent' | 'skewPercent' | 'leaderSkewPercent'): Column<Topic> => ({
      id,
      header: t(`placement.${id}`),
      align: 'end',
      width: '8rem',
      optional: true,
      sort: (topic) => topic[id],
      cell: (topic) => (
        <span title={t(`placementMeaning.${id}`)}>
          <Value kind="percent" value={wholePercent(topic[id])} reason={t('noPartitions')} />
        </span>
      ),
    });
    return [
      {
        id: 'minInSyncReplicas',
        header: t('minIsr'),
        align: 'end',
        width: '7rem',
        optional: true,
        sort: (topic) => topic.minInSyncReplicas,
        cell: (topic) => <Value kind="count" value={topic.minInSyncReplicas} reason={t('minIsrUnknown')} />,
      },
      {
        id: 'offlinePartitions',
        header: t('offline'),
        align: 'end',
        width: '6rem',
        optional: true,
        sort: (topic) => topic.offlinePartitions,
        cell: (topic) => (
          <Value
            kind="count"
            value={topic.offlinePartitions}
            className={topic.offlinePartitions > 0 ? 'text-bad' : 'text-dim'}
          />
        ),
      },
      share('spreadPercent'),
      share('skewPercent'),
      share('leaderSkewPercent'),
    ];
  }, [t]);
}

const wholePercent = (percent: number | null): number | null =>
  percent === null ? null : Math.round(percent);

interface MarkBoxProps {
  selection: TopicSelection;
  topic: string;
  label: string;
}

/** Seen before the name, said after it: a row is called by its name. */
function MarkBox({ selection, topic, label }: MarkBoxProps) {
  return (
    <input
      type="checkbox"
      aria-label={label}
      checked={useIsMarked(selection, topic)}
      onChange={() => selection.toggle(topic)}
      className="order-first size-3.5 shrink-0 cursor-pointer"
    />
  );
}

/** `selection`: of those who may change topics. */
export function useTopicColumns(selection: TopicSelection | null): Column<Topic>[] {
  const t = useTranslations('topics');
  const paths = usePaths();
  const placement = usePlacementColumns();
  const keeping = useKeepingColumns();
  const words = useRowWords();
  return useMemo<Column<Topic>[]>(() => {
    const noRate = t('noRate');
    return [
      {
        id: 'name',
        header: t('name'),
        sort: (topic) => topic.name,
        cell: (topic) => (
          <span className="flex min-w-0 items-center gap-2.5">
            <PageLink
              href={paths.topic(topic.name)}
              title={topic.name}
              className="truncate font-medium text-ink hover:text-accent"
            >
              {topic.name}
            </PageLink>
            {topic.internal ? <span className="shrink-0 text-xs text-dim">{t('internal')}</span> : null}
            {selection === null ? null : (
              <MarkBox selection={selection} topic={topic.name} label={words.mark(topic.name)} />
            )}
          </span>
        ),
        card: 'title',
      },
      {
        id: 'state',
        header: t('state'),
        width: '11.5rem',
        from: 'lg',
        sort: (topic) => -(topic.offlinePartitions * 1_000_000 + topic.underReplicatedPartitions),
        cell: (topic) => <TopicStrip topic={topic} words={words} />,
        card: 'wide',
      },
      {
        id: 'partitionCount',
        header: t('partitions'),
        align: 'end',
        width: '6.5rem',
        sort: (topic) => topic.partitionCount,
        cell: (topic) => <Value kind="count" value={topic.partitionCount} />,
      },
      {
        id: 'replicationFactor',
        header: t('replicas'),
        align: 'end',
        width: '6.5rem',
        from: '2xl',
        sort: (topic) => topic.replicationFactor,
        cell: (topic) => <Value kind="count" value={topic.replicationFactor} />,
        card: 'none',
      },
      {
        id: 'records',
        header: t('records'),
        align: 'end',
        width: '7.5rem',
        sort: (topic) => topic.records,
        cell: (topic) => <Value kind="count" value={topic.records} reason={t('noOffsets')} />,
      },
      {
        id: 'sizeBytes',
        header: t('size'),
        align: 'end',
        width: '6.5rem',
        sort: (topic) => topic.sizeBytes,
        cell: (topic) => <Value kind="bytes" value={topic.sizeBytes} reason={t('noSize')} />,
      },
      {
        id: 'messagesInPerSec',
        header: t('messagesIn'),
        align: 'end',
        width: '7rem',
        sort: (topic) => topic.messagesInPerSec,
        cell: (topic) => <Value kind="perSec" value={topic.messagesInPerSec} reason={noRate} />,
      },
      {
        id: 'bytesInPerSec',
        header: t('bytesIn'),
        align: 'end',
        width: '6.5rem',
        from: 'lg',
        sort: (topic) => topic.bytesInPerSec,
        cell: (topic) => <Value kind="bytesPerSec" value={topic.bytesInPerSec} reason={noRate} />,
      },
      {
        id: 'bytesOutPerSec',
        header: t('bytesOut'),
        align: 'end',
        width: '6.5rem',
        from: 'xl',
        sort: (topic) => topic.bytesOutPerSec,
        cell: (topic) => <Value kind="bytesPerSec" value={topic.bytesOutPerSec} reason={noRate} />,
      },
      {
        id: 'underReplicatedPartitions',
        header: t('underReplicated'),
        align: 'end',
        width: '9rem',
        from: '2xl',
        sort: (topic) => topic.underReplicatedPartitions,
        cell: (topic) =>
          topic.underReplicatedPartitions === 0 ? (
            <span className="text-dim">0</span>
          ) : (
            <Value kind="count" value={topic.underReplicatedPartitions} className="text-warn" />
          ),
        card: 'none',
      },
      ...keeping,
      ...placement,
    ];
  }, [keeping, paths, placement, selection, t, words]);
}
