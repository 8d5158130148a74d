/** All topics. */
import type { Metadata } from 'next';
import { TopicsPage } from '@/components/topics/topics-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';

export const metadata: Metadata = { title: pageTitle('topics') };

export default async function Page() {
  await requireUser();
  return <TopicsPage />;
}
