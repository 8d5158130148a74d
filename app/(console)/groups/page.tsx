/** All consumer groups. */
import type { Metadata } from 'next';
import { groupsAnswer } from '@/app/first-answers';
import { clusterIdOf, Prefetched, type ClusterParams } from '@/app/prefetched';
import { GroupsPage } from '@/components/groups/groups-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';

export const metadata: Metadata = { title: pageTitle('groups') };

export default async function Page({ params }: { params: Promise<ClusterParams> }) {
  await requireUser();
  return (
    <Prefetched clusterId={await clusterIdOf(await params)} questions={(id) => [groupsAnswer(id)]}>
      <GroupsPage />
    </Prefetched>
  );
}
