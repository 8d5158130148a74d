/**
 * Settings of brokers as they were last learned. Reading never waits for Kafka: it gives what is known and, when that is
 * old, has the broker asked again behind the reader's back. A broker's settings can only be asked of itself.
 */
import { ConfigResourceType, describeConfigs } from '../../kafka-client/admin/describe-configs.ts';
import type { ClusterSettings } from '../config/environment.ts';
import type { Config } from '../contracts/configs.ts';
import { configContract } from './config-contract.ts';
import { kafkaOf } from './kafka-connections.ts';
import { isShownBy } from './shown-by-brokers.ts';

const freshMs = 30_000;

interface Entry {
  readonly atMs: number;
  readonly configs: readonly Config[];
}

interface Known {
  /** By cluster id, then by broker id. */
  readonly clusters: Map<string, Map<number, Entry>>;
  readonly asking: Set<string>;
}

const key = Symbol.for('aquila.console.broker-configs');
const processWide = globalThis as typeof globalThis & { [key]?: Known };
const known = (): Known => (processWide[key] ??= { clusters: new Map(), asking: new Set() });

function entriesOf(clusterId: string): Map<number, Entry> {
  const { clusters } = known();
  const entries = clusters.get(clusterId) ?? new Map<number, Entry>();
  clusters.set(clusterId, entries);
  return entries;
}

/** Asks the broker now. Rejects when it does not answer or refuses. */
export async function readBrokerConfigs(
  cluster: ClusterSettings,
  brokerId: number,
): Promise<readonly Config[]> {
  const resource = { type: ConfigResourceType.broker, name: String(brokerId) };
  const atMs = Date.now();
  const [answer] = await describeConfigs(kafkaOf(cluster), [resource], brokerId);
  if (answer === undefined || answer.error !== null)
    throw new Error(`broker ${brokerId} does not tell its settings: ${answer?.error ?? 'no answer'}`);
  const configs = answer.values.map(configContract);
  const entries = entriesOf(cluster.id);
  if ((entries.get(brokerId)?.atMs ?? 0) <= atMs) entries.set(brokerId, { atMs, configs });
  return configs;
}

function askBehind(cluster: ClusterSettings, brokerId: number): void {
  const mark = `${cluster.id} ${brokerId}`;
  const { asking } = known();
  if (asking.has(mark)) return;
  asking.add(mark);
  // The collector says what is wrong with the cluster; here the settings just stay unknown or old.
  readBrokerConfigs(cluster, brokerId)
    .catch(() => undefined)
    .finally(() => asking.delete(mark));
}

/** What is known of a broker's settings, null when nothing is yet. */
export function brokerConfigs(cluster: ClusterSettings, brokerId: number): Config[] | null {
  const entry = entriesOf(cluster.id).get(brokerId);
  if (entry === undefined || Date.now() - entry.atMs >= freshMs) askBehind(cluster, brokerId);
  return entry === undefined ? null : [...entry.configs];
}

/**
 * After a change: waits, but only so long, until the broker itself tells settings that are `right`. Where it does not, they are
 * unknown rather than old.
 */
export async function relearnBrokerConfigs(
  cluster: ClusterSettings,
  brokerId: number,
  isRight: (configs: readonly Config[]) => boolean,
): Promise<void> {
  const isLearned = await isShownBy(async () => isRight(await readBrokerConfigs(cluster, brokerId)));
  if (!isLearned) entriesOf(cluster.id).delete(brokerId);
}

export function forgetBrokerConfigs(clusterId: string): void {
  known().clusters.delete(clusterId);
}
