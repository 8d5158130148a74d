/** The overview of the cluster. */
import type { Metadata } from 'next';
import { OverviewPage } from '@/components/overview/overview-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';

export const metadata: Metadata = { title: pageTitle('overview') };

export default async function Page() {
  await requireUser();
  return <OverviewPage />;
}
