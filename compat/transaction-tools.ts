/**
 * Transactions by Apache Kafka's own producer, in both protocols, between which its tool for features chooses (KIP-890); and its
 * tool for those that went wrong (KIP-664): one that no coordinator knows is found, and ended by whoever runs the tool. Such a one
 * comes to be only where leaders do not ask, so this broker of its own does not.
 */
import { join } from 'node:path';
import {
  type BrokerProcess,
  startBrokerProcess,
  temporaryDirectory,
} from '../broker/integration/broker-process.ts';
import { RawClient } from '../broker/integration/raw-client.ts';
import { produceRequest, produceResponse } from '../protocol/messages/00-produce.ts';
import { encodeRecordBatch } from '../protocol/records/encode-batch.ts';
import type { CompatCase } from './compat-case.ts';
import { lacksTools, toolOutput, toolsFolder } from './kafka-distribution.ts';
import { expectEqual, outputOf } from './run-program.ts';

const missing = (): Promise<string | null> => lacksTools('kafka-transactions', 'kafka-console-consumer');
const HOUR_MS = 3_600_000;
const PRODUCER_ID = 4_711;
const TOPIC = 'hanging';

/** A record of a transaction that began two hours ago and that nobody will end, and one that waits behind it. */
async function leaveHanging(broker: BrokerProcess): Promise<void> {
  const client = await RawClient.connect(broker.port);
  const startedMs = Date.now() - 2 * HOUR_MS;
  const producer = { producerId: PRODUCER_ID, producerEpoch: 3, baseSequence: 0, isTransactional: true };
  const batches = [
    { transactionalId: 'lost', value: 'never', ...producer, timestampMs: startedMs },
    { transactionalId: null, value: 'behind', timestampMs: startedMs },
  ];
  for (const { transactionalId, value, ...batch } of batches) {
    const records = encodeRecordBatch({ records: [{ key: null, value: Buffer.from(value) }], ...batch });
    const topicData = [{ name: TOPIC, partitionData: [{ index: 0, records }] }];
    const body = { transactionalId, acks: -1, timeoutMs: 5_000, topicData };
    const { responses } = await client.request(produceRequest, produceResponse, 9, body);
    expectEqual(String(responses[0]?.partitionResponses[0]?.errorCode), '0', `error for '${value}'`);
  }
  client.close();
}

/** By words, below the line of titles. */
const rowsOf = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));

async function findAndEnd(broker: BrokerProcess): Promise<void> {
  const bootstrap = `127.0.0.1:${String(broker.port)}`;
  const admin = broker.kafka().admin();
  await admin.connect();
  const brokerId = String((await admin.describeCluster()).brokers[0]?.nodeId);
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }] });
  await admin.disconnect();
  await leaveHanging(broker);
  const find = ['find-hanging', '--broker-id', brokerId];
  const place = ['--topic', TOPIC, '--partition', '0'];
  const [found] = rowsOf(await toolOutput('kafka-transactions', bootstrap, find));
  expectEqual((found ?? []).slice(0, 4).join(' '), `${TOPIC} 0 ${String(PRODUCER_ID)} 3`, 'what hangs');
  await toolOutput('kafka-transactions', bootstrap, ['abort', ...place, '--start-offset', '0']);
  const left = rowsOf(await toolOutput('kafka-transactions', bootstrap, find));
  expectEqual(String(left.length), '0', 'number of hanging transactions after the end');
  const reading = ['--from-beginning', '--max-messages', '1', '--isolation-level', 'read_committed'];
  const read = await toolOutput('kafka-console-consumer', bootstrap, ['--topic', TOPIC, ...reading]);
  expectEqual(read, 'behind\n', 'records');
}

interface Performed {
  /** What describes the transactional id after the last of its transactions. */
  readonly state: string;
  readonly producerEpoch: number;
  /** In the topic's only partition: one for each transaction. */
  readonly marks: number;
}

const PERFORMED = 500;

/** Some ten transactions, within a second. */
async function perform(bootstrap: string, topic: string): Promise<Performed> {
  const size = ['--num-records', String(PERFORMED), '--record-size', '100', '--throughput', '500'];
  const transactions = ['--transactional-id', topic, '--transaction-duration-ms', '100'];
  const props = ['--producer-props', `bootstrap.servers=${bootstrap}`];
  const program = join(toolsFolder, 'kafka-producer-perf-test.sh');
  const sent = await outputOf(program, [...size, '--topic', topic, ...transactions, ...props]);
  if (!sent.includes(`${String(PERFORMED)} records sent`)) throw new Error(sent);
  const describe = ['describe', '--transactional-id', topic];
  const [described = []] = rowsOf(await toolOutput('kafka-transactions', bootstrap, describe));
  // CoordinatorId, TransactionalId, ProducerId, ProducerEpoch, TransactionState and more.
  const [, , , producerEpoch, state = ''] = described;
  const offsets = await toolOutput('kafka-get-offsets', bootstrap, ['--topic', topic]);
  return {
    ...{ state, producerEpoch: Number(producerEpoch) },
    marks: Number(offsets.trim().split(':').at(-1)) - PERFORMED,
  };
}

const rowOf = async (bootstrap: string): Promise<string> => {
  const features = await toolOutput('kafka-features', bootstrap, ['describe']);
  return features.split('\n').find((line) => line.includes('transaction.version')) ?? features;
};

/** Java's producer does as the level of the cluster says, which its tool lowers and raises. */
async function followLevels(broker: BrokerProcess): Promise<void> {
  const bootstrap = `127.0.0.1:${String(broker.port)}`;
  const topics = ['at-2', 'at-1', 'at-2-again'].map((topic) => ({ topic, numPartitions: 1 }));
  const admin = broker.kafka().admin();
  await admin.connect();
  await admin.createTopics({ topics });
  await admin.disconnect();
  const expectRaised = async (topic: string): Promise<void> => {
    const { producerEpoch, marks } = await perform(bootstrap, topic);
    if (marks < 3) throw new Error(`only ${String(marks)} transactions`);
    expectEqual(String(producerEpoch), String(marks), 'epoch after so many transactions');
  };
  await expectRaised('at-2');
  const level = (to: number): string[] => ['--feature', `transaction.version=${String(to)}`];
  await toolOutput('kafka-features', bootstrap, ['downgrade', ...level(1)]);
  expectEqual(/FinalizedVersionLevel: (\d+)/.exec(await rowOf(bootstrap))?.[1] ?? '', '1', 'level');
  const { producerEpoch, marks } = await perform(bootstrap, 'at-1');
  if (marks < 3) throw new Error(`only ${String(marks)} transactions`);
  expectEqual(String(producerEpoch), '0', 'epoch after transactions that do not raise it');
  await toolOutput('kafka-features', bootstrap, ['upgrade', ...level(2)]);
  await expectRaised('at-2-again');
}

async function withOwnBroker(
  settings: readonly string[],
  run: (broker: BrokerProcess) => Promise<void>,
): Promise<void> {
  const directory = temporaryDirectory();
  const broker = await startBrokerProcess(directory.path, settings);
  try {
    await run(broker);
  } finally {
    await broker.end('SIGTERM');
    directory.remove();
  }
}

export const transactionToolCases: readonly CompatCase[] = [
  {
    name: 'kafka-producer-perf-test commits its transactions; kafka-transactions lists and describes them',
    missing,
    run: async ({ bootstrap, topic }) => {
      const size = ['--num-records', '5000', '--record-size', '100', '--throughput', '-1', '--topic', topic];
      const transactions = ['--transactional-id', topic, '--transaction-duration-ms', '100'];
      const props = ['--producer-props', `bootstrap.servers=${bootstrap}`];
      const program = join(toolsFolder, 'kafka-producer-perf-test.sh');
      const sent = await outputOf(program, [...size, ...transactions, ...props]);
      if (!sent.includes('5000 records sent')) throw new Error(sent);
      const listed = rowsOf(await toolOutput('kafka-transactions', bootstrap, ['list']));
      const mine = listed.find(([transactionalId]) => transactionalId === topic);
      expectEqual(mine?.at(-1) ?? '', 'CompleteCommit', `state of ${topic}`);
      const describe = ['describe', '--transactional-id', topic];
      const [described] = rowsOf(await toolOutput('kafka-transactions', bootstrap, describe));
      if (described?.includes('CompleteCommit') !== true) throw new Error(described?.join(' '));
    },
  },
  {
    name: 'kafka-transactions finds a hanging transaction and ends it',
    missing,
    run: () => withOwnBroker(['transaction.partition.verification.enable=false'], findAndEnd),
  },
  {
    name: 'kafka-producer-perf-test has its epoch raised by each transaction where kafka-features says so',
    missing: () => lacksTools('kafka-transactions', 'kafka-features', 'kafka-get-offsets'),
    run: () => withOwnBroker([], followLevels),
  },
];
