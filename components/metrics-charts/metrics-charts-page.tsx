'use client';

/**
 * The meters of brokers over time, each broker by itself or all together: the page to look at when something was odd yesterday. All
 * charts share one window; the moment under the pointer is marked in each.
 */
import { useCallback, useMemo } from 'react';
import Link from 'next/link';
import { useLocale, useTranslations } from 'next-intl';
import type { HistorySeriesName } from '../../console/contracts/history';
import type { Overview } from '../../console/contracts/overview';
import { ChartGrid } from '../charts/chart-grid';
import { ChartRangeProvider } from '../charts/chart-range';
import { HistoryChart, type LineWords } from '../charts/history-chart';
import { RangePicker } from '../charts/range-picker';
import type { HistoryAsk } from '../data/use-history';
import { useOverview } from '../data/use-overview';
import { quantityText, type QuantityKind } from '../format/quantity';
import { PageHeader } from '../layout/page-header';
import { useClusterId, usePaths } from '../layout/session-context';
import { FilterChip } from '../tables/table-bar';
import { useUrlParameter } from '../tables/url-state';
import { Skeleton } from '../ui/skeleton';

interface Meter {
  readonly name: 'messagesIn' | 'bytesIn' | 'bytesOut' | 'cpu' | 'memory' | 'logSize';
  readonly kind: QuantityKind;
  readonly asks: readonly HistoryAsk[];
}

const meter = (name: Meter['name'], kind: QuantityKind, series: HistorySeriesName): Meter => ({
  name,
  kind,
  asks: [{ series }],
});

/** In the order in which one follows a record: arriving, leaving, what it takes. */
const meters: readonly Meter[] = [
  meter('messagesIn', 'perSec', 'broker.messagesInPerSec'),
  meter('bytesIn', 'bytesPerSec', 'broker.bytesInPerSec'),
  meter('bytesOut', 'bytesPerSec', 'broker.bytesOutPerSec'),
  meter('cpu', 'percent', 'broker.cpuPercent'),
  meter('memory', 'bytes', 'broker.memoryBytes'),
  meter('logSize', 'bytes', 'broker.logDirBytes'),
];

/** Percent of different machines have no sum. */
const hasSum = (each: Meter): boolean => each.kind !== 'percent';

function Answer({ overview }: { overview: Overview }) {
  const t = useTranslations('metricsCharts');
  const locale = useLocale();
  const paths = usePaths();
  return (
    <p>
      {t.rich('answer', {
        brokers: overview.brokers,
        messages: quantityText('perSec', overview.messagesInPerSec, locale),
        bytesIn: quantityText('bytesPerSec', overview.bytesInPerSec, locale),
        bytesOut: quantityText('bytesPerSec', overview.bytesOutPerSec, locale),
        link: (chunks) => (
          <Link href={paths.brokers} className="link">
            {chunks}
          </Link>
        ),
      })}
    </p>
  );
}

function MeterChart({ of, summed }: { of: Meter; summed: boolean }) {
  const t = useTranslations('metricsCharts');
  const paths = usePaths();
  const nameBroker = useCallback(
    (_: HistoryAsk, labels: Readonly<Record<string, string>>): LineWords | null => {
      const id = Number(labels['broker']);
      return Number.isInteger(id)
        ? { label: t('broker', { id: String(id) }), hue: id, href: paths.broker(id) }
        : null;
    },
    [paths, t],
  );
  return (
    <HistoryChart
      title={t(of.name)}
      kind={of.kind}
      noun={of.name === 'messagesIn' ? t('messagesNoun') : undefined}
      asks={of.asks}
      nameLine={nameBroker}
      sumOf={summed && hasSum(of) ? t('allBrokers') : undefined}
      empty={t('empty')}
    />
  );
}

export function MetricsChartsPage() {
  const t = useTranslations('metricsCharts');
  const overview = useOverview(useClusterId()).data;
  const [view, setView] = useUrlParameter('view', 'brokers');
  const summed = view === 'sum';
  const answer = useMemo(
    () => (overview === undefined ? <Skeleton className="mt-1 w-80" /> : <Answer overview={overview} />),
    [overview],
  );
  return (
    <ChartRangeProvider fallback="today">
      <PageHeader
        title={t('title')}
        answer={answer}
        actions={
          <>
            <FilterChip on={summed} onToggle={() => setView(summed ? 'brokers' : 'sum')}>
              {t('summed')}
            </FilterChip>
            <RangePicker />
          </>
        }
      />
      <ChartGrid>
        {meters.map((each) => (
          <MeterChart key={each.name} of={each} summed={summed} />
        ))}
      </ChartGrid>
    </ChartRangeProvider>
  );
}
