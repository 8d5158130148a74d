/** One broker. */
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { BrokerPage } from '@/components/brokers/broker-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';

interface PageProps {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: pageTitle('brokers', (await params).id) };
}

export default async function Page({ params }: PageProps) {
  await requireUser();
  const { id } = await params;
  if (!/^\d{1,10}$/.test(id)) notFound();
  return <BrokerPage brokerId={Number(id)} />;
}
