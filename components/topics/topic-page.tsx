'use client';

/** One topic: how it is, its last hours, its partitions, who reads and writes it, its settings; and what may be done with it. */
import { useMemo } from 'react';
import { Mail } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { TopicDetail } from '../../console/contracts/topics';
import { ChartRangeProvider } from '../charts/chart-range';
import { RangePicker } from '../charts/range-picker';
import { isProblem } from '../data/api-client';
import { useTopic } from '../data/use-topics';
import { formatCount, quantityText } from '../format/quantity';
import { NotFoundState } from '../layout/not-found-state';
import { PageHeader } from '../layout/page-header';
import { useClusterId, useMayChange, usePaths } from '../layout/session-context';
import { buttonStyle } from '../ui/button';
import { ErrorState } from '../ui/error-state';
import { PageLink } from '../ui/page-link';
import { Skeleton } from '../ui/skeleton';
import { Status } from '../ui/status';
import { Tile, TileStrip } from '../ui/tile';
import { Value } from '../ui/value';
import { TopicActions } from './topic-actions';
import { TopicCharts } from './topic-charts';
import { TopicConfigs } from './topic-configs';
import { TopicGroups } from './topic-groups';
import { TopicPartitions } from './topic-partitions';
import { TopicProducers } from './topic-producers';

function Answer({ topic }: { topic: TopicDetail }) {
  const t = useTranslations('topic');
  const locale = useLocale();
  const paths = usePaths();
  const behind = [...topic.groups].sort((a, b) => (b.lag ?? 0) - (a.lag ?? 0))[0];
  return (
    <p>
      {t('shape', { partitions: topic.partitionCount, replicas: topic.replicationFactor })}{' '}
      {topic.records === null || topic.sizeBytes === null
        ? null
        : `${t('holds', { records: formatCount(topic.records), size: quantityText('bytes', topic.sizeBytes, locale) })} `}
      {topic.groups.length === 0
        ? t('nobodyReads')
        : behind !== undefined && (behind.lag ?? 0) > 0
          ? t.rich('readBehind', {
              count: topic.groups.length,
              group: behind.id,
              lag: formatCount(behind.lag ?? 0),
              link: (chunks) => (
                <PageLink href={paths.group(behind.id)} className="link">
                  {chunks}
                </PageLink>
              ),
            })
          : t('readUpToDate', { count: topic.groups.length })}
    </p>
  );
}

function TopicState({ topic }: { topic: TopicDetail }) {
  const t = useTranslations('topic');
  if (topic.offlinePartitions > 0) {
    return <Status tone="bad">{t('offline', { count: topic.offlinePartitions })}</Status>;
  }
  if (topic.underReplicatedPartitions > 0) {
    return <Status tone="warn">{t('underReplicated', { count: topic.underReplicatedPartitions })}</Status>;
  }
  return <Status tone="ok">{t('inSync')}</Status>;
}

function Tiles({ topic }: { topic: TopicDetail | undefined }) {
  const t = useTranslations('topic');
  const loading = topic === undefined;
  const reason = t('noRate');
  return (
    <TileStrip label={t('tiles')}>
      <Tile
        label={t('records')}
        loading={loading}
        value={<Value kind="compact" value={topic?.records} reason={t('noOffsets')} />}
      />
      <Tile
        label={t('size')}
        loading={loading}
        value={<Value kind="bytes" value={topic?.sizeBytes} reason={t('noSize')} />}
      />
      <Tile
        label={t('partitions')}
        loading={loading}
        value={<Value kind="count" value={topic?.partitionCount} />}
      />
      <Tile
        label={t('messagesIn')}
        loading={loading}
        value={<Value kind="perSec" value={topic?.messagesInPerSec} reason={reason} />}
      />
      <Tile
        label={t('bytesIn')}
        loading={loading}
        value={<Value kind="bytesPerSec" value={topic?.bytesInPerSec} reason={reason} />}
      />
      <Tile
        label={t('bytesOut')}
        loading={loading}
        value={<Value kind="bytesPerSec" value={topic?.bytesOutPerSec} reason={reason} />}
      />
    </TileStrip>
  );
}

export function TopicPage({ name }: { name: string }) {
  const t = useTranslations('topic');
  const paths = usePaths();
  const mayChange = useMayChange();
  const answer = useTopic(useClusterId(), name);
  const topic = answer.data;
  const brokers = JSON.stringify([...new Set(topic?.partitions.flatMap(({ replicas }) => replicas))].sort());
  const about = useMemo(
    () => ({ of: 'topic' as const, name, brokers: JSON.parse(brokers) as number[] }),
    [name, brokers],
  );
  const parent = useMemo(() => ({ href: paths.topics, label: t('parent') }), [paths, t]);
  if (isProblem(answer.error, 'not-found')) {
    return (
      <NotFoundState title={t('unknown', { name })} href={paths.topics} back={t('backToList')}>
        {t('unknownMeaning')}
      </NotFoundState>
    );
  }
  const failed = answer.isError && topic === undefined;
  return (
    <ChartRangeProvider fallback="1h" about={about}>
      <PageHeader
        parent={parent}
        title={name}
        beside={
          topic === undefined ? undefined : (
            <>
              <TopicState topic={topic} />
              {topic.internal ? <span className="text-sm text-dim">{t('internal')}</span> : null}
            </>
          )
        }
        answer={
          failed ? undefined : topic === undefined ? (
            <Skeleton className="mt-1 w-96 max-w-full" />
          ) : (
            <Answer topic={topic} />
          )
        }
        actions={
          <>
            <RangePicker />
            <PageLink href={paths.topicMessages(name)} className={buttonStyle()}>
              <Mail aria-hidden className="size-4 text-dim" />
              {t('lookInto')}
            </PageLink>
            {mayChange && topic !== undefined ? <TopicActions topic={topic} /> : null}
          </>
        }
      />
      {failed ? (
        <ErrorState title={t('failed')} error={answer.error} onRetry={() => void answer.refetch()} />
      ) : (
        <>
          <Tiles topic={topic} />
          <TopicCharts topic={name} />
          <TopicPartitions topic={topic} />
          <TopicGroups topic={topic} />
          <TopicProducers name={name} topic={topic} />
          <TopicConfigs topic={topic} />
        </>
      )}
    </ChartRangeProvider>
  );
}
