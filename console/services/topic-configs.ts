/**
 * Topics' settings as they were last learned. Reading never waits for Kafka: it gives what is known and, when that is
 * old, has it asked again behind the reader's back. Settings of new topics are asked for after the round that found
 * them, all in one request; those of a changed topic before the change is answered.
 *
 * It hangs on globalThis because Next bundles the instrumentation hook and the route handlers apart from each other.
 */
import { ConfigResourceType, describeConfigs } from '../../kafka-client/admin/describe-configs.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import type { BrokerTraffic } from '../../kafka-client/traffic-meter.ts';
import * as live from '../collector/live-clusters.ts';
import type { ClusterSettings } from '../config/environment.ts';
import type { Config } from '../contracts/configs.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { configContract } from './config-contract.ts';
import { kafkaOf, readingKafkaOf } from './kafka-connections.ts';
import { withDeadline } from './with-deadline.ts';

const freshMs = 30_000;
const topicsPerRequestMax = 200;
const shapesMax = 2_000;
/** Askings whose cost is remembered. */
const spentMax = 1_000;

interface Entry {
  readonly atMs: number;
  readonly configs: readonly Config[];
}

/** What went to each broker and came back for one asking. */
interface Spent {
  readonly atMs: number;
  readonly brokers: ReadonlyMap<number, BrokerTraffic>;
}

interface Known {
  /** By cluster id, then by topic. */
  readonly clusters: Map<string, Map<string, Entry>>;
  readonly asking: Set<string>;
  /** How to stop following, by cluster id. */
  readonly following: Map<string, () => void>;
  /** What asking has cost lately, by cluster id, oldest first. */
  readonly spent: Map<string, Spent[]>;
  /** Most topics have the same settings: they share one list. */
  readonly shapes: Map<string, readonly Config[]>;
}

const key = Symbol.for('aquila.console.topic-configs');
const processWide = globalThis as typeof globalThis & { [key]?: Known };

function known(): Known {
  return (processWide[key] ??= {
    clusters: new Map(),
    asking: new Set(),
    following: new Map(),
    spent: new Map(),
    shapes: new Map(),
  });
}

function entriesOf(clusterId: string): Map<string, Entry> {
  const { clusters } = known();
  const entries = clusters.get(clusterId) ?? new Map<string, Entry>();
  clusters.set(clusterId, entries);
  return entries;
}

const markOf = (cluster: ClusterSettings, topic: string): string => JSON.stringify([cluster.id, topic]);

function isAsked(cluster: ClusterSettings, topic: string): boolean {
  return known().asking.has(markOf(cluster, topic));
}

function shared(configs: readonly Config[]): readonly Config[] {
  const { shapes } = known();
  const shape = JSON.stringify(configs);
  const same = shapes.get(shape);
  if (same !== undefined) return same;
  if (shapes.size >= shapesMax) shapes.clear();
  shapes.set(shape, configs);
  return configs;
}

/** Asks for them all in one request. A failure leaves what is known as it is, and so does an answer overtaken by a later one. */
async function learn(cluster: ClusterSettings, topics: readonly string[]): Promise<void> {
  if (topics.length === 0) return;
  const { asking } = known();
  const wanted = topics.slice(0, topicsPerRequestMax);
  for (const topic of wanted) asking.add(markOf(cluster, topic));
  try {
    const resources = wanted.map((name) => ({ type: ConfigResourceType.topic, name }));
    const atMs = Date.now();
    const kafka = readingKafkaOf(cluster);
    const answers = await describeConfigs(kafka, resources).finally(() => note(cluster.id, kafka));
    for (const { resource, error, values } of answers) {
      const entries = entriesOf(cluster.id);
      if (error !== null || (entries.get(resource.name)?.atMs ?? 0) > atMs) continue;
      entries.set(resource.name, { atMs, configs: shared(values.map(configContract)) });
    }
  } catch {
    // The collector says what is wrong with the cluster; here the settings just stay unknown or old.
  } finally {
    for (const topic of wanted) asking.delete(markOf(cluster, topic));
  }
}

function note(clusterId: string, kafka: KafkaCluster): void {
  const { spent } = known();
  const all = spent.get(clusterId) ?? [];
  all.push({ atMs: Date.now(), brokers: kafka.traffic.take() });
  spent.set(clusterId, all.slice(-spentMax));
}

/** What asking for settings has cost since then, each asking by itself. */
export function configReadingsSince(
  clusterId: string,
  sinceMs: number,
): ReadonlyMap<number, BrokerTraffic>[] {
  return (known().spent.get(clusterId) ?? []).flatMap(({ atMs, brokers }) =>
    atMs >= sinceMs ? [brokers] : [],
  );
}

/** What is known of a topic's settings, null when nothing is yet. */
export function topicConfigs(cluster: ClusterSettings, topic: string): Config[] | null {
  const entry = entriesOf(cluster.id).get(topic);
  const isOld = entry === undefined || Date.now() - entry.atMs >= freshMs;
  if (isOld && !isAsked(cluster, topic)) void learn(cluster, [topic]);
  return entry === undefined ? null : [...entry.configs];
}

/** After a change: what was learned before is forgotten, and the new settings are waited for, but only so long. */
export async function relearnTopicConfigs(
  cluster: ClusterSettings,
  topic: string,
  waitMs: number,
): Promise<void> {
  forgetTopic(cluster, topic);
  await withDeadline(learn(cluster, [topic]), waitMs, undefined);
}

/** After a change that is not seen everywhere yet: unknown rather than old. */
export function forgetTopic(cluster: ClusterSettings, topic: string): void {
  entriesOf(cluster.id).delete(topic);
}

/** What this broker tells of a topic's settings at this moment; null when it tells none, as of a topic that it has not heard of. */
export async function topicConfigsAt(
  cluster: ClusterSettings,
  brokerId: number,
  topic: string,
): Promise<readonly Config[] | null> {
  const resource = { type: ConfigResourceType.topic, name: topic };
  const [answer] = await describeConfigs(kafkaOf(cluster), [resource], brokerId);
  return answer === undefined || answer.error !== null ? null : answer.values.map(configContract);
}

function follow(cluster: ClusterSettings, snapshot: ClusterSnapshot): void {
  const entries = entriesOf(cluster.id);
  // A round that began before a topic was made does not know it, and says nothing against it.
  for (const [topic, { atMs }] of entries)
    if (!snapshot.topics.has(topic) && atMs < snapshot.startedAtMs) entries.delete(topic);
  const unknown = [...snapshot.topics.values()].filter(
    ({ name, error }) => error === null && !entries.has(name) && !isAsked(cluster, name),
  );
  void learn(
    cluster,
    unknown.map(({ name }) => name),
  );
}

/** From now on the settings of new topics are learned after each round. Call once the cluster is watched, and after its settings changed. */
export function followTopicConfigs(cluster: ClusterSettings): void {
  forgetTopicConfigs(cluster.id);
  if (live.clusterInfo(cluster.id) === null) return;
  known().following.set(
    cluster.id,
    live.subscribe(cluster.id, (snapshot) => follow(cluster, snapshot)),
  );
}

export function forgetTopicConfigs(clusterId: string): void {
  const { clusters, following, spent } = known();
  spent.delete(clusterId);
  following.get(clusterId)?.();
  following.delete(clusterId);
  clusters.delete(clusterId);
}
