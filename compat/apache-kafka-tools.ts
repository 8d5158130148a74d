/** Apache Kafka's own command line tools, from the bin folder of a distribution in AQUILA_KAFKA_TOOLS. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CompatCase } from './compat-case.ts';
import { expectEqual, numbers, outputOf, runProgram } from './run-program.ts';

const folder = process.env['AQUILA_KAFKA_TOOLS'] ?? '';

function missing(): Promise<string | null> {
  if (folder === '')
    return Promise.resolve('AQUILA_KAFKA_TOOLS is not set (the bin folder of an Apache Kafka distribution)');
  const found = existsSync(join(folder, 'kafka-topics.sh'));
  return Promise.resolve(found ? null : `AQUILA_KAFKA_TOOLS=${folder} has no kafka-topics.sh`);
}

function tool(name: string, bootstrap: string, argv: readonly string[], input = ''): Promise<string> {
  return outputOf(join(folder, `${name}.sh`), ['--bootstrap-server', bootstrap, ...argv], input);
}

export const apacheKafkaCases: readonly CompatCase[] = [
  {
    name: 'kafka-topics creates, describes, grows and deletes',
    missing,
    run: async ({ bootstrap, topic }) => {
      const created = await tool('kafka-topics', bootstrap, [
        '--create',
        '--topic',
        topic,
        '--partitions',
        '3',
      ]);
      expectEqual(created.trim(), `Created topic ${topic}.`, 'output');
      await tool('kafka-topics', bootstrap, ['--alter', '--topic', topic, '--partitions', '4']);
      const described = await tool('kafka-topics', bootstrap, ['--describe', '--topic', topic]);
      if (!described.includes('PartitionCount: 4')) throw new Error(described);
      await tool('kafka-topics', bootstrap, ['--delete', '--topic', topic]);
      const listed = await tool('kafka-topics', bootstrap, ['--list']);
      if (listed.split('\n').includes(topic)) throw new Error(`still listed: ${listed}`);
    },
  },
  {
    name: 'the console producer and consumer carry records; kafka-consumer-groups shows no lag',
    missing,
    run: async ({ bootstrap, topic }) => {
      await tool('kafka-topics', bootstrap, ['--create', '--topic', topic, '--partitions', '1']);
      await tool('kafka-console-producer', bootstrap, ['--topic', topic], numbers(1, 200));
      const group = `group-${topic}`;
      const reading = ['--topic', topic, '--from-beginning', '--max-messages', '200', '--group', group];
      expectEqual(await tool('kafka-console-consumer', bootstrap, reading), numbers(1, 200), 'records');
      const described = await tool('kafka-consumer-groups', bootstrap, ['--describe', '--group', group]);
      if (!/\s200\s+200\s+0\s/.test(described)) throw new Error(described);
      const offsets = await tool('kafka-get-offsets', bootstrap, ['--topic', topic]);
      expectEqual(offsets.trim(), `${topic}:0:200`, 'offsets');
    },
  },
  {
    name: 'kafka-configs sets and shows a topic config',
    missing,
    run: async ({ bootstrap, topic }) => {
      await tool('kafka-topics', bootstrap, ['--create', '--topic', topic]);
      const entity = ['--entity-type', 'topics', '--entity-name', topic];
      await tool('kafka-configs', bootstrap, ['--alter', ...entity, '--add-config', 'retention.ms=12345']);
      const described = await tool('kafka-configs', bootstrap, ['--describe', ...entity]);
      if (!described.includes('retention.ms=12345')) throw new Error(described);
    },
  },
  {
    name: 'kafka-producer-perf-test sends its records',
    missing,
    run: async ({ bootstrap, topic }) => {
      const size = [
        '--num-records',
        '20000',
        '--record-size',
        '1000',
        '--throughput',
        '-1',
        '--topic',
        topic,
      ];
      const argv = [...size, '--producer-props', `bootstrap.servers=${bootstrap}`, 'acks=all'];
      const { status, stdout, stderr } = await runProgram(join(folder, 'kafka-producer-perf-test.sh'), argv);
      if (status !== 0 || !stdout.includes('20000 records sent')) throw new Error(stdout + stderr);
    },
  },
];
