/** All brokers. */
import type { Metadata } from 'next';
import { BrokersPage } from '@/components/brokers/brokers-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';

export const metadata: Metadata = { title: pageTitle('brokers') };

export default async function Page() {
  await requireUser();
  return <BrokersPage />;
}
