/** The messages of one topic. */
import type { Metadata } from 'next';
import { MessagesPage } from '@/components/messages/messages-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';
import { nameOf } from '../../../../route-name';

interface PageProps {
  params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: await pageTitle('messages', nameOf((await params).name)) };
}

export default async function Page({ params }: PageProps) {
  await requireUser();
  return <MessagesPage topic={nameOf((await params).name)} />;
}
