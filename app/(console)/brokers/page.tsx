/** All brokers. */
import { brokersAnswer } from '@/app/first-answers';
import { clusterIdOf, Prefetched, type ClusterParams } from '@/app/prefetched';
import { BrokersPage } from '@/components/brokers/brokers-page';
import { requireUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('brokers');

export default async function Page({ params }: { params: Promise<ClusterParams> }) {
  await requireUser();
  return (
    <Prefetched clusterId={await clusterIdOf(await params)} questions={(id) => [brokersAnswer(id)]}>
      <BrokersPage />
    </Prefetched>
  );
}
