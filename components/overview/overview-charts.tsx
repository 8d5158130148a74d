'use client';

/** Throughput and lag over the page's range. */
import { useCallback, useMemo } from 'react';
import { useTranslations } from 'next-intl';
import type { Overview } from '../../console/contracts/overview';
import { AlertMe } from '../alerts/alert-me';
import { ChartGrid } from '../charts/chart-grid';
import { HistoryChart, type LineWords } from '../charts/history-chart';
import { largestAsks } from '../charts/largest-asks';
import type { HistoryAsk } from '../data/use-history';
import { usePaths } from '../layout/session-context';

const bytes: HistoryAsk[] = [{ series: 'cluster.bytesInPerSec' }, { series: 'cluster.bytesOutPerSec' }];
const messages: HistoryAsk[] = [{ series: 'cluster.messagesInPerSec' }];

/** The largest of now: their names, as a text that stays the same while they do. */
function useLargest(series: 'group.lag' | 'topic.sizeBytes', overview: Overview | undefined): HistoryAsk[] {
  const isLag = series === 'group.lag';
  const top = (isLag ? overview?.top.groupsByLag : overview?.top.topicsBySizeBytes) ?? [];
  const total = (isLag ? overview?.groups : overview?.topics) ?? 0;
  const names = JSON.stringify(top.map(({ name }) => name));
  return useMemo(
    () => largestAsks(series, isLag ? 'group' : 'topic', JSON.parse(names) as string[], total),
    [series, isLag, names, total],
  );
}

export function OverviewCharts({ overview }: { overview: Overview | undefined }) {
  const t = useTranslations('overview');
  const paths = usePaths();
  const nameFlow = useCallback(
    (ask: HistoryAsk): LineWords =>
      ask.series === 'cluster.bytesInPerSec'
        ? { label: t('in'), hue: 0 }
        : ask.series === 'cluster.bytesOutPerSec'
          ? { label: t('out'), hue: 2 }
          : { label: t('messages'), hue: 0 },
    [t],
  );
  const nameGroup = useCallback(
    (_: HistoryAsk, labels: Readonly<Record<string, string>>): LineWords | null => {
      const group = labels['group'];
      return group === undefined ? null : { label: group, href: paths.group(group) };
    },
    [paths],
  );
  const nameTopic = useCallback(
    (_: HistoryAsk, labels: Readonly<Record<string, string>>): LineWords | null => {
      const topic = labels['topic'];
      return topic === undefined ? null : { label: topic, href: paths.topic(topic) };
    },
    [paths],
  );
  const lag = useLargest('group.lag', overview);
  const sizes = useLargest('topic.sizeBytes', overview);
  const empty = useMemo(() => t('chartEmpty'), [t]);
  return (
    <ChartGrid>
      <HistoryChart
        title={t('throughput')}
        kind="bytesPerSec"
        asks={bytes}
        nameLine={nameFlow}
        empty={empty}
      />
      <HistoryChart
        title={t('messagesIn')}
        kind="perSec"
        noun={t('messagesNoun')}
        asks={messages}
        nameLine={nameFlow}
        empty={empty}
      />
      <HistoryChart
        title={t('lagByGroup')}
        kind="count"
        noun={t('records')}
        asks={lag}
        total={lag.length > 1 ? overview?.groups : undefined}
        nameLine={nameGroup}
        empty={t('lagEmpty')}
        action={(series) => (
          <AlertMe offer={{ type: 'group-lag', unit: 'records' }} title={t('lagByGroup')} series={series} />
        )}
      />
      <HistoryChart
        title={t('sizeByTopic')}
        kind="bytes"
        asks={sizes}
        total={sizes.length > 1 ? overview?.topics : undefined}
        nameLine={nameTopic}
        empty={empty}
      />
    </ChartGrid>
  );
}
