/** kafka-producer-perf-test and kafka-consumer-perf-test against a broker: one reads what the other has written. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestBroker, type TestBroker } from '../../broker/integration/broker-harness.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { fetchRecords } from '../../kafka-client/records/fetch-records.ts';
import { ATTRIBUTES_POSITION, TRANSACTIONAL_FLAG } from '../../protocol/records/batch-format.ts';
import { runConsoleConsumer } from '../kafka-console-consumer/run-console-consumer.ts';
import { runConsumerPerf } from '../kafka-consumer-perf-test/run-consumer-perf.ts';
import { runGetOffsets } from '../kafka-get-offsets/run-get-offsets.ts';
import { callTool, type CallOptions } from '../kafka-tool/testing/call-tool.ts';
import type { KafkaTool } from '../kafka-tool/tool-surroundings.ts';
import { runProducerPerf } from './run-producer-perf.ts';

let broker: TestBroker;

beforeAll(async () => {
  broker = await startTestBroker(['num.partitions=1', 'transaction.state.log.num.partitions=3']);
});
afterAll(() => broker.remove());

const call = (tool: KafkaTool, line: string, options: CallOptions = {}) =>
  callTool(tool, ['--bootstrap-server', broker.address(), ...line.split(' ')], options);
async function lines(tool: KafkaTool, line: string, options: CallOptions = {}): Promise<string[]> {
  const { status, out, err } = await call(tool, line, options);
  expect([status, err]).toEqual([0, []]);
  return out.split('\n').slice(0, -1);
}
const TOTAL =
  /^(\d+) records sent, \d+\.\d{6} records\/sec \(\d+\.\d{2} MB\/sec\), \d+\.\d{2} ms avg latency, \d+\.\d{2} ms max latency, \d+ ms 50th, \d+ ms 95th, \d+ ms 99th, \d+ ms 99\.9th\.$/;
const DATE = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:\d{3}`;
const RATE = String.raw`\d+\.\d{4}`;

it('writes records of a size, which the other reads', async () => {
  const [total, ...more] = await lines(runProducerPerf, '--topic sized --num-records 3000 --record-size 200 --throughput -1'); // prettier-ignore
  expect(TOTAL.exec(total ?? '')?.[1]).toBe('3000');
  expect(more).toEqual([]);
  expect(await lines(runGetOffsets, '--topic sized')).toEqual(['sized:0:3000']);
  const [header, told] = await lines(runConsumerPerf, '--topic sized --num-records 3000 --group readers');
  expect(header).toBe(
    'start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec',
  );
  expect(told).toMatch(
    new RegExp(`^${DATE}, ${DATE}, 0\\.5722, ${RATE}, 3000, ${RATE}, \\d+, -?\\d+, ${RATE}, ${RATE}$`),
  );
  // It has committed what it has read.
  const again = await lines(
    runConsumerPerf,
    '--topic sized --messages 1 --group readers --timeout 500 --hide-header',
  );
  expect(again).toEqual([
    'Warning: --messages is deprecated. Use --num-records instead.',
    'WARNING: Exiting before consuming the expected number of records: timeout (500 ms) exceeded. You can use the --timeout option to increase the timeout.',
    expect.stringContaining(', 0.0000, 0.0000, 0, 0.0000, '),
  ]);
});

it('writes texts of a file, numbers, and tells of the steady state apart', async () => {
  const texts = await lines(
    runProducerPerf,
    '--topic texts --num-records 200 --payload-file file --throughput -1',
    {
      files: { file: 'one\ntwo\n' },
    },
  );
  expect(texts.slice(0, 2)).toEqual([expect.stringContaining('Reading payloads from: '), 'Number of records read: 2']); // prettier-ignore
  const printed = await call(runConsoleConsumer, '--topic texts --from-beginning --max-messages 200');
  expect(new Set(printed.out.split('\n').slice(0, -1))).toEqual(new Set(['one', 'two']));
  const told = await lines(runProducerPerf, '--topic numbers --num-records 50 --payload-monotonic --throughput 1000 --warmup-records 20'); // prettier-ignore
  expect(told).toEqual([
    'Warmup first 20 records. Steady state results will print after the complete test summary.',
    expect.stringMatching(/^50 records sent, /),
    expect.stringMatching(/^30 steady state records sent, /),
  ]);
  const numbers = await call(runConsoleConsumer, '--topic numbers --from-beginning --max-messages 50');
  expect(numbers.out).toBe(Array.from({ length: 50 }, (_unused, index) => `${String(index)}\n`).join(''));
});

/** Of the first batch in the first partition, by its attributes (KIP-98). */
async function isTransactional(topic: string): Promise<boolean> {
  const cluster = new KafkaCluster({ bootstrap: [broker.address()], clientId: 'test' });
  const limits = { isolation: 'read_uncommitted', maxBytes: 100_000, maxWaitMs: 100 } as const;
  const wanted = [{ partition: 0, offset: 0, maxBytes: 100_000 }];
  const [fetched] = await fetchRecords(cluster, 0, topic, wanted, limits);
  cluster.close();
  const attributes = fetched?.records?.readInt16BE(ATTRIBUTES_POSITION) ?? 0;
  return (attributes & TRANSACTIONAL_FLAG) !== 0;
}

it('writes in transactions, all of which are committed', async () => {
  const [total] = await lines(runProducerPerf, '--topic txn --num-records 400 --payload-monotonic --throughput 2000 --transaction-duration-ms 20'); // prettier-ignore
  expect(TOTAL.exec(total ?? '')?.[1]).toBe('400');
  const read = await call(runConsoleConsumer, '--topic txn --from-beginning --max-messages 400 --isolation-level read_committed'); // prettier-ignore
  expect(read.out).toBe(Array.from({ length: 400 }, (_unused, index) => `${String(index)}\n`).join(''));
  expect(await isTransactional('txn')).toBe(true);
  expect(await isTransactional('numbers')).toBe(false);
  // Between records there are markers: more than one transaction.
  const [end] = await lines(runGetOffsets, '--topic txn');
  expect(Number(end?.split(':')[2])).toBeGreaterThan(401);
  expect((await call(runProducerPerf, '--topic txn --num-records 1 --record-size 1 --throughput -1 --transactional-id x --command-property acks=1')).status).toBe(1); // prettier-ignore
});

it('prints its own figures, and does not count what could not be written', async () => {
  const figures = await lines(runProducerPerf, '--topic sized --num-records 10 --record-size 5 --throughput -1 --print-metrics'); // prettier-ignore
  expect(figures.slice(1, 3)).toEqual(['', expect.stringMatching(/^Metric Name +Value$/)]);
  expect(figures).toContainEqual(
    expect.stringMatching(
      /^producer-metrics:record-send-total:\{client-id=perf-producer-client\} +: 10\.000$/,
    ),
  );
  const { status, out, err } = await call(
    runProducerPerf,
    '--topic sized --num-records 2 --record-size 2000 --throughput -1 --command-property max.request.size=1000',
  );
  expect([status, err.length, out.startsWith('0 records sent, 0.000000 records/sec')]).toEqual([0, 2, true]);
  const read = await lines(runConsumerPerf, '--include sized|texts --num-records 10 --show-detailed-stats --reporting-interval 1 --print-metrics'); // prettier-ignore
  expect(read[0]).toMatch(/^time, threadId, /);
  expect(read[1]).toMatch(new RegExp(`^${DATE}, 0, ${RATE}, ${RATE}, 1, `));
  expect(read.at(-1)).toMatch(/records-consumed-total:\{client-id=perf-consumer-client\} : \d+\.000$/);
});

it('ends with the command line that makes no sense', async () => {
  expect((await call(runProducerPerf, '--topic x --num-records 1 --throughput -1')).status).toBe(1);
  expect((await call(runConsumerPerf, '--topic x')).err[0]).toBe(
    'Exactly one of the following arguments is required: [messages], [num-records]',
  );
});
