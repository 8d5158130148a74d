/**
 * Our own names: the overview of each cluster, brokers, topics, groups with their status and seconds behind, and what
 * watching costs. Documented in docs/metrics.md; names stay as they are.
 */
import { openStreams } from '../open-streams.ts';
import { isLagFloor } from '../../model/group-summary.ts';
import type { ClusterSummary } from '../../model/cluster-summary.ts';
import type { BrokerSnapshot, GroupSnapshot, TopicSnapshot } from '../../model/snapshot.ts';
import { summarizeTopic } from '../../model/topic-summary.ts';
import { diskBytesWritten } from '../process-cost.ts';
import { version } from '../version.ts';
import { groupsOf, groupTopicsOf, topicsOf, type ClusterView } from './cluster-view.ts';
import { labelText, type Family, type ProcessFamily, type Sample } from './exposition.ts';
import { lagSum } from './kafka-exporter-set.ts';

const gauge = (name: string, help: string, samples: (view: ClusterView) => Iterable<Sample>): Family => ({
  name: `aquila_${name}`,
  type: 'gauge',
  help,
  samples,
});

const ofCluster = (
  name: string,
  help: string,
  valueOf: (view: ClusterView) => number | null | undefined,
): Family =>
  gauge(name, help, function* (view) {
    yield [labelText({ cluster: view.id }), valueOf(view)];
  });

const ofSummary = (name: string, help: string, valueOf: (summary: ClusterSummary) => number | null): Family =>
  ofCluster(`cluster_${name}`, help, ({ summary }) => (summary === null ? null : valueOf(summary)));

const ofBroker = (
  name: string,
  help: string,
  valueOf: (broker: BrokerSnapshot) => number | null | undefined,
): Family =>
  gauge(`broker_${name}`, help, function* (view) {
    for (const broker of view.snapshot?.brokers ?? []) {
      yield [labelText({ cluster: view.id, broker: broker.id }), valueOf(broker)];
    }
  });

const ofTopic = (name: string, help: string, valueOf: (topic: TopicSnapshot) => number | null): Family =>
  gauge(`topic_${name}`, help, function* (view) {
    for (const topic of topicsOf(view)) {
      yield [labelText({ cluster: view.id, topic: topic.name }), valueOf(topic)];
    }
  });

const ofGroup = (
  name: string,
  help: string,
  valueOf: (group: GroupSnapshot) => number | null | undefined,
): Family =>
  gauge(`group_${name}`, help, function* (view) {
    for (const group of groupsOf(view)) {
      yield [labelText({ cluster: view.id, group: group.id }), valueOf(group)];
    }
  });

const clusterFamilies: readonly Family[] = [
  ofCluster('cluster_up', 'Whether the last round got answers.', ({ up }) => (up ? 1 : 0)),
  ofCluster('snapshot_age_seconds', 'Age of the figures of a cluster.', ({ ageSeconds }) => ageSeconds),
  ofSummary('brokers', 'Brokers that answered.', ({ brokers }) => brokers),
  ofSummary('topics', 'Topics.', ({ topics }) => topics),
  ofSummary('partitions', 'Partitions.', ({ partitions }) => partitions),
  ofSummary('groups', 'Consumer groups.', ({ groups }) => groups),
  ofSummary(
    'under_replicated_partitions',
    'Partitions with fewer replicas in sync than assigned.',
    (summary) => summary.underReplicatedPartitions,
  ),
  ofSummary(
    'offline_partitions',
    'Partitions without a leader.',
    ({ offlinePartitions }) => offlinePartitions,
  ),
  ofSummary('total_lag_records', 'Sum of the lags of all groups.', ({ totalLag }) => totalLag),
  ofSummary(
    'total_lag_at_least',
    'Whether a part of the lags is not known and left out of the sum.',
    ({ totalLag, totalLagAtLeast }) => (totalLag === null ? null : totalLagAtLeast ? 1 : 0),
  ),
  ofSummary('messages_in_per_second', 'Messages produced per second.', (summary) => summary.messagesInPerSec),
  ofSummary('bytes_in_per_second', 'Bytes produced per second.', ({ bytesInPerSec }) => bytesInPerSec),
  ofSummary('bytes_out_per_second', 'Bytes fetched per second.', ({ bytesOutPerSec }) => bytesOutPerSec),
  ofSummary('log_bytes', 'Size of the log directories.', ({ logDirBytes }) => logDirBytes),
  ofSummary('controller_id', 'Broker id of the controller.', ({ controllerId }) => controllerId),
];

const brokerFamilies: readonly Family[] = [
  ofBroker('up', 'Whether the broker answered in the last round.', ({ reachable }) => (reachable ? 1 : 0)),
  ofBroker('leaders', 'Partitions that the broker leads.', ({ leaders }) => leaders),
  ofBroker('log_bytes', 'Size of its log directories.', ({ logDirBytes }) => logDirBytes),
  ofBroker('bytes_in_per_second', 'Bytes produced per second.', ({ metrics }) => metrics?.bytesInPerSec),
  ofBroker('bytes_out_per_second', 'Bytes fetched per second.', ({ metrics }) => metrics?.bytesOutPerSec),
  ofBroker(
    'messages_in_per_second',
    'Messages produced per second.',
    (broker) => broker.metrics?.messagesInPerSec,
  ),
  ofBroker('cpu_percent', 'CPU in use, of one CPU: 200 is two CPUs.', ({ metrics }) => metrics?.cpuPercent),
  ofBroker('memory_bytes', 'Memory in use.', ({ metrics }) => metrics?.memoryBytes),
];

const topicFamilies: readonly Family[] = [
  ofTopic('partitions', 'Partitions of the topic.', ({ partitions }) => partitions.length),
  ofTopic('records', 'End minus start offset over all partitions.', (topic) => summarizeTopic(topic).records),
  ofTopic('size_bytes', 'Size of the leaders on disk.', (topic) => summarizeTopic(topic).sizeBytes),
  ofTopic('messages_in_per_second', 'Messages produced per second.', (topic) => topic.messagesInPerSec),
];

const groupFamilies: readonly Family[] = [
  ofGroup('lag_records', 'Lag of the group over all topics.', ({ totalLag }) => totalLag),
  gauge(
    'group_lag_at_least',
    'Whether the lag of a partition of the group is not known and left out.',
    function* (view) {
      const topics = view.snapshot?.topics;
      for (const group of groupsOf(view)) {
        const isFloor =
          topics === undefined || group.totalLag === null ? null : isLagFloor(group, topics, null);
        yield [labelText({ cluster: view.id, group: group.id }), isFloor === null ? null : isFloor ? 1 : 0];
      }
    },
  ),
  ofGroup('members', 'Members of the group.', ({ members }) => members?.length),
  gauge('group_topic_lag_records', 'Lag of the group on one topic.', function* (view) {
    for (const at of groupTopicsOf(view)) {
      yield [labelText({ cluster: view.id, group: at.group.id, topic: at.topic }), lagSum(at)];
    }
  }),
  ofGroup(
    'lag_seconds',
    'Age of the oldest record that is not committed.',
    ({ lagSeconds }) => lagSeconds?.seconds,
  ),
  ofGroup(
    'lag_seconds_at_least',
    'Whether that record is older than what is remembered.',
    ({ lagSeconds }) => (lagSeconds === null ? null : lagSeconds.atLeast ? 1 : 0),
  ),
  gauge(
    'group_status',
    'What the group is called now: ok, slow, stalled, stopped, rewound, unknown.',
    function* (view) {
      for (const { id, status } of groupsOf(view))
        yield [labelText({ cluster: view.id, group: id, status }), 1];
    },
  ),
  ofGroup(
    'catch_up_seconds',
    'Estimated until the group has caught up.',
    ({ catchUpSeconds }) => catchUpSeconds,
  ),
  ofGroup('committed_per_second', 'Records committed per second.', ({ committedPerSec }) => committedPerSec),
  ofGroup(
    'produced_per_second',
    'Records that arrived for it per second.',
    ({ producedPerSec }) => producedPerSec,
  ),
];

const costFamilies: readonly Family[] = [
  ofCluster('round_seconds', 'Length of the last round.', ({ snapshot }) => snapshot?.cost.seconds),
  ofCluster(
    'round_cpu_seconds',
    'CPU of the console during the last round, at most.',
    ({ snapshot }) => snapshot?.cost.cpuSeconds,
  ),
  ofCluster(
    'rounds_skipped',
    'Rounds of the last minutes that were due while another one went on.',
    (view) => view.cost?.skippedRounds,
  ),
  ofCluster(
    'history_rows_per_hour',
    'Rows of history written, mean of the last hour.',
    ({ cost }) => cost?.historyRowsPerHour,
  ),
  gauge('watch_requests_per_minute', 'Requests of the console, mean of the last minutes.', function* (view) {
    for (const { brokerId, requests } of view.cost?.brokers ?? []) {
      for (const [api, count] of Object.entries(requests)) {
        yield [labelText({ cluster: view.id, broker: brokerId ?? 'unknown', api }), count];
      }
    }
  }),
  gauge('watch_bytes_per_minute', 'Bytes to and from a broker, mean of the last minutes.', function* (view) {
    for (const { brokerId, bytesSent, bytesReceived } of view.cost?.brokers ?? []) {
      const labels = { cluster: view.id, broker: brokerId ?? 'unknown' };
      yield [labelText({ ...labels, direction: 'sent' }), bytesSent];
      yield [labelText({ ...labels, direction: 'received' }), bytesReceived];
    }
  }),
];

export const ownSet: readonly Family[] = [
  ...clusterFamilies,
  ...brokerFamilies,
  ...topicFamilies,
  ...groupFamilies,
  ...costFamilies,
];

const ofProcess = (
  name: string,
  type: ProcessFamily['type'],
  help: string,
  valueOf: () => number | null,
): ProcessFamily => ({ name, type, help, samples: () => [['', valueOf()]] });

export const processSet: readonly ProcessFamily[] = [
  {
    name: 'aquila_console_info',
    type: 'gauge',
    help: 'Which version this is.',
    samples: () => [[labelText({ version }), 1]],
  },
  ofProcess('aquila_console_streams', 'gauge', 'Open event streams.', () => openStreams.total()),
  ofProcess('process_cpu_seconds_total', 'counter', 'CPU time of the console.', () => {
    const cpu = process.cpuUsage();
    return (cpu.user + cpu.system) / 1e6;
  }),
  ofProcess('process_resident_memory_bytes', 'gauge', 'Resident memory of the console.', () =>
    process.memoryUsage.rss(),
  ),
  ofProcess(
    'aquila_console_disk_bytes_written_total',
    'counter',
    "Bytes written to this machine's disks.",
    diskBytesWritten,
  ),
  ofProcess('process_uptime_seconds', 'gauge', 'Since the console started.', () => process.uptime()),
];
