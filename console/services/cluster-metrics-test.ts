/**
 * The last step of a cluster test: whether the metrics of its brokers are told where the form says. A cluster can be watched
 * without them, so this step never decides the test. What answers there is told by its kind alone, never repeated.
 */
import type { ResolveHost } from '../../kafka-client/socket.ts';
import { parseAddress } from '../../kafka-client/address.ts';
import type { MissingMetricCode } from '../contracts/brokers.ts';
import { metricsUrlOf, type MetricsAddress } from '../contracts/metrics-addresses.ts';
import { MetricsReadError } from '../metrics-source/broker-reading.ts';
import { MetricsSource } from '../metrics-source/metrics-source.ts';
import type { Broker, Step } from './cluster-attempt.ts';

const readTimeoutMs = 5_000;
const namedMax = 5;

export interface MetricsTest {
  readonly brokers: readonly Broker[];
  readonly addresses: readonly MetricsAddress[];
  readonly resolve: ResolveHost;
}

interface Tried {
  readonly id: number;
  /** What tells them there; null: nobody. */
  readonly source: string | null;
  readonly failure: string | null;
}

export async function testMetrics({ brokers, addresses, resolve }: MetricsTest): Promise<Step> {
  const step = 'brokerMetrics' as const;
  if (addresses.length === 0)
    return { step, outcome: 'skipped', detail: 'not asked for', advice: null, durationMs: 0 };
  const startedAt = performance.now();
  const tried = await Promise.all(brokers.map((broker) => tryBroker(broker, addresses, resolve)));
  const durationMs = Math.round(performance.now() - startedAt);
  const failed = tried.filter(({ failure }) => failure !== null);
  if (failed.length === 0) {
    const sources = [...new Set(tried.map(({ source }) => source))].join(' and ');
    const detail = `${brokers.length === 1 ? 'the broker tells' : `all ${brokers.length} brokers tell`} them by ${sources}`;
    return { step, outcome: 'ok', detail, advice: null, durationMs };
  }
  const named = failed.slice(0, namedMax).map(({ id, failure }) => `broker ${id} ${failure ?? ''}`);
  const more = failed.length > named.length ? `, and ${failed.length - named.length} more` : '';
  return {
    step,
    outcome: 'failed',
    detail: `${named.join(', ')}${more}`,
    advice:
      'Give the address before /jolokia or /metrics, with {host} for the broker’s advertised host. Without them the cluster is watched all the same, but CPU, memory and bytes out stay unknown.',
    durationMs,
  };
}

async function tryBroker(
  { id, address }: Broker,
  addresses: readonly MetricsAddress[],
  resolve: ResolveHost,
): Promise<Tried> {
  const url = metricsUrlOf(addresses, id, parseAddress(address).host);
  if (url === null) return { id, source: null, failure: 'has no address' };
  const source = new MetricsSource();
  try {
    await source.read(url, { signal: AbortSignal.timeout(readTimeoutMs), resolve });
    return { id, source: source.sourceOf(url), failure: null };
  } catch (error) {
    const code = error instanceof MetricsReadError ? error.code : 'no-answer';
    return { id, source: null, failure: wordsFor(code) };
  }
}

function wordsFor(code: MissingMetricCode): string {
  switch (code) {
    case 'not-allowed':
      return 'is at an address that connections are not allowed to';
    case 'refused':
      return 'has nothing listening there';
    case 'no-answer':
      return 'gave no answer in time, or its name cannot be resolved';
    case 'too-large':
      return 'answers with more than is read';
    default:
      return 'answers there, but neither as Jolokia nor with a metric of Kafka as Prometheus text';
  }
}
