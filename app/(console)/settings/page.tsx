/** API tokens, appearance, keyboard. */
import { SettingsPage } from '@/components/settings/settings-page';
import { requireUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('settings');

export default async function Page() {
  await requireUser();
  return <SettingsPage />;
}
