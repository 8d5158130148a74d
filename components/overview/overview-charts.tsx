'use client';

/** Throughput and lag over the page's range. */
import { useCallback, useMemo } from 'react';
import { useTranslations } from 'next-intl';
import { AlertMe } from '../alerts/alert-me';
import { ChartGrid } from '../charts/chart-grid';
import { HistoryChart, type LineWords } from '../charts/history-chart';
import type { HistoryAsk } from '../data/use-history';
import { usePaths } from '../layout/session-context';

const bytes: HistoryAsk[] = [{ series: 'cluster.bytesInPerSec' }, { series: 'cluster.bytesOutPerSec' }];
const messages: HistoryAsk[] = [{ series: 'cluster.messagesInPerSec' }];
const lag: HistoryAsk[] = [{ series: 'group.lag' }];
const sizes: HistoryAsk[] = [{ series: 'topic.sizeBytes' }];

export function OverviewCharts() {
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
        nameLine={nameGroup}
        empty={t('lagEmpty')}
        action={(series) => (
          <AlertMe offer={{ type: 'group-lag', unit: 'records' }} title={t('lagByGroup')} series={series} />
        )}
      />
      <HistoryChart title={t('sizeByTopic')} kind="bytes" asks={sizes} nameLine={nameTopic} empty={empty} />
    </ChartGrid>
  );
}
