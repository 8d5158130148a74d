/**
 * What clients use of their quotas, under the names of Kafka's ClientQuotaManager: `kafka.server:type=Produce,user=U,client-id=C`, with the
 * parts for which the quota is set. There are beans of those whom a quota limits and who have used it within the last hour; client
 * ids are the clients' own choice, and their number is bounded where they are remembered (broker/quotas/sharers.ts).
 */
import type { MeasuredQuota, NodeQuotas } from '../quotas/node-quotas.ts';
import type { Bean } from './bean-registry.ts';
import type { BrokerMetrics } from './broker-metrics.ts';

/** Type of the bean, and what its rate is called. */
const QUOTAS: Readonly<Record<MeasuredQuota, readonly [type: string, rate: string]>> = {
  producer_byte_rate: ['Produce', 'byte-rate'],
  consumer_byte_rate: ['Fetch', 'byte-rate'],
  request_percentage: ['Request', 'request-time'],
};

export function registerQuotaBeans(metrics: BrokerMetrics, quotas: NodeQuotas): void {
  metrics.source(() => quotaBeans(quotas));
}

function* quotaBeans(quotas: NodeQuotas): Iterable<Bean> {
  for (const [quota, uses] of Object.entries(quotas.uses()) as [
    MeasuredQuota,
    ReturnType<NodeQuotas['uses']>[MeasuredQuota],
  ][]) {
    const [type, rateName] = QUOTAS[quota];
    for (const { sharedBy, rate, throttleMs } of uses) {
      const [user, clientId] = JSON.parse(sharedBy) as [string | null, string | null];
      const tags = [
        ...(user === null ? [] : [`user=${sanitized(user)}`]),
        ...(clientId === null ? [] : [`client-id=${sanitized(clientId)}`]),
      ];
      yield {
        name: `kafka.server:type=${[type, ...tags].join(',')}`,
        read: () => ({ [rateName]: rate, 'throttle-time': throttleMs }),
      };
    }
  }
}

/** Kafka's Sanitizer: percent-encoding, by which a name cannot be taken for more than a name. */
function sanitized(name: string): string {
  return encodeURIComponent(Buffer.from(name).toString()).replace(
    /[!~*'()]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
