'use client';

/** The last hours of one topic: bytes, messages, size, and the lag of those who read it. */
import { useCallback, useMemo } from 'react';
import { useTranslations } from 'next-intl';
import { AlertMe } from '../alerts/alert-me';
import { ChartGrid } from '../charts/chart-grid';
import { HistoryChart, type LineWords } from '../charts/history-chart';
import type { HistoryAsk } from '../data/use-history';
import { usePaths } from '../layout/session-context';

export function TopicCharts({ topic }: { topic: string }) {
  const t = useTranslations('topic');
  const paths = usePaths();
  const asks = useMemo(
    () =>
      ({
        bytes: [
          { series: 'topic.bytesInPerSec', topic },
          { series: 'topic.bytesOutPerSec', topic },
        ],
        messages: [{ series: 'topic.messagesInPerSec', topic }],
        lag: [{ series: 'group.lag', topic }],
        size: [{ series: 'topic.sizeBytes', topic }],
      }) satisfies Record<string, HistoryAsk[]>,
    [topic],
  );
  const name = useCallback(
    (ask: HistoryAsk, labels: Readonly<Record<string, string>>): LineWords | null => {
      switch (ask.series) {
        case 'topic.bytesInPerSec':
          return { label: t('in'), hue: 0 };
        case 'topic.bytesOutPerSec':
          return { label: t('out'), hue: 2 };
        case 'group.lag': {
          const group = labels['group'];
          return group === undefined ? null : { label: group, href: paths.group(group) };
        }
        case 'topic.messagesInPerSec':
          return { label: t('messages'), hue: 0 };
        default:
          return { label: topic, hue: 0 };
      }
    },
    [paths, t, topic],
  );
  return (
    <ChartGrid>
      <HistoryChart title={t('throughput')} kind="bytesPerSec" asks={asks.bytes} nameLine={name} />
      <HistoryChart
        title={t('messagesIn')}
        kind="perSec"
        noun={t('messagesNoun')}
        asks={asks.messages}
        nameLine={name}
      />
      <HistoryChart
        title={t('lagOfReaders')}
        kind="count"
        noun={t('recordsUnit')}
        asks={asks.lag}
        nameLine={name}
        empty={t('lagOfReadersEmpty')}
        action={(series) => (
          <AlertMe
            offer={{ type: 'group-lag', topic, unit: 'records' }}
            title={t('lagOfReaders')}
            series={series}
          />
        )}
      />
      <HistoryChart
        title={t('size')}
        kind="bytes"
        asks={asks.size}
        nameLine={name}
        action={(series) => (
          <AlertMe offer={{ type: 'topic-capacity', topic }} title={t('size')} series={series} />
        )}
      />
    </ChartGrid>
  );
}
