/** All consumer groups. */
import type { Metadata } from 'next';
import { GroupsPage } from '@/components/groups/groups-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';

export const metadata: Metadata = { title: pageTitle('groups') };

export default async function Page() {
  await requireUser();
  return <GroupsPage />;
}
