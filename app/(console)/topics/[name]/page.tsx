/** One topic. */
import type { Metadata } from 'next';
import { TopicPage } from '@/components/topics/topic-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';
import { nameOf } from '../../../route-name';

interface PageProps {
  params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: await pageTitle('topics', nameOf((await params).name)) };
}

export default async function Page({ params }: PageProps) {
  await requireUser();
  return <TopicPage name={nameOf((await params).name)} />;
}
