/** The meters of all brokers over time. */
import { brokersAnswer } from '@/app/first-answers';
import { clusterIdOf, Prefetched, type ClusterParams } from '@/app/prefetched';
import { MetricsChartsPage } from '@/components/metrics-charts/metrics-charts-page';
import { requireUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('charts');

export default async function Page({ params }: { params: Promise<ClusterParams> }) {
  await requireUser();
  return (
    <Prefetched clusterId={await clusterIdOf(await params)} questions={(id) => [brokersAnswer(id)]}>
      <MetricsChartsPage />
    </Prefetched>
  );
}
