'use client';

/**
 * The meters of brokers over time, each broker by itself or all together: the page to look at when something was odd yesterday. All
 * charts share one window; the moment under the pointer is marked in each.
 */
import { useCallback, useMemo } from 'react';
import { useLocale, useTranslations } from 'next-intl';
import type { Overview } from '../../console/contracts/overview';
import { ofWholeCluster } from '../charts/change-marks';
import { ChartGrid } from '../charts/chart-grid';
import { ChartRangeProvider } from '../charts/chart-range';
import { HistoryChart, type LineWords } from '../charts/history-chart';
import { RangePicker } from '../charts/range-picker';
import type { HistoryAsk } from '../data/use-history';
import { useOverview } from '../data/use-overview';
import { quantityText } from '../format/quantity';
import { PageHeader } from '../layout/page-header';
import { useClusterId, usePaths } from '../layout/session-context';
import { FilterChip } from '../tables/table-bar';
import { useUrlParameter } from '../tables/url-state';
import { PageLink } from '../ui/page-link';
import { Section } from '../ui/section';
import { Segment, Segments } from '../ui/segments';
import { Skeleton } from '../ui/skeleton';
import { meterSections, PERCENTILES, type Meter, type MeterSection, type Percentile } from './meters';

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
          <PageLink href={paths.brokers} className="link">
            {chunks}
          </PageLink>
        ),
      })}
    </p>
  );
}

interface View {
  readonly summed: boolean;
  readonly percentile: Percentile;
}

function MeterChart({ of, view: { summed, percentile } }: { of: Meter; view: View }) {
  const t = useTranslations('metricsCharts');
  const paths = usePaths();
  const asks = useMemo<HistoryAsk[]>(() => [{ series: of.seriesAt(percentile) }], [of, percentile]);
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
      heading="h3"
      kind={of.kind}
      noun={of.name === 'messagesIn' ? t('messagesNoun') : undefined}
      asks={asks}
      nameLine={nameBroker}
      sumOf={summed && of.hasSum ? t('allBrokers') : undefined}
      empty={t('empty')}
    />
  );
}

function PercentilePicker({ value, onChange }: { value: Percentile; onChange: (value: Percentile) => void }) {
  const t = useTranslations('metricsCharts');
  return (
    <Segments label={t('percentile')}>
      {PERCENTILES.map((each) => (
        <Segment key={each} on={each === value} onChoose={() => onChange(each)}>
          {t('percentileOf', { percent: each })}
        </Segment>
      ))}
    </Segments>
  );
}

interface MetersProps {
  section: MeterSection;
  view: View;
  onPercentile: (percentile: Percentile) => void;
}

function Meters({ section, view, onPercentile }: MetersProps) {
  const t = useTranslations('metricsCharts');
  const { name, columns, meters } = section;
  return (
    <Section
      title={t(`sections.${name}`)}
      note={t(`notes.${name}`)}
      actions={
        name === 'times' ? <PercentilePicker value={view.percentile} onChange={onPercentile} /> : undefined
      }
    >
      <ChartGrid columns={columns}>
        {meters.map((each) => (
          <MeterChart key={each.name} of={each} view={view} />
        ))}
      </ChartGrid>
    </Section>
  );
}

const isPercentile = (text: string): text is Percentile => PERCENTILES.some((each) => each === text);

export function MetricsChartsPage() {
  const t = useTranslations('metricsCharts');
  const overview = useOverview(useClusterId()).data;
  const [mode, setMode] = useUrlParameter('view', 'brokers');
  const [asked, setPercentile] = useUrlParameter('percentile', '99');
  const summed = mode === 'sum';
  const percentile = isPercentile(asked) ? asked : '99';
  const view = useMemo<View>(() => ({ summed, percentile }), [summed, percentile]);
  const answer = useMemo(
    () => (overview === undefined ? <Skeleton className="mt-1 w-80" /> : <Answer overview={overview} />),
    [overview],
  );
  return (
    <ChartRangeProvider fallback="today" about={ofWholeCluster}>
      <PageHeader
        title={t('title')}
        answer={answer}
        actions={
          <>
            <FilterChip on={summed} onToggle={() => setMode(summed ? 'brokers' : 'sum')}>
              {t('summed')}
            </FilterChip>
            <RangePicker />
          </>
        }
      />
      {meterSections.map((section) => (
        <Meters key={section.name} section={section} view={view} onPercentile={setPercentile} />
      ))}
    </ChartRangeProvider>
  );
}
