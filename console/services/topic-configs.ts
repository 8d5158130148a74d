/**
 * A topic's settings. They are not part of a round, so they are asked for when somebody looks, kept for half a minute,
 * and waited for only briefly: a page does not hang on a slow broker, it says that the settings are not known.
 */
import { ConfigResourceType, describeConfigs } from '../../kafka-client/admin/describe-configs.ts';
import type { ClusterSettings } from '../config/environment.ts';
import type { TopicConfig } from '../contracts/topics.ts';
import { kafkaOf } from './kafka-connections.ts';
import { withDeadline } from './with-deadline.ts';

const keepMs = 30_000;
const waitMs = 700;
const entriesMax = 1_000;

interface Entry {
  atMs: number;
  configs: TopicConfig[];
}

const kept = new Map<string, Entry>();
const asking = new Map<string, Promise<TopicConfig[] | null>>();

const keyOf = (cluster: ClusterSettings, topic: string) => JSON.stringify([cluster.id, topic]);

async function ask(cluster: ClusterSettings, topic: string): Promise<TopicConfig[] | null> {
  const [answer] = await describeConfigs(kafkaOf(cluster), [{ type: ConfigResourceType.topic, name: topic }]);
  if (answer === undefined || answer.error !== null) return null;
  const configs = answer.values.map(({ name, value, source, isDefault, isReadOnly, isSensitive }) => ({
    name,
    value: isSensitive ? null : value,
    source: source ?? (isDefault ? 'default' : 'topic'),
    isDefault,
    readOnly: isReadOnly,
    sensitive: isSensitive,
  }));
  if (kept.size >= entriesMax) kept.delete(kept.keys().next().value ?? '');
  kept.set(keyOf(cluster, topic), { atMs: Date.now(), configs });
  return configs;
}

/** What was learned is out of date from now on, for instance after a change. */
export function forgetTopicConfigs(cluster: ClusterSettings, topic: string): void {
  kept.delete(keyOf(cluster, topic));
}

/** Null when the cluster did not answer in time, or not with them. */
export async function topicConfigs(cluster: ClusterSettings, topic: string): Promise<TopicConfig[] | null> {
  const key = keyOf(cluster, topic);
  const entry = kept.get(key);
  if (entry !== undefined && Date.now() - entry.atMs < keepMs) return entry.configs;
  let question = asking.get(key);
  if (question === undefined) {
    question = ask(cluster, topic)
      .catch(() => null)
      .finally(() => asking.delete(key));
    asking.set(key, question);
  }
  const answer = await withDeadline(question, waitMs, null);
  return answer ?? entry?.configs ?? null;
}
