/**
 * What the console knows, as Prometheus text (exposition format 0.0.4): the overview of each cluster, lag by group and
 * topic, sizes and rates by topic and broker, and the console's own process. A value that is not known has no line.
 */
import { groupLag, topicsOfGroup } from '../model/group-summary.ts';
import { summarizeCluster } from '../model/cluster-summary.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { summarizeTopic } from '../model/topic-summary.ts';
import type { ConsoleContext } from './context.ts';
import { openStreams } from './open-streams.ts';
import { version } from './version.ts';
import { clusterStatus, requireCluster } from './watched-clusters.ts';

type Labels = Readonly<Record<string, string | number>>;

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

class MetricsText {
  readonly #families = new Map<string, { type: string; help: string; lines: string[] }>();

  add(name: string, type: 'gauge' | 'counter', help: string, labels: Labels, value: number | null): void {
    if (value === null || !Number.isFinite(value)) return;
    let family = this.#families.get(name);
    if (family === undefined) this.#families.set(name, (family = { type, help, lines: [] }));
    const text = Object.entries(labels)
      .map(
        ([key, label]) =>
          `${key}="${String(label).replace(/[\\"\n]/g, (character) => escapes[character] ?? character)}"`,
      )
      .join(',');
    family.lines.push(`${name}${text === '' ? '' : `{${text}}`} ${value}`);
  }

  toString(): string {
    let text = '';
    for (const [name, { type, help, lines }] of this.#families) {
      text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`;
    }
    return text;
  }
}

function addCluster(text: MetricsText, cluster: string, snapshot: ClusterSnapshot): void {
  const summary = summarizeCluster(snapshot);
  const gauge = (name: string, help: string, value: number | null) =>
    text.add(`aquila_cluster_${name}`, 'gauge', help, { cluster }, value);
  gauge('brokers', 'Brokers that answered.', summary.brokers);
  gauge('topics', 'Topics.', summary.topics);
  gauge('partitions', 'Partitions.', summary.partitions);
  gauge('groups', 'Consumer groups.', summary.groups);
  gauge(
    'under_replicated_partitions',
    'Partitions with fewer replicas in sync than assigned.',
    summary.underReplicatedPartitions,
  );
  gauge('offline_partitions', 'Partitions without a leader.', summary.offlinePartitions);
  gauge('total_lag_records', 'Sum of the lags of all groups.', summary.totalLag);
  gauge('messages_in_per_second', 'Messages produced per second.', summary.messagesInPerSec);
  gauge('bytes_in_per_second', 'Bytes produced per second.', summary.bytesInPerSec);
  gauge('bytes_out_per_second', 'Bytes fetched per second.', summary.bytesOutPerSec);
  gauge('log_bytes', 'Size of the log directories.', summary.logDirBytes);
  gauge('controller_id', 'Broker id of the controller.', summary.controllerId);
}

function addBrokers(text: MetricsText, cluster: string, snapshot: ClusterSnapshot): void {
  for (const { id, reachable, leaders, logDirBytes, metrics } of snapshot.brokers) {
    const labels = { cluster, broker: id };
    const gauge = (name: string, help: string, value: number | null | undefined) =>
      text.add(`aquila_broker_${name}`, 'gauge', help, labels, value ?? null);
    gauge('up', 'Whether the broker answered in the last round.', reachable ? 1 : 0);
    gauge('leaders', 'Partitions that the broker leads.', leaders);
    gauge('log_bytes', 'Size of its log directories.', logDirBytes);
    gauge('bytes_in_per_second', 'Bytes produced per second.', metrics?.bytesInPerSec);
    gauge('bytes_out_per_second', 'Bytes fetched per second.', metrics?.bytesOutPerSec);
    gauge('messages_in_per_second', 'Messages produced per second.', metrics?.messagesInPerSec);
    gauge('cpu_percent', 'Share of the machine.', metrics?.cpuPercent);
    gauge('memory_bytes', 'Memory in use.', metrics?.memoryBytes);
  }
}

function addTopics(text: MetricsText, cluster: string, snapshot: ClusterSnapshot): void {
  for (const topic of snapshot.topics.values()) {
    const labels = { cluster, topic: topic.name };
    const { partitionCount, records, sizeBytes } = summarizeTopic(topic);
    text.add('aquila_topic_partitions', 'gauge', 'Partitions of the topic.', labels, partitionCount);
    text.add('aquila_topic_records', 'gauge', 'End minus start offset over all partitions.', labels, records);
    text.add('aquila_topic_size_bytes', 'gauge', 'Size of the leaders on disk.', labels, sizeBytes);
    text.add(
      'aquila_topic_messages_in_per_second',
      'gauge',
      'Messages produced per second.',
      labels,
      topic.messagesInPerSec,
    );
  }
}

function addGroups(text: MetricsText, cluster: string, snapshot: ClusterSnapshot): void {
  for (const group of snapshot.groups.values()) {
    const labels = { cluster, group: group.id };
    text.add(
      'aquila_group_lag_records',
      'gauge',
      'Lag of the group over all topics.',
      labels,
      group.totalLag,
    );
    text.add('aquila_group_members', 'gauge', 'Members of the group.', labels, group.members?.length ?? null);
    for (const topic of topicsOfGroup(group)) {
      text.add(
        'aquila_group_topic_lag_records',
        'gauge',
        'Lag of the group on one topic.',
        { ...labels, topic },
        groupLag(group, topic),
      );
    }
  }
}

function addProcess(text: MetricsText): void {
  const cpu = process.cpuUsage();
  text.add('aquila_console_info', 'gauge', 'Which version this is.', { version }, 1);
  text.add('aquila_console_streams', 'gauge', 'Open event streams.', {}, openStreams.total());
  text.add(
    'process_cpu_seconds_total',
    'counter',
    'CPU time of the console.',
    {},
    (cpu.user + cpu.system) / 1e6,
  );
  text.add(
    'process_resident_memory_bytes',
    'gauge',
    'Resident memory of the console.',
    {},
    process.memoryUsage.rss(),
  );
  text.add('process_uptime_seconds', 'gauge', 'Since the console started.', {}, process.uptime());
}

export function metricsText(context: ConsoleContext): string {
  const text = new MetricsText();
  for (const { id } of context.clusters.all()) {
    const cluster = requireCluster(context, id);
    const { snapshot } = cluster;
    const status = clusterStatus(cluster);
    text.add(
      'aquila_cluster_up',
      'gauge',
      'Whether the last round got answers.',
      { cluster: id },
      status === 'ok' ? 1 : 0,
    );
    if (snapshot === null) continue;
    const ageSeconds = (context.now().getTime() - snapshot.asOfMs) / 1_000;
    text.add(
      'aquila_snapshot_age_seconds',
      'gauge',
      'Age of the figures of a cluster.',
      { cluster: id },
      ageSeconds,
    );
    text.add(
      'aquila_round_seconds',
      'gauge',
      'Length of the last round.',
      { cluster: id },
      snapshot.cost.seconds,
    );
    addCluster(text, id, snapshot);
    addBrokers(text, id, snapshot);
    addTopics(text, id, snapshot);
    addGroups(text, id, snapshot);
  }
  addProcess(text);
  return text.toString();
}
