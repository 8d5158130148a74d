/** The audit trail, for administrators: for everybody else there is no such page. */
import { notFound } from 'next/navigation';
import { AuditPage } from '@/components/audit/audit-page';
import { hasRole, requireUser } from '@/console/services/current-user';
import { titled } from '@/messages/page-title';

export const generateMetadata = titled('audit');

export default async function Page() {
  if (!hasRole(await requireUser(), 'admin')) notFound();
  return <AuditPage />;
}
