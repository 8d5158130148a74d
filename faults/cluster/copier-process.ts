/**
 * Copies one partition of a topic in transactions, records and the position of the copy together, as a process of its own that
 * can be killed at any moment. Every third transaction is written for nothing, and aborted. Whatever final thing it is told,
 * it becomes the producer anew and goes on from where the copy stands. Says `at OFFSET` after each commit; ends at `endOffset`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { fetchRecords } from '../../kafka-client/records/fetch-records.ts';
import { readFetched } from '../../kafka-client/records/read-fetched.ts';
import {
  TransactionalProducer,
  TransactionError,
} from '../../kafka-client/testing/transactional-producer.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import { copyOf, type CopierSettings, GROUP, partitionOf, SOURCE, TARGET } from './copy-terms.ts';

const RECORDS_PER_TRANSACTION = 12;
const ABORTED_EVERY = 3;
const FETCH = { isolation: 'read_committed', maxBytes: 65_536, maxWaitMs: 100 } as const;

const SHUT_OUT: readonly number[] = [ErrorCode.PRODUCER_FENCED, ErrorCode.INVALID_PRODUCER_EPOCH];
const SHUT_OUT_MS = 2_000;

const settings = JSON.parse(process.argv[2] ?? '{}') as CopierSettings;
const { bootstrap, partition, endOffset, protocol } = settings;
const cluster = new KafkaCluster({
  ...{ bootstrap, clientId: 'copier', connectTimeoutMs: 2_000, requestTimeoutMs: 5_000 },
});
const transactionalId = `copier-${String(partition)}`;
const producer = new TransactionalProducer({ bootstrap, transactionalId, protocol });

/** The next values, from `offset` on; empty when they cannot be read just now. */
async function read(offset: number): Promise<readonly string[]> {
  const { topics } = await cluster.metadata([SOURCE]);
  const leader = topics[0]?.partitions.find(({ partitionIndex }) => partitionIndex === partition)?.leaderId;
  if (leader === undefined || leader < 0) return [];
  const wanted = [{ partition, offset, maxBytes: FETCH.maxBytes }];
  const [fetched] = await fetchRecords(cluster, leader, SOURCE, wanted, FETCH);
  const values: string[] = [];
  for (const { records } of readFetched(fetched?.records ?? Buffer.alloc(0), []))
    for (const record of records) if (record.offset >= offset) values.push(String(record.value));
  return values.slice(0, RECORDS_PER_TRANSACTION);
}

async function write(values: readonly string[], offset: number, isGood: boolean): Promise<void> {
  const byPartition = new Map<number, string[]>();
  for (const value of values) {
    const target = partitionOf(value);
    byPartition.set(target, [...(byPartition.get(target) ?? []), copyOf(value, isGood)]);
  }
  await Promise.all([...byPartition].map(([target, copies]) => producer.send(TARGET, target, copies)));
  await producer.commitOffset({ groupId: GROUP, topic: SOURCE, partition, offset: offset + values.length });
  await producer.end(isGood);
}

/** From where the copy stands to its end, or until something final is said. */
async function copy(): Promise<void> {
  await producer.init();
  let offset = await producer.positionOf(GROUP, SOURCE, partition);
  for (let transaction = 0; offset < endOffset; transaction++) {
    const values = await read(offset).catch(() => []);
    if (values.length === 0) {
      await pause(50);
      continue;
    }
    if (transaction % ABORTED_EVERY === 0) await write(values, offset, false);
    await write(values, offset, true);
    offset += values.length;
    console.log(`at ${String(offset)}`);
  }
}

for (let isDone = false; !isDone;) {
  try {
    await copy();
    isDone = true;
  } catch (error) {
    if (!(error instanceof TransactionError)) throw error;
    console.log(`again: ${error.message}`);
    // Somebody else is the producer now, and is to come some way.
    if (SHUT_OUT.includes(error.code)) await pause(SHUT_OUT_MS);
  }
}
producer.close();
cluster.close();
