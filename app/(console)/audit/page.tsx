/** The audit trail, for administrators: for everybody else there is no such page. */
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AuditPage } from '@/components/audit/audit-page';
import { hasRole, requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';

export const metadata: Metadata = { title: pageTitle('audit') };

export default async function Page() {
  if (!hasRole(await requireUser(), 'admin')) notFound();
  return <AuditPage />;
}
