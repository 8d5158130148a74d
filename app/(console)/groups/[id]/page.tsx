/** One consumer group. */
import type { Metadata } from 'next';
import { GroupPage } from '@/components/groups/group-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';
import { nameOf } from '../../../route-name';

interface PageProps {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: pageTitle('groups', nameOf((await params).id)) };
}

export default async function Page({ params }: PageProps) {
  await requireUser();
  return <GroupPage groupId={nameOf((await params).id)} />;
}
