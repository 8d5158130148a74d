/** Incidents, rules and channels. */
import type { Metadata } from 'next';
import { AlertsPage } from '@/components/alerts/alerts-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';

export const metadata: Metadata = { title: pageTitle('alerts') };

export default async function Page() {
  await requireUser();
  return <AlertsPage />;
}
