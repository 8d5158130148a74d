/**
 * What the pages show of a round, as their services answer them for it, held against Kafka's own tools: the lists of topics, groups
 * and brokers with their sums, a topic's and a group's own page, and how far the quorum's nodes are behind.
 */
import { publishSnapshot, registerCluster, unregisterCluster } from '../console/collector/live-clusters.ts';
import { partitionKey, type ClusterSnapshot } from '../console/model/snapshot.ts';
import { listBrokers } from '../console/services/brokers.ts';
import type { ConsoleContext } from '../console/services/context.ts';
import { groupDetail, listGroups } from '../console/services/groups.ts';
import { clusterQuorum } from '../console/services/quorum.ts';
import { openTestConsole } from '../console/services/testing/test-context.ts';
import { listTopics, topicDetail } from '../console/services/topics.ts';
import { expectEqual } from './run-program.ts';
import {
  inOrder,
  rowOf,
  toldGroupRows,
  toldGroups,
  toldOffsets,
  toldSizes,
  toldTopics,
  toldTopicSetting,
} from './tool-numbers.ts';

/** The id of the one cluster that is set up by its address. */
const CLUSTER = 'kafka';
const ALL_ROWS = { limit: 500 };
const sumOf = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);

type Page = (context: ConsoleContext, tools: string) => Promise<void>;

const topicList: Page = async (context, tools) => {
  const { topics, partitions } = await toldTopics(tools);
  const [ends, starts] = [await toldOffsets(tools, 'latest'), await toldOffsets(tools, 'earliest')];
  const sizes = await toldSizes(tools);
  const theirs = topics.map(({ topic, partitionCount, replicationFactor }) => {
    const keys = partitions
      .filter((each) => each.topic === topic)
      .map(({ partition }) => partitionKey(topic, Number(partition)));
    const records = sumOf(keys.map((key) => Number(ends.get(key)) - Number(starts.get(key))));
    const bytes = sumOf(keys.map((key) => sizes.get(key) ?? NaN));
    return rowOf(topic, partitionCount, replicationFactor, records, bytes);
  });
  const ours = listTopics(context, CLUSTER, ALL_ROWS).items.map((topic) =>
    rowOf(topic.name, topic.partitionCount, topic.replicationFactor, topic.records, topic.sizeBytes),
  );
  expectEqual(inOrder(ours), inOrder(theirs), 'page of topics');
};

/** Each topic's own page: where its partitions begin and end, and its settings as far as the list shows them. */
const topicPages: Page = async (context, tools) => {
  const [ends, starts] = [await toldOffsets(tools, 'latest'), await toldOffsets(tools, 'earliest')];
  const { topics, partitions } = await toldTopics(tools);
  const theirs = partitions.map(({ topic, partition, leader, replicas, isr }) => {
    const key = partitionKey(topic, Number(partition));
    return rowOf(key, leader, replicas, isr, starts.get(key), ends.get(key));
  });
  const pages = topics.map(({ topic }) => topicDetail(context, CLUSTER, topic));
  const ours = pages.flatMap(({ name, partitions: shown }) =>
    shown.map(({ partition, leader, replicas, isr, logStartOffset, highWatermark }) =>
      rowOf(
        partitionKey(name, partition),
        leader,
        replicas.join(),
        isr.join(),
        logStartOffset,
        highWatermark,
      ),
    ),
  );
  expectEqual(inOrder(ours), inOrder(theirs), 'pages of topics');
  for (const { name, internal, retentionMs, retentionBytes, cleanupPolicy, minInSyncReplicas } of pages) {
    if (internal) continue;
    for (const [setting, shown] of [
      ['retention.ms', retentionMs],
      ['retention.bytes', retentionBytes],
      ['cleanup.policy', cleanupPolicy],
      ['min.insync.replicas', minInSyncReplicas],
    ] as const)
      expectEqual(rowOf(shown), await toldTopicSetting(tools, name, setting), `${setting} of ${name}`);
  }
};

/** The lag of a group is the sum of what its partitions are behind; one that is beyond the end takes nothing off. */
const groupPages: Page = async (context, tools) => {
  const [groups, told] = [await toldGroups(tools), await toldGroupRows(tools)];
  const theirs = groups.map(({ group, state, members }) => {
    const lags = told.filter((row) => row.group === group && row.lag !== '-').map(({ lag }) => Number(lag));
    const total = lags.length === 0 ? null : sumOf(lags.map((lag) => Math.max(0, lag)));
    return rowOf(group, state, members, total);
  });
  const { items } = listGroups(context, CLUSTER, ALL_ROWS);
  const ours = items.map(({ id, state, members, totalLag }) => rowOf(id, state, members, totalLag));
  expectEqual(inOrder(ours), inOrder(theirs), 'page of groups');
  const shown = items.flatMap(({ id }) =>
    groupDetail(context, CLUSTER, id).partitions.map((row) =>
      rowOf(id, row.topic, row.partition, row.committedOffset, row.logEndOffset, row.lag, row.memberId),
    ),
  );
  const rows = told.map((row) =>
    rowOf(row.group, row.topic, row.partition, row.committed, row.end, row.lag, row.memberId),
  );
  expectEqual(inOrder(shown), inOrder(rows), 'pages of groups');
};

const brokerList: Page = async (context, tools) => {
  const { partitions } = await toldTopics(tools);
  const bytes = sumOf((await toldSizes(tools)).values());
  const ours = listBrokers(context, CLUSTER, ALL_ROWS).items.map(({ id, leaders, replicas, logDirBytes }) =>
    rowOf(id, leaders, replicas, logDirBytes),
  );
  const ids = [...new Set(partitions.flatMap(({ replicas }) => replicas.split(',')))];
  const theirs = ids.map((id) =>
    rowOf(
      id,
      partitions.filter(({ leader }) => leader === id).length,
      partitions.filter(({ replicas }) => replicas.split(',').includes(id)).length,
      bytes,
    ),
  );
  expectEqual(inOrder(ours), inOrder(theirs), 'page of brokers');
};

/** What the round has told is shown as it is: who leads is not behind itself. */
const quorumPage: Page = (context) => {
  const { quorum } = clusterQuorum(context, CLUSTER);
  const leader = quorum?.nodes.find(({ role }) => role === 'leader');
  if (quorum !== null)
    expectEqual(rowOf(leader?.id, leader?.lag), rowOf(quorum.leaderId, 0), 'page of the quorum');
  return Promise.resolve();
};

/** `bootstrap` is where the round was collected; the tools may go another way to the same cluster. */
export async function comparePages(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  const opened = await openTestConsole({ AQUILA_BOOTSTRAP: tools, AQUILA_BROKERS: '0' });
  const cluster = { id: CLUSTER, name: CLUSTER, source: 'file', readOnly: true } as const;
  const collectNow = (): Promise<ClusterSnapshot> => Promise.resolve(snapshot);
  registerCluster({ ...cluster, bootstrapServers: [tools], intervalMs: 10_000, collectNow }, 0);
  try {
    publishSnapshot({ ...snapshot, clusterId: CLUSTER });
    for (const page of [topicList, topicPages, groupPages, brokerList, quorumPage])
      await page(opened.context, tools);
  } finally {
    unregisterCluster(CLUSTER);
    await opened.close();
  }
}
