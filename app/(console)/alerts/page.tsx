/** Incidents, rules and channels. */
import { AlertsPage } from '@/components/alerts/alerts-page';
import { requireUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('alerts');

export default async function Page() {
  await requireUser();
  return <AlertsPage />;
}
