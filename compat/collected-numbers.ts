/**
 * One round of the collector against Apache Kafka, and against our broker as it looks to a client when it is as old as Kafka 2.1
 * and 2.8: every number of the snapshot is what Kafka's own tools tell of the same cluster. For another release of Apache Kafka run it
 * again with AQUILA_KAFKA_TOOLS of that one.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
import type { ClusterSnapshot } from '../console/model/snapshot.ts';
import { startApacheKafka } from './apache-kafka-broker.ts';
import type { CompatCase } from './compat-case.ts';
import { lacksTools, toolOutput } from './kafka-distribution.ts';
import { expectEqual } from './run-program.ts';

const missing = (): Promise<string | null> =>
  lacksTools(
    'kafka-topics',
    'kafka-get-offsets',
    'kafka-consumer-groups',
    'kafka-log-dirs',
    'kafka-configs',
    'kafka-delete-records',
  );
const intervalMs = 10_000;
const [FULL, CUT, EMPTY] = ['numbers.full', 'numbers.cut', 'numbers.empty'] as const;

/** Kafka's tool takes them from a file. */
async function deleteRecords(tools: string, topic: string, offset: number): Promise<void> {
  const directory = temporaryDirectory();
  try {
    const file = join(directory.path, 'offsets.json');
    writeFileSync(file, JSON.stringify({ version: 1, partitions: [{ topic, partition: 0, offset }] }));
    await toolOutput('kafka-delete-records', tools, ['--offset-json-file', file]);
  } finally {
    directory.remove();
  }
}

async function fill(kafka: Kafka, tools: string): Promise<void> {
  const [admin, producer] = [kafka.admin(), kafka.producer()];
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    const configEntries = [{ name: 'min.insync.replicas', value: '1' }];
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        { topic: FULL, numPartitions: 3 },
        { topic: CUT, numPartitions: 2, configEntries },
        { topic: EMPTY, numPartitions: 1 },
      ],
    });
    const send = (topic: string, partition: number, count: number) =>
      producer.send({
        topic,
        messages: Array.from({ length: count }, (_, index) => ({
          partition,
          value: `record ${String(index)}`,
        })),
      });
    await send(FULL, 0, 100);
    await send(FULL, 1, 7);
    await send(CUT, 0, 60);
    await deleteRecords(tools, CUT, 25);
    const commit = (groupId: string, topic: string, offsets: readonly number[]) =>
      admin.setOffsets({
        groupId,
        topic,
        partitions: offsets.map((offset, partition) => ({ partition, offset: String(offset) })),
      });
    await commit('behind', FULL, [40, 7, 0]);
    await commit('in part', FULL, [100]);
    await commit('beyond the end', FULL, [150]);
    await commit('before the start', CUT, [10, 0]);
    await commit('of two topics', FULL, [99, 6]);
    await commit('of two topics', CUT, [60]);
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

/** A group with a member that has committed nothing. */
async function live(kafka: Kafka): Promise<() => Promise<void>> {
  const consumer = kafka.consumer({ groupId: 'live' });
  await consumer.connect();
  await consumer.subscribe({ topics: [EMPTY] });
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve());
  });
  await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
  await joined;
  return () => consumer.disconnect();
}

async function roundOf(bootstrap: string): Promise<ClusterSnapshot> {
  const reader = openReader({ bootstrap: [bootstrap], tls: null, resolve: null, authenticate: null });
  try {
    return await new Rounds(reader, intervalMs).play(Date.now());
  } finally {
    await reader.close();
  }
}

const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim());
const inOrder = (lines: Iterable<string>): string => [...lines].sort().join('\n');
const textOf = (value: number | string | null | undefined): string => String(value ?? '-');

function partitionLines(
  { topics }: ClusterSnapshot,
  lineOf: (topic: string, at: { partition: number; end: string; start: string; size: string }) => string,
): string {
  const lines: string[] = [];
  for (const { name, partitions } of topics.values()) {
    for (const { partition, highWatermark, logStartOffset, sizeBytes } of partitions)
      lines.push(
        lineOf(name, {
          partition,
          end: textOf(highWatermark),
          start: textOf(logStartOffset),
          size: textOf(sizeBytes),
        }),
      );
  }
  return inOrder(lines);
}

/** Ends and starts of all partitions. */
async function compareOffsets(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  for (const [time, which] of [
    ['-1', 'end'],
    ['-2', 'start'],
  ] as const) {
    const told = await toolOutput('kafka-get-offsets', tools, ['--time', time]);
    const ours = partitionLines(snapshot, (topic, at) => `${topic}:${String(at.partition)}:${at[which]}`);
    expectEqual(ours, inOrder(linesOf(told).filter((line) => /:\d+:\d+$/.test(line))), `${which} offsets`);
  }
}

/** GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG; names here have blanks, topics have none. */
const GROUP_ROW = /^(.+?)\s+(\S+)\s+(\d+)\s+(\d+|-)\s+(\d+|-)\s+(-?\d+|-)(?:\s|$)/;

async function compareGroups(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  const told = await toolOutput('kafka-consumer-groups', tools, ['--describe', '--all-groups']);
  const theirs = linesOf(told).flatMap((line) => {
    const row = GROUP_ROW.exec(line);
    return row === null ? [] : [row.slice(1, 7).join(' | ')];
  });
  const ours: string[] = [];
  for (const { id, partitions } of snapshot.groups.values()) {
    for (const { topic, partition, committedOffset, logEndOffset, lag } of partitions ?? [])
      ours.push(
        [id, topic, partition, textOf(committedOffset), textOf(logEndOffset), textOf(lag)].join(' | '),
      );
  }
  expectEqual(inOrder(ours), inOrder(theirs), 'rows of groups');
}

/** Coordinator, state and members of each group. */
async function compareStates(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  const told = await toolOutput('kafka-consumer-groups', tools, ['--describe', '--all-groups', '--state']);
  const theirs = linesOf(told).flatMap((line) => {
    const row = /^(.+?)\s+\S+:\d+\s+\((\d+)\)\s.*?(Stable|Empty)\s+(\d+)$/.exec(line);
    return row === null ? [] : [row.slice(1, 5).join(' | ')];
  });
  const ours = [...snapshot.groups.values()].map(({ id, coordinator, state, members }) =>
    [id, textOf(coordinator), state, textOf(members?.length)].join(' | '),
  );
  expectEqual(inOrder(ours), inOrder(theirs), 'states of groups');
}

/** Leaders, replicas and those in sync; ids where the cluster tells them. */
async function compareTopics(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  const told = await toolOutput('kafka-topics', tools, ['--describe']);
  const theirs = linesOf(told).flatMap((line) => {
    const row = /Topic: (\S+)\s+Partition: (\d+)\s+Leader: (\S+)\s+Replicas: (\S*)\s+Isr: (\S*)/.exec(line);
    return row === null ? [] : [row.slice(1, 6).join(' | ')];
  });
  const ours: string[] = [];
  for (const { name, topicId, partitions, error } of snapshot.topics.values()) {
    expectEqual(textOf(error), '-', `error of ${name}`);
    if (topicId !== null && !told.includes(`TopicId: ${topicId}`))
      throw new Error(`id of ${name}: ${topicId} is not in\n${told}`);
    for (const { partition, leader, replicas, isr } of partitions)
      ours.push([name, partition, textOf(leader), replicas.join(','), isr.join(',')].join(' | '));
  }
  expectEqual(inOrder(ours), inOrder(theirs), 'partitions');
}

interface LogDirs {
  readonly brokers: readonly {
    readonly broker: number;
    readonly logDirs: readonly {
      readonly partitions: readonly { readonly partition: string; readonly size: number }[];
    }[];
  }[];
}

async function compareSizes(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  const told = await toolOutput('kafka-log-dirs', tools, ['--describe']);
  const line = linesOf(told).find((each) => each.startsWith('{')) ?? '{"brokers":[]}';
  const [broker] = (JSON.parse(line) as LogDirs).brokers;
  const sizes = (broker?.logDirs ?? []).flatMap(({ partitions }) => partitions);
  const ours = partitionLines(
    snapshot,
    (topic, { partition, size }) => `${topic}-${String(partition)} ${size}`,
  );
  expectEqual(ours, inOrder(sizes.map(({ partition, size }) => `${partition} ${String(size)}`)), 'sizes');
  const sum = sizes.reduce((bytes, { size }) => bytes + size, 0);
  expectEqual(textOf(snapshot.brokers[0]?.logDirBytes), String(sum), 'bytes of the broker');
}

async function compareMinInSync(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  const entity = ['--entity-type', 'topics', '--entity-name', CUT];
  const told = await toolOutput('kafka-configs', tools, ['--describe', '--all', ...entity]);
  const value = /min\.insync\.replicas=(\d+)/.exec(told)?.[1];
  expectEqual(
    textOf(snapshot.topics.get(CUT)?.settings?.minInSyncReplicas),
    textOf(value),
    'min.insync.replicas',
  );
}

async function compareAll(snapshot: ClusterSnapshot, tools: string): Promise<void> {
  expectEqual(JSON.stringify(snapshot.failures), '[]', 'failures');
  expectEqual(textOf(snapshot.groups.size), '6', 'groups');
  for (const compare of [
    compareOffsets,
    compareGroups,
    compareStates,
    compareTopics,
    compareSizes,
    compareMinInSync,
  ])
    await compare(snapshot, tools);
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
        try {
          await fill(kafka, bootstrap);
          const leave = await live(kafka);
          try {
            const snapshot = await roundOf(bootstrap);
            expectEqual(JSON.stringify(snapshot.cannotTell), '[]', 'what it cannot tell');
            await compareAll(snapshot, bootstrap);
          } finally {
            await leave();
          }
        } finally {
          await stop();
        }
      } finally {
        directory.remove();
      }
    },
  },
  ...older.map(([release, table]): CompatCase => ({
    name: `collected numbers of our broker, as old as Kafka ${release}, are those of Kafka's tools`,
    missing,
    run: async () => {
      const directory = temporaryDirectory();
      const broker = await startBrokerProcess(directory.path);
      const tools = `127.0.0.1:${String(broker.port)}`;
      const kafka = new Kafka({
        clientId: 'compat',
        brokers: [tools],
        logLevel: logLevel.NOTHING,
      });
      try {
        await fill(kafka, tools);
        const leave = await live(kafka);
        const relay = await CappingRelay.start(broker.port, table);
        try {
          const snapshot = await roundOf(relay.address);
          expectEqual(relay.refused.join(', '), '', 'refused requests');
          await compareAll(snapshot, tools);
        } finally {
          await relay.stop();
          await leave();
        }
      } finally {
        await broker.end('SIGTERM');
        directory.remove();
      }
    },
  })),
];
