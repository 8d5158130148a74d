/**
 * One round of the collector against Apache Kafka, against our broker, and against our broker as it looks to a client when it is
 * as old as Kafka 2.1 and 2.8: every number of the snapshot, and what the pages show of it, is what Kafka's own tools tell of the
 * same cluster. For another release of Apache Kafka run it again with AQUILA_KAFKA_TOOLS of that one.
 */
import { Kafka, logLevel } from 'kafkajs';
import { startBrokerProcess, temporaryDirectory } from '../broker/integration/broker-process.ts';
import { openReader } from '../console/collector/cluster-reader.ts';
import {
  CappingRelay,
  kafka21,
  kafka28,
  type VersionTable,
} from '../console/collector/testing/capping-relay.ts';
import { Rounds } from '../console/collector/testing/rounds.ts';
import { partitionKey, type ClusterSnapshot, type PartitionSnapshot } from '../console/model/snapshot.ts';
import { startApacheKafka } from './apache-kafka-broker.ts';
import type { CompatCase } from './compat-case.ts';
import { CUT, fill, FULL, live, openTransaction } from './filled-cluster.ts';
import { lacksTools } from './kafka-distribution.ts';
import { comparePages } from './page-numbers.ts';
import { expectEqual } from './run-program.ts';
import {
  inOrder,
  rowOf,
  toldGroupRows,
  toldGroups,
  toldOffsets,
  toldOpenTransaction,
  toldQuorum,
  type ToldQuorum,
  toldSizes,
  toldTopics,
  toldTopicSetting,
} from './tool-numbers.ts';

const missing = (): Promise<string | null> =>
  lacksTools(
    'kafka-topics',
    'kafka-get-offsets',
    'kafka-consumer-groups',
    'kafka-log-dirs',
    'kafka-configs',
    'kafka-delete-records',
    'kafka-transactions',
    'kafka-metadata-quorum',
  );
const intervalMs = 10_000;

async function roundOf(bootstrap: string): Promise<ClusterSnapshot> {
  const reader = openReader({ bootstrap: [bootstrap], tls: null, resolve: null, authenticate: null });
  try {
    return await new Rounds(reader, intervalMs).play(Date.now());
  } finally {
    await reader.close();
  }
}

const textOf = (value: number | string | null | undefined): string => String(value ?? '-');

function partitionRows(
  { topics }: ClusterSnapshot,
  valueOf: (partition: PartitionSnapshot) => number | null,
): string {
  const rows: string[] = [];
  for (const { name, partitions } of topics.values())
    for (const each of partitions) rows.push(rowOf(partitionKey(name, each.partition), valueOf(each)));
  return inOrder(rows);
}

const rowsOfMap = (told: ReadonlyMap<string, number | string>): string =>
  inOrder([...told].map(([key, value]) => rowOf(key, value)));

/** Ends and starts of all partitions. */
async function compareOffsets(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  const ends = partitionRows(snapshot, ({ highWatermark }) => highWatermark);
  expectEqual(ends, rowsOfMap(await toldOffsets(tools, 'latest')), 'end offsets');
  const starts = partitionRows(snapshot, ({ logStartOffset }) => logStartOffset);
  expectEqual(starts, rowsOfMap(await toldOffsets(tools, 'earliest')), 'start offsets');
}

/** Where no transaction is open, everything is stable. */
async function compareStable(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  for (const { partition, highWatermark, lastStableOffset, hasOpenTransaction } of snapshot.topics.get(FULL)
    ?.partitions ?? []) {
    const start = await toldOpenTransaction(tools, FULL, partition);
    const told = rowOf(start ?? highWatermark, String(start !== null));
    expectEqual(
      rowOf(lastStableOffset, String(hasOpenTransaction)),
      told,
      `last stable offset of ${String(partition)}`,
    );
  }
}

async function compareGroups(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  const theirs = (await toldGroupRows(tools)).map(({ group, topic, partition, committed, end, lag }) =>
    rowOf(group, topic, partition, committed, end, lag),
  );
  const ours = [...snapshot.groups.values()].flatMap(({ id, partitions }) =>
    (partitions ?? []).map(({ topic, partition, committedOffset, logEndOffset, lag }) =>
      rowOf(id, topic, partition, committedOffset, logEndOffset, lag),
    ),
  );
  expectEqual(inOrder(ours), inOrder(theirs), 'rows of groups');
}

/** Coordinator, state and members of each group. */
async function compareStates(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  const theirs = (await toldGroups(tools)).map(({ group, coordinator, state, members }) =>
    rowOf(group, coordinator, state, members),
  );
  const ours = [...snapshot.groups.values()].map(({ id, coordinator, state, members }) =>
    rowOf(id, coordinator, state, members?.length),
  );
  expectEqual(inOrder(ours), inOrder(theirs), 'states of groups');
}

/** Leaders, replicas and those in sync; ids where the cluster tells them. */
async function compareTopics(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  const told = await toldTopics(tools);
  const theirs = told.partitions.map(({ topic, partition, leader, replicas, isr }) =>
    rowOf(topic, partition, leader, replicas, isr),
  );
  const ids = new Map(told.topics.map(({ topic, topicId }) => [topic, topicId]));
  const ours: string[] = [];
  for (const { name, topicId, partitions, error } of snapshot.topics.values()) {
    expectEqual(textOf(error), '-', `error of ${name}`);
    if (topicId !== null) expectEqual(topicId, textOf(ids.get(name)), `id of ${name}`);
    for (const { partition, leader, replicas, isr } of partitions)
      ours.push(rowOf(name, partition, leader, replicas.join(), isr.join()));
  }
  expectEqual(inOrder(ours), inOrder(theirs), 'partitions');
}

async function compareSizes(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  const sizes = await toldSizes(tools);
  expectEqual(
    partitionRows(snapshot, ({ sizeBytes }) => sizeBytes),
    rowsOfMap(sizes),
    'sizes',
  );
  const sum = [...sizes.values()].reduce((bytes, size) => bytes + size, 0);
  expectEqual(textOf(snapshot.brokers[0]?.logDirBytes), String(sum), 'bytes of the broker');
}

async function compareMinInSync(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  expectEqual(
    textOf(snapshot.topics.get(CUT)?.settings?.minInSyncReplicas),
    await toldTopicSetting(tools, CUT, 'min.insync.replicas'),
    'min.insync.replicas',
  );
}

/** The log of the quorum grows all the while: what was collected lies between two answers of the tool. */
function compareQuorum({ quorum }: ClusterSnapshot, before: ToldQuorum, after: ToldQuorum): void {
  if (quorum === null) throw new Error('nothing was collected of the quorum');
  const { leaderId, leaderEpoch, highWatermark, nodes } = quorum;
  const expectWithin = (value: number, least: number, most: number, what: string): void => {
    if (!(value >= least && value <= most))
      throw new Error(`${what}: ${String(value)} is not within ${String(least)} and ${String(most)}`);
  };
  expectEqual(rowOf(leaderId, leaderEpoch), rowOf(after.leaderId, after.leaderEpoch), 'leader of the quorum');
  expectWithin(highWatermark, before.highWatermark, after.highWatermark, 'high watermark of the quorum');
  const rolesOf = (told: ToldQuorum): string =>
    inOrder(told.nodes.map(({ id, status }) => rowOf(id, status === 'Observer' ? 'observer' : 'voter')));
  const roles = nodes.map(({ id, isVoter }) => rowOf(id, isVoter ? 'voter' : 'observer'));
  expectEqual(inOrder(roles), rolesOf(after), 'nodes of the quorum');
  for (const { id, logEndOffset } of nodes) {
    const endIn = (told: ToldQuorum): number =>
      told.nodes.find((each) => each.id === String(id))?.logEndOffset ?? NaN;
    expectWithin(logEndOffset ?? NaN, endIn(before), endIn(after), `end of the log of node ${String(id)}`);
  }
}

async function compareAll(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  expectEqual(JSON.stringify(snapshot.failures), '[]', 'failures');
  expectEqual(textOf(snapshot.groups.size), '6', 'groups');
  for (const compare of [
    compareOffsets,
    compareStable,
    compareGroups,
    compareStates,
    compareTopics,
    compareSizes,
    compareMinInSync,
    comparePages,
  ])
    await compare(snapshot, tools);
}

/** A round while a group lives and a transaction is open, beside what the tools say at `tools`. */
async function compareRound(
  kafka: Kafka,
  tools: string,
  look: () => Promise<ClusterSnapshot>,
): Promise<void> {
  await fill(kafka, tools);
  const endings = [await live(kafka)];
  try {
    endings.push(await openTransaction(kafka));
    await compareAll(await look(), tools);
  } finally {
    for (const end of endings) await end();
  }
}

/** Of a cluster that can tell everything, the quorum too. */
async function compareAllAt(kafka: Kafka, bootstrap: string): Promise<void> {
  await compareRound(kafka, bootstrap, async () => {
    const before = await toldQuorum(bootstrap);
    const snapshot = await roundOf(bootstrap);
    compareQuorum(snapshot, before, await toldQuorum(bootstrap));
    expectEqual(JSON.stringify(snapshot.cannotTell), '[]', 'what it cannot tell');
    return snapshot;
  });
}

async function onOurBroker(work: (kafka: Kafka, port: number) => Promise<void>): Promise<void> {
  const directory = temporaryDirectory();
  const broker = await startBrokerProcess(directory.path);
  const brokers = [`127.0.0.1:${String(broker.port)}`];
  try {
    await work(new Kafka({ clientId: 'compat', brokers, logLevel: logLevel.NOTHING }), broker.port);
  } finally {
    await broker.end('SIGTERM');
    directory.remove();
  }
}

const older: readonly (readonly [release: string, table: VersionTable])[] = [
  ['2.1', kafka21],
  ['2.8', kafka28],
];

export const collectedNumbersCases: readonly CompatCase[] = [
  {
    name: 'collected numbers of Apache Kafka are those of its own tools',
    missing: async () => (await missing()) ?? lacksTools('kafka-server-start', 'kafka-storage'),
    run: async () => {
      const directory = temporaryDirectory();
      try {
        const { kafka, bootstrap, stop } = await startApacheKafka(directory.path);
        await compareAllAt(kafka, bootstrap).finally(stop);
      } finally {
        directory.remove();
      }
    },
  },
  {
    name: "collected numbers of our broker are those of Kafka's tools",
    missing,
    run: () => onOurBroker((kafka, port) => compareAllAt(kafka, `127.0.0.1:${String(port)}`)),
  },
  ...older.map(([release, table]): CompatCase => ({
    name: `collected numbers of our broker, as old as Kafka ${release}, are those of Kafka's tools`,
    missing,
    run: () =>
      onOurBroker(async (kafka, port) => {
        const relay = await CappingRelay.start(port, table);
        try {
          await compareRound(kafka, `127.0.0.1:${String(port)}`, () => roundOf(relay.address));
          expectEqual(relay.refused.join(', '), '', 'refused requests');
        } finally {
          await relay.stop();
        }
      }),
  })),
];
