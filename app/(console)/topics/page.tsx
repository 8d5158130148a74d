/** All topics. */
import { topicsAnswer } from '@/app/first-answers';
import { clusterIdOf, Prefetched, type ClusterParams } from '@/app/prefetched';
import { TopicsPage } from '@/components/topics/topics-page';
import { requireUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('topics');

export default async function Page({ params }: { params: Promise<ClusterParams> }) {
  await requireUser();
  return (
    <Prefetched clusterId={await clusterIdOf(await params)} questions={(id) => [topicsAnswer(id)]}>
      <TopicsPage />
    </Prefetched>
  );
}
