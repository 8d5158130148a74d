/** The clusters that are watched. */
import { ClustersPage } from '@/components/clusters/clusters-page';
import { requireUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('clusters');

export default async function Page() {
  await requireUser();
  return <ClustersPage />;
}
