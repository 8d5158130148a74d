/** Whose messages to look into. */
import { topicsAnswer } from '@/app/first-answers';
import { clusterIdOf, Prefetched, type ClusterParams } from '@/app/prefetched';
import { ChooseTopicPage } from '@/components/messages/choose-topic-page';
import { requireUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('messages');

export default async function Page({ params }: { params: Promise<ClusterParams> }) {
  await requireUser();
  return (
    <Prefetched clusterId={await clusterIdOf(await params)} questions={(id) => [topicsAnswer(id)]}>
      <ChooseTopicPage />
    </Prefetched>
  );
}
