'use client';

/** One consumer group: how far behind, where, since when, and who is in it. */
import { useCallback, useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { GroupDetail } from '../../console/contracts/groups';
import { hostPort } from '../../console/model/host-port';
import { AlertMe } from '../alerts/alert-me';
import { ChartGrid } from '../charts/chart-grid';
import { ChartRangeProvider } from '../charts/chart-range';
import { HistoryChart, type LineWords } from '../charts/history-chart';
import { RangePicker } from '../charts/range-picker';
import { isProblem } from '../data/api-client';
import { useGroup } from '../data/use-groups';
import type { HistoryAsk } from '../data/use-history';
import { formatCount } from '../format/quantity';
import { asSentence } from '../format/sentence';
import { NotFoundState } from '../layout/not-found-state';
import { PageHeader } from '../layout/page-header';
import { useClusterId, usePaths } from '../layout/session-context';
import { ErrorState } from '../ui/error-state';
import { Skeleton } from '../ui/skeleton';
import { Tile, TileStrip } from '../ui/tile';
import { Value } from '../ui/value';
import { GroupActions } from './group-actions';
import { GroupMembers } from './group-members';
import { GroupPartitions } from './group-partitions';
import { PartitionsLandscape } from './partitions-landscape';
import { GroupState, useStateMeaning } from './group-state';
import { GroupStatusWord } from './group-status';
import { CatchUp, SecondsBehind } from './seconds-behind';

const noTopics: readonly string[] = [];

function Answer({ group }: { group: GroupDetail }) {
  const t = useTranslations('group');
  const meaningOf = useStateMeaning();
  const meaning = group.state === 'Stable' ? null : meaningOf(group.state);
  const worst = [...group.partitions].sort((a, b) => (b.lag ?? -1) - (a.lag ?? -1))[0];
  const lag = group.totalLag;
  return (
    <p>
      {lag === null
        ? t('lagUnknown')
        : lag === 0
          ? t('upToDate', { partitions: group.partitions.length })
          : t('behind', {
              lag: formatCount(lag),
              partitions: group.partitions.filter((each) => (each.lag ?? 0) > 0).length,
            })}{' '}
      {lag !== null && lag > 0 && worst?.lag != null && group.partitions.length > 1
        ? t('worst', { topic: worst.topic, partition: worst.partition, lag: formatCount(worst.lag) })
        : null}{' '}
      {group.members.length === 0 ? t('noMembers') : t('members', { count: group.members.length })}
      {meaning === null ? null : ` ${t('stateIs', { state: group.state, meaning })}`}
      {group.reason === null ? null : ` ${asSentence(group.reason)}`}
    </p>
  );
}

function Tiles({ group }: { group: GroupDetail | undefined }) {
  const t = useTranslations('group');
  const loading = group === undefined;
  const paths = usePaths();
  return (
    <TileStrip label={t('tiles')}>
      <Tile
        label={t('lag')}
        loading={loading}
        value={<Value kind="compact" value={group?.totalLag} reason={t('lagUnknown')} />}
        note={t('recordsUnit')}
      />
      <Tile
        label={t('behindTime')}
        loading={loading}
        value={group === undefined ? null : <SecondsBehind alone of={group} />}
        note={t(group?.lagSecondsAtLeast === true ? 'atLeastNote' : 'behindMeaning')}
      />
      <Tile
        label={t('catchUp')}
        loading={loading}
        value={group === undefined ? null : <CatchUp of={group} />}
        note={t('catchUpNote')}
      />
      <Tile
        label={t('memberCount')}
        loading={loading}
        value={<Value kind="count" value={group?.members.length} />}
        note={group?.protocol ?? null}
      />
      <Tile
        label={t('topicCount')}
        loading={loading}
        value={<Value kind="count" value={group?.topics.length} />}
        note={group?.topics.join(', ')}
      />
      <Tile
        label={t('partitionCount')}
        loading={loading}
        value={<Value kind="count" value={group?.partitions.length} />}
        note={t('withOffset', {
          count: group?.partitions.filter((each) => each.committedOffset !== null).length ?? 0,
        })}
      />
      <Tile
        label={t('coordinator')}
        loading={loading}
        href={group?.coordinator == null ? undefined : paths.broker(group.coordinator.id)}
        value={<Value kind="count" value={group?.coordinator?.id} reason={t('noCoordinator')} />}
        note={
          group?.coordinator?.host == null || group.coordinator.port === null
            ? (group?.coordinator?.host ?? null)
            : hostPort({ host: group.coordinator.host, port: group.coordinator.port })
        }
      />
    </TileStrip>
  );
}

/** Topics whose producers are drawn beside the group; a group seldom reads more. */
const MOST_TOPICS = 6;

function Charts({ groupId, topics }: { groupId: string; topics: readonly string[] }) {
  const t = useTranslations('group');
  const paths = usePaths();
  const asks = useMemo(
    () =>
      ({
        lag: [{ series: 'group.lag', group: groupId }],
        seconds: [{ series: 'group.lagSeconds', group: groupId }],
        rate: [{ series: 'group.committedPerSec', group: groupId }],
        produced: topics
          .slice(0, MOST_TOPICS)
          .map((topic): HistoryAsk => ({ series: 'topic.messagesInPerSec', topic })),
      }) satisfies Record<string, HistoryAsk[]>,
    [groupId, topics],
  );
  const name = useCallback(
    (_: HistoryAsk, labels: Readonly<Record<string, string>>): LineWords => {
      const topic = labels['topic'];
      return topic === undefined ? { label: groupId } : { label: topic, href: paths.topic(topic) };
    },
    [groupId, paths],
  );
  return (
    <ChartGrid>
      <HistoryChart
        title={t('lagOverTime')}
        kind="count"
        noun={t('recordsUnit')}
        asks={asks.lag}
        nameLine={name}
        empty={t('chartEmpty')}
        action={(series) => (
          <AlertMe
            offer={{ type: 'group-lag', group: groupId, unit: 'records' }}
            title={t('lagOverTime')}
            series={series}
          />
        )}
      />
      <HistoryChart
        title={t('secondsOverTime')}
        kind="duration"
        asks={asks.seconds}
        nameLine={name}
        empty={t('chartEmpty')}
        action={(series) => (
          <AlertMe
            offer={{ type: 'group-lag', group: groupId, unit: 'seconds' }}
            title={t('secondsOverTime')}
            series={series}
          />
        )}
      />
      <HistoryChart
        title={t('rateOverTime')}
        kind="perSec"
        noun={t('recordsUnit')}
        asks={asks.rate}
        nameLine={name}
        empty={t('chartEmpty')}
      />
      <HistoryChart
        title={t('producedOverTime')}
        kind="perSec"
        noun={t('recordsUnit')}
        asks={asks.produced}
        nameLine={name}
        empty={t('chartEmpty')}
      />
    </ChartGrid>
  );
}

export function GroupPage({ groupId }: { groupId: string }) {
  const t = useTranslations('group');
  const paths = usePaths();
  const answer = useGroup(useClusterId(), groupId);
  const group = answer.data;
  const topics = group?.topics ?? noTopics;
  const about = useMemo(() => ({ of: 'group' as const, id: groupId, topics }), [groupId, topics]);
  const parent = useMemo(() => ({ href: paths.groups, label: t('parent') }), [paths, t]);
  if (isProblem(answer.error, 'not-found')) {
    return (
      <NotFoundState title={t('unknown', { id: groupId })} href={paths.groups} back={t('backToList')}>
        {t('unknownMeaning')}
      </NotFoundState>
    );
  }
  const failed = answer.isError && group === undefined;
  return (
    <ChartRangeProvider fallback="today" about={about}>
      <PageHeader
        parent={parent}
        title={groupId}
        beside={
          group === undefined ? undefined : (
            <span className="flex flex-wrap items-center gap-x-3">
              <GroupStatusWord status={group.status} reason={group.reason} />
              <GroupState state={group.state} />
            </span>
          )
        }
        answer={
          failed ? undefined : group === undefined ? (
            <Skeleton className="mt-1 w-96 max-w-full" />
          ) : (
            <Answer group={group} />
          )
        }
        actions={
          <>
            <RangePicker />
            {group === undefined ? null : <GroupActions group={group} />}
          </>
        }
      />
      {failed ? (
        <ErrorState title={t('failed')} error={answer.error} onRetry={() => void answer.refetch()} />
      ) : (
        <>
          <Tiles group={group} />
          <Charts groupId={groupId} topics={topics} />
          <ChartGrid columns={1}>
            <PartitionsLandscape groupId={groupId} />
          </ChartGrid>
          <GroupPartitions group={group} />
          <GroupMembers group={group} />
        </>
      )}
    </ChartRangeProvider>
  );
}
