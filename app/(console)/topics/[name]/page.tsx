/** One topic. */
import type { Metadata } from 'next';
import { topicAnswer } from '@/app/first-answers';
import { clusterIdOf, Prefetched, type ClusterParams } from '@/app/prefetched';
import { nameOf } from '@/app/route-name';
import { TopicPage } from '@/components/topics/topic-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';

interface PageProps {
  params: Promise<ClusterParams & { name: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: await pageTitle('topics', nameOf((await params).name)) };
}

export default async function Page({ params }: PageProps) {
  await requireUser();
  const parts = await params;
  const name = nameOf(parts.name);
  return (
    <Prefetched clusterId={await clusterIdOf(parts)} questions={(id) => [topicAnswer(id, name)]}>
      <TopicPage name={name} />
    </Prefetched>
  );
}
