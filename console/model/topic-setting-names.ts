/** The settings of topics that are collected, by Kafka's names (TopicConfig). PURE. Everything else of a topic is asked for when somebody looks at it. */
import type { TopicSettings } from './snapshot.ts';

export const topicSettingNames = {
  minInSyncReplicas: 'min.insync.replicas',
  retentionMs: 'retention.ms',
  retentionBytes: 'retention.bytes',
  cleanupPolicy: 'cleanup.policy',
} as const satisfies Record<keyof TopicSettings, string>;

const collected = Object.keys(topicSettingNames) as (keyof TopicSettings)[];

/** Names of what differs. What is not known on either side is no difference. */
export function changedSettings(was: TopicSettings | null, now: TopicSettings | null): string[] {
  if (was === null || now === null || was === now) return [];
  return collected
    .filter((key) => was[key] !== null && now[key] !== null && was[key] !== now[key])
    .map((key) => topicSettingNames[key]);
}
