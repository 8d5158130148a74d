/** All consumer groups. */
import { groupsAnswer } from '@/app/first-answers';
import { clusterIdOf, Prefetched, type ClusterParams } from '@/app/prefetched';
import { GroupsPage } from '@/components/groups/groups-page';
import { requireUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('groups');

export default async function Page({ params }: { params: Promise<ClusterParams> }) {
  await requireUser();
  return (
    <Prefetched clusterId={await clusterIdOf(await params)} questions={(id) => [groupsAnswer(id)]}>
      <GroupsPage />
    </Prefetched>
  );
}
