/** The clusters that are watched. */
import type { Metadata } from 'next';
import { ClustersPage } from '@/components/clusters/clusters-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';

export const metadata: Metadata = { title: pageTitle('clusters') };

export default async function Page() {
  await requireUser();
  return <ClustersPage />;
}
