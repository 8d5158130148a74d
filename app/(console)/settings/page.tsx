/** API tokens, appearance, keyboard. */
import type { Metadata } from 'next';
import { SettingsPage } from '@/components/settings/settings-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';

export const metadata: Metadata = { title: pageTitle('settings') };

export default async function Page() {
  await requireUser();
  return <SettingsPage />;
}
