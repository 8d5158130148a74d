/** The overview of the cluster. */
import { OverviewPage } from '@/components/overview/overview-page';
import { requireUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('overview');

export default async function Page() {
  await requireUser();
  return <OverviewPage />;
}
