'use client';

/** The last hours of one broker: bytes, messages, CPU, memory. */
import { useCallback, useMemo } from 'react';
import { useTranslations } from 'next-intl';
import { ChartGrid } from '../charts/chart-grid';
import { HistoryChart, type LineWords } from '../charts/history-chart';
import type { HistoryAsk } from '../data/use-history';

export function BrokerCharts({ brokerId }: { brokerId: number }) {
  const t = useTranslations('brokers');
  const asks = useMemo(() => {
    const broker = String(brokerId);
    return {
      bytes: [
        { series: 'broker.bytesInPerSec', broker },
        { series: 'broker.bytesOutPerSec', broker },
      ],
      messages: [{ series: 'broker.messagesInPerSec', broker }],
      cpu: [{ series: 'broker.cpuPercent', broker }],
      memory: [{ series: 'broker.memoryBytes', broker }],
    } satisfies Record<string, HistoryAsk[]>;
  }, [brokerId]);
  const name = useCallback(
    (ask: HistoryAsk): LineWords => {
      if (ask.series === 'broker.bytesInPerSec') return { label: t('in'), hue: 0 };
      if (ask.series === 'broker.bytesOutPerSec') return { label: t('out'), hue: 2 };
      return { label: t('named', { id: brokerId }), hue: brokerId };
    },
    [brokerId, t],
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
      <HistoryChart title={t('cpu')} kind="percent" asks={asks.cpu} nameLine={name} />
      <HistoryChart title={t('memory')} kind="bytes" asks={asks.memory} nameLine={name} />
    </ChartGrid>
  );
}
