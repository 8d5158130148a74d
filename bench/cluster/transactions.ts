/**
 * Writing in transactions: Kafka's kafka-producer-perf-test with a transactional id, and its TransactionalMessageCopier, which reads,
 * writes what it read and commits both together.
 */
import { outputOf } from './children.ts';
import { batchOf, connectTo, describe, produceTo, topicFor } from './direct-client.ts';
import { spent, type Part, type Run } from './run.ts';
import { perfTest } from './throughput.ts';

const partitions = 6;
const recordsPerTransaction = 100;
const limitSeconds = 240;
const copierClass = 'org.apache.kafka.tools.TransactionalMessageCopier';

/** Of its last line: `N records sent, R records/sec (...)`. */
function recordsPerSecond(said: string): number {
  const rates = [...said.matchAll(/records sent, ([\d.]+) records\/sec/g)];
  const rate = Number(rates.at(-1)?.[1]);
  if (!(rate > 0)) throw new Error(`kafka-producer-perf-test said no rate: ${said.slice(-200)}`);
  return rate;
}

/** Transactions end every tenth of a second, whatever they hold. */
export const transactionsOf = (bytes: 100 | 1_000): Part => ({
  name: 'transactions',
  figures:
    bytes === 100
      ? ['transactionalRateOf100', 'transactionalCostOf100']
      : ['transactionalRateOf1000', 'transactionalCostOf1000'],
  needs: 'kafka',
  async measure(run) {
    const topic = `transactional-${bytes}`;
    await topicFor(run.subject, topic, partitions);
    const options = ['--transactional-id', topic, '--transaction-duration-ms', '100'];
    const load = (records: number): Promise<string> =>
      perfTest(run, topic, records, -1, ['linger.ms=5'], { bytes, options });
    await load(run.sizes.perfRecords / 10);
    const { result, cpu } = await spent(run.subject, () => load(run.sizes.perfRecords));
    const megabytes = (run.sizes.perfRecords * bytes) / 1e6;
    run.add(bytes === 100 ? 'transactionalRateOf100' : 'transactionalRateOf1000', recordsPerSecond(result));
    run.add(
      bytes === 100 ? 'transactionalCostOf100' : 'transactionalCostOf1000',
      cpu === null ? null : megabytes / cpu,
    );
  },
});

async function fill({ subject }: Run, topic: string, records: number): Promise<void> {
  await topicFor(subject, topic, 1);
  const cluster = connectTo(subject.bootstrap);
  try {
    const leader = (await describe(cluster, topic))?.partitions[0]?.leader;
    if (leader === undefined || leader === null) throw new Error(`${topic} has no leader`);
    const perBatch = 1_000;
    const values = Array.from({ length: perBatch }, (_unused, index) => Buffer.from(`value ${index}`));
    for (let written = 0; written < records; written += perBatch)
      await produceTo(cluster, leader, topic, new Map([[0, batchOf(values)]]));
  } finally {
    cluster.close();
  }
}

async function copy({ subject, tools }: Run, topic: string, records: number): Promise<void> {
  await topicFor(subject, `${topic}-copy`, 1);
  const said = await outputOf(
    'java',
    [
      ...['-cp', `${tools.kafkaJars}/*`, copierClass, '--broker-list', subject.bootstrap],
      ...['--input-topic', topic, '--input-partition', '0', '--output-topic', `${topic}-copy`],
      ...['--max-messages', String(records), '--consumer-group', topic, '--transactional-id', topic],
      ...['--transaction-size', String(recordsPerTransaction), '--use-group-metadata'],
    ],
    { limitSeconds },
  );
  const left = [...said.matchAll(/"remaining":(\d+)/g)].at(-1)?.[1];
  if (left !== '0')
    throw new Error(`${left ?? 'nobody knows how many'} records were not copied: ${said.slice(-300)}`);
}

/** With the start of its Java process, the same for both. */
export const copyInTransactions: Part = {
  name: 'transactions',
  figures: ['copiedInTransactions'],
  needs: 'kafkaJars',
  async measure(run) {
    const { copied } = run.sizes;
    const topic = 'copied';
    await fill(run, topic, copied);
    const { seconds } = await spent(run.subject, () => copy(run, topic, copied));
    run.add('copiedInTransactions', seconds);
  },
};
