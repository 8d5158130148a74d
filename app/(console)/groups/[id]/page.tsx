/** One consumer group. */
import type { Metadata } from 'next';
import { groupAnswer } from '@/app/first-answers';
import { clusterIdOf, Prefetched, type ClusterParams } from '@/app/prefetched';
import { nameOf } from '@/app/route-name';
import { GroupPage } from '@/components/groups/group-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';

interface PageProps {
  params: Promise<ClusterParams & { id: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: await pageTitle('groups', nameOf((await params).id)) };
}

export default async function Page({ params }: PageProps) {
  await requireUser();
  const parts = await params;
  const groupId = nameOf(parts.id);
  return (
    <Prefetched clusterId={await clusterIdOf(parts)} questions={(id) => [groupAnswer(id, groupId)]}>
      <GroupPage groupId={groupId} />
    </Prefetched>
  );
}
