/**
 * The console's own connections for changes to a cluster and for what the collector does not ask. Two clients for each
 * cluster and process, opened at the first use, replaced when the cluster's settings are, closed when the server stops.
 * Also says what a failed call means.
 */
import { isClientError } from '../../kafka-client/client-error.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import type { TopicOutcome } from '../../kafka-client/admin/at-controller.ts';
import { connectionOf } from '../collector/cluster-connection.ts';
import type { ClusterSettings } from '../config/environment.ts';
import { ConsoleError } from './console-error.ts';

const key = Symbol.for('aquila.console.kafka');
type Clients = Map<string, { readonly settings: ClusterSettings; readonly client: KafkaCluster }>;
const processWide = globalThis as typeof globalThis & { [key]?: Clients };

export const changeTimeoutMs = 15_000;

export function kafkaOf(cluster: ClusterSettings): KafkaCluster {
  return clientOf(cluster, 'changes');
}

/** For what is read beside the collector's rounds: apart from changes, so that it can be told what it costs. */
export function readingKafkaOf(cluster: ClusterSettings): KafkaCluster {
  return clientOf(cluster, 'readings');
}

const purposes = ['changes', 'readings'] as const;
type Purpose = (typeof purposes)[number];
const keyOf = (clusterId: string, purpose: Purpose): string => `${purpose} ${clusterId}`;

function clientOf(cluster: ClusterSettings, purpose: Purpose): KafkaCluster {
  if (cluster.problem !== null) throw new ConsoleError('cluster-unreachable', cluster.problem);
  const clients = (processWide[key] ??= new Map());
  const known = clients.get(keyOf(cluster.id, purpose));
  if (known?.settings === cluster) return known.client;
  known?.client.close();
  const client = new KafkaCluster({
    ...connectionOf(cluster),
    clientId: 'aquila-console',
    connectTimeoutMs: 5_000,
    requestTimeoutMs: changeTimeoutMs,
  });
  clients.set(keyOf(cluster.id, purpose), { settings: cluster, client });
  return client;
}

/** Ends the connections to a cluster that is watched no more. */
export function closeKafka(clusterId: string): void {
  for (const purpose of purposes) {
    processWide[key]?.get(keyOf(clusterId, purpose))?.client.close();
    processWide[key]?.delete(keyOf(clusterId, purpose));
  }
}

export function closeKafkaConnections(): void {
  const clients = [...(processWide[key]?.values() ?? [])];
  processWide[key]?.clear();
  for (const { client } of clients) client.close();
}

/** Failures before anything was sent, so that it is certain that nothing was done. */
const nothingSent: ReadonlySet<string> = new Set([
  'CONNECT_FAILED',
  'UNKNOWN_BROKER',
  'OVERLOADED',
  'CLIENT_CLOSED',
  'UNSUPPORTED_API',
  'AUTHENTICATION_FAILED',
]);

/** Whether a call failed before anything was sent, so that it is certain that nothing was done. */
export function isUnsent(error: unknown): boolean {
  return isClientError(error) && nothingSent.has(error.code);
}

/** What went wrong with a change: certainly not done, or not known. Errors that are not the client's are passed on. */
export function changeFailure(error: unknown): unknown {
  if (!isClientError(error)) return error;
  if (error.code === 'BROKER_ERROR')
    return new ConsoleError('refused-by-kafka', error.message, { cause: error });
  if (isUnsent(error)) {
    return new ConsoleError('cluster-unreachable', `The cluster does not answer: ${error.message}.`, {
      cause: error,
    });
  }
  return new ConsoleError(
    'outcome-unknown',
    `It was sent, but no answer came (${error.message}). Look whether it happened before trying again.`,
    { cause: error },
  );
}

/** What went wrong while only reading before a change: certainly nothing was done. */
export function readFailure(error: unknown): unknown {
  if (error instanceof ConsoleError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ConsoleError(
    'cluster-unreachable',
    `The cluster does not answer, nothing was changed: ${reason}.`,
    { cause: error },
  );
}

/** Answers of Kafka that leave open what happened. */
const openOutcomes: ReadonlySet<string> = new Set([
  'REQUEST_TIMED_OUT',
  'NETWORK_EXCEPTION',
  'UNKNOWN_SERVER_ERROR',
  'COORDINATOR_NOT_AVAILABLE',
]);

export function isOpenOutcome(errorName: string): boolean {
  return openOutcomes.has(errorName);
}

/** Throws what Kafka's refusal of a topic means. */
export function requireDone(outcome: TopicOutcome | undefined, topic: string): void {
  if (outcome === undefined)
    throw new ConsoleError(
      'outcome-unknown',
      `Kafka's answer does not name ${topic}. Look whether it happened.`,
    );
  const { error, message } = outcome;
  if (error === null) return;
  const words = message === null || message === '' ? error : `${error}: ${message}`;
  if (error === 'UNKNOWN_TOPIC_OR_PARTITION')
    throw new ConsoleError('not-found', `There is no topic "${topic}".`);
  if (error === 'TOPIC_ALREADY_EXISTS')
    throw new ConsoleError('already-exists', `There is a topic "${topic}" already.`);
  if (error === 'TOPIC_DELETION_DISABLED') {
    throw new ConsoleError(
      'deletion-disabled',
      'The brokers refuse to delete topics: delete.topic.enable is false.',
    );
  }
  if (isOpenOutcome(error))
    throw new ConsoleError('outcome-unknown', `Kafka answered ${words}. Look whether it happened.`);
  throw new ConsoleError('refused-by-kafka', `Kafka refused it: ${words}`);
}
