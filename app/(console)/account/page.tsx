/** One's own account. */
import { AccountPage } from '@/components/access/account-page';
import { requireUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('account');

export default async function Page() {
  await requireUser();
  return <AccountPage />;
}
