/** Users and sessions, for administrators: for everybody else there is no such page. */
import { notFound } from 'next/navigation';
import { UsersPage } from '@/components/access/users-page';
import { hasRole, requireUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('users');

export default async function Page() {
  if (!hasRole(await requireUser(), 'admin')) notFound();
  return <UsersPage />;
}
