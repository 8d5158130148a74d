/** One broker. */
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { brokerAnswer } from '@/app/first-answers';
import { clusterIdOf, Prefetched, type ClusterParams } from '@/app/prefetched';
import { BrokerPage } from '@/components/brokers/broker-page';
import { requireUser } from '@/console/services/current-user';
import { pageTitle } from '@/messages/page-title';

interface PageProps {
  params: Promise<ClusterParams & { id: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: await pageTitle('brokers', (await params).id) };
}

export default async function Page({ params }: PageProps) {
  await requireUser();
  const parts = await params;
  if (!/^\d{1,10}$/.test(parts.id)) notFound();
  const brokerId = Number(parts.id);
  return (
    <Prefetched clusterId={await clusterIdOf(parts)} questions={(id) => [brokerAnswer(id, brokerId)]}>
      <BrokerPage brokerId={brokerId} />
    </Prefetched>
  );
}
