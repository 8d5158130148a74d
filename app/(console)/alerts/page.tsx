/** Incidents, rules and channels. */
import { alertsAnswers } from '@/app/first-answers';
import { clusterIdOf, Prefetched } from '@/app/prefetched';
import { AlertsPage } from '@/components/alerts/alerts-page';
import { requireUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('alerts');

export default async function Page() {
  await requireUser();
  return (
    <Prefetched clusterId={await clusterIdOf({})} questions={() => alertsAnswers}>
      <AlertsPage />
    </Prefetched>
  );
}
