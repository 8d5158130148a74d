'use client';

/** The first page: the answer in a sentence, the numbers, the last hours, who is at the top. */
import { useTranslations } from 'next-intl';
import { ofWholeCluster } from '../charts/change-marks';
import { ChartRangeProvider } from '../charts/chart-range';
import { RangePicker } from '../charts/range-picker';
import { useOverview } from '../data/use-overview';
import { PageHeader } from '../layout/page-header';
import { useClusterId } from '../layout/session-context';
import { ErrorState } from '../ui/error-state';
import { HealthSentence } from './health-sentence';
import { OverviewCharts } from './overview-charts';
import { OverviewTiles } from './overview-tiles';
import { ProcessNotices } from './process-notices';
import { RecentChanges } from './recent-changes';
import { TopLists } from './top-lists';

export function OverviewPage() {
  const t = useTranslations('overview');
  const overview = useOverview(useClusterId());
  return (
    <ChartRangeProvider fallback="15m" about={ofWholeCluster}>
      <ProcessNotices processes={overview.data?.processes ?? []} />
      <PageHeader
        title={t('title')}
        answer={
          overview.isError && overview.data === undefined ? undefined : (
            <HealthSentence overview={overview.data} />
          )
        }
        actions={<RangePicker />}
      />
      {overview.isError && overview.data === undefined ? (
        <ErrorState title={t('failed')} error={overview.error} onRetry={() => void overview.refetch()} />
      ) : (
        <>
          <OverviewTiles overview={overview.data} />
          <OverviewCharts overview={overview.data} />
          <RecentChanges />
          <TopLists overview={overview.data} />
        </>
      )}
    </ChartRangeProvider>
  );
}
