/** One cluster at a glance: tiles, what is wrong, what is largest. Built from the last snapshot, never asking Kafka. */
import type { Overview, TopEntry } from '../contracts/overview.ts';
import { summarizeCluster } from '../model/cluster-summary.ts';
import { judgeHealth } from '../model/health.ts';
import type { FiringIncident } from '../model/health.ts';
import { summarizeTopic } from '../model/topic-summary.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { ConsoleContext } from './context.ts';
import { firingIncidents } from './incidents.ts';
import { processNotices } from './process-notices.ts';
import { clusterStatus, requireSnapshot } from './watched-clusters.ts';

const topMax = 10;

function largest(entries: Iterable<{ name: string; value: number | null }>): TopEntry[] {
  const known: TopEntry[] = [];
  for (const { name, value } of entries) if (value !== null && value > 0) known.push({ name, value });
  return known.sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1)).slice(0, topMax);
}

function topLists(snapshot: ClusterSnapshot): Overview['top'] {
  const topics = [...snapshot.topics.values()];
  const named = (valueOf: (topic: (typeof topics)[number]) => number | null) =>
    largest(topics.map((topic) => ({ name: topic.name, value: valueOf(topic) })));
  return {
    topicsByRecords: named((topic) => summarizeTopic(topic).records),
    topicsBySizeBytes: named((topic) => summarizeTopic(topic).sizeBytes),
    topicsByBytesInPerSec: named((topic) => topic.bytesInPerSec),
    topicsByBytesOutPerSec: named((topic) => topic.bytesOutPerSec),
    topicsByMessagesInPerSec: named((topic) => topic.messagesInPerSec),
    groupsByLag: largest(
      [...snapshot.groups.values()].map((group) => ({ name: group.id, value: group.totalLag })),
    ),
    brokersByLogDirBytes: largest(
      snapshot.brokers.map((broker) => ({ name: String(broker.id), value: broker.logDirBytes })),
    ),
  };
}

async function firingFor(context: ConsoleContext, clusterId: string): Promise<FiringIncident[]> {
  const incidents = await firingIncidents(context, clusterId);
  return incidents.map(({ id, rule, group, topic, value, startedAt }) => ({
    id,
    ruleName: rule.name,
    group,
    topic,
    value,
    startedAtMs: Date.parse(startedAt),
  }));
}

/** Throws 503 before the first snapshot. */
export async function overview(context: ConsoleContext, clusterId: string): Promise<Overview> {
  const cluster = requireSnapshot(context, clusterId);
  const { snapshot, info, asOf, stale } = cluster;
  const [processes, firing] = await Promise.all([processNotices(context), firingFor(context, clusterId)]);
  const unreachable =
    info.status === 'unreachable'
      ? { sinceMs: info.statusSinceMs, reason: info.lastError ?? 'it does not answer' }
      : null;
  const { totalLagAsOfMs, ...summary } = summarizeCluster(snapshot);
  return {
    cluster: clusterId,
    status: clusterStatus(cluster),
    ...summary,
    totalLagAsOf: totalLagAsOfMs === null ? null : new Date(totalLagAsOfMs).toISOString(),
    alertsFiring: firing.length,
    intervalMs: info.intervalMs,
    health: judgeHealth({ snapshot, unreachable, stale, processes, firing }),
    processes,
    top: topLists(snapshot),
    asOf,
    stale,
  };
}
