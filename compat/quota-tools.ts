/** kafka-configs sets and shows quotas on our brokers and on Apache Kafka's; Java's producer is told to wait. */
import { join } from 'node:path';
import type { CompatCase } from './compat-case.ts';
import { lacksTools, toolOutput, toolsFolder } from './kafka-distribution.ts';
import { outputOf } from './run-program.ts';
import { inOrder, sideBySide } from './side-by-side.ts';

const TOOL = 'kafka-configs';

const entities: readonly (readonly string[])[] = [
  ['--entity-type', 'users', '--entity-name', 'alice'],
  ['--entity-type', 'users', '--entity-default'],
  ['--entity-type', 'clients', '--entity-name', 'app'],
  ['--entity-type', 'clients', '--entity-default'],
  ['--entity-type', 'users', '--entity-name', 'alice', '--entity-type', 'clients', '--entity-name', 'app'],
  ['--entity-type', 'users', '--entity-name', 'alice', '--entity-type', 'clients', '--entity-default'],
];
const address = ['--entity-type', 'ips', '--entity-name', '10.0.0.1'];

export const quotaToolCases: readonly CompatCase[] = [
  sideBySide('kafka-configs sets and shows quotas', [TOOL], async (both) => {
    const set = 'producer_byte_rate=1048576,consumer_byte_rate=2097152,request_percentage=150.5';
    for (const entity of entities) {
      await both.same(TOOL, ['--alter', ...entity, '--add-config', set], inOrder);
      await both.same(TOOL, ['--describe', ...entity], inOrder);
    }
    await both.same(TOOL, ['--describe', '--entity-type', 'users'], inOrder);
    await both.same(TOOL, ['--describe', '--entity-type', 'clients'], inOrder);
    await both.same(TOOL, ['--alter', ...address, '--add-config', 'connection_creation_rate=100'], inOrder);
    await both.same(TOOL, ['--describe', '--entity-type', 'ips'], inOrder);
    for (const entity of entities)
      await both.same(TOOL, ['--alter', ...entity, '--delete-config', 'producer_byte_rate'], inOrder);
    await both.same(TOOL, ['--describe', '--entity-type', 'users'], inOrder);
    for (const entity of entities) {
      const rest = 'consumer_byte_rate,request_percentage';
      await both.same(TOOL, ['--alter', ...entity, '--delete-config', rest], inOrder);
    }
    await both.same(TOOL, ['--alter', ...address, '--delete-config', 'connection_creation_rate'], inOrder);
    await both.same(TOOL, ['--describe', '--entity-type', 'users'], inOrder);
  }),
];

export const quotaClientCases: readonly CompatCase[] = [
  {
    name: "kafka-producer-perf-test waits for its client's quota",
    missing: () => lacksTools(TOOL, 'kafka-producer-perf-test'),
    async run({ bootstrap, topic }) {
      const client = ['--entity-type', 'clients', '--entity-name', topic];
      await toolOutput(TOOL, bootstrap, ['--alter', ...client, '--add-config', 'producer_byte_rate=100000']);
      const told = await outputOf(join(toolsFolder, 'kafka-producer-perf-test.sh'), [
        ...['--topic', topic, '--num-records', '1300', '--record-size', '1000', '--throughput', '-1'],
        ...['--print-metrics', '--producer-props', `bootstrap.servers=${bootstrap}`, `client.id=${topic}`],
      ]);
      await toolOutput(TOOL, bootstrap, ['--alter', ...client, '--delete-config', 'producer_byte_rate']);
      const line = told.split('\n').find((each) => each.includes('produce-throttle-time-max')) ?? '';
      const waitedMs = Number(/: ([\d.]+)\s*$/.exec(line)?.[1]);
      if (!(waitedMs > 0))
        throw new Error(`No wait was told to the producer: '${line}'.\n${told.slice(0, 2_000)}`);
    },
  },
];
