/** Apache Kafka's own command line tools, from the bin folder of a distribution in AQUILA_KAFKA_TOOLS. */
import { join } from 'node:path';
import type { CompatCase } from './compat-case.ts';
import { lacksTools, toolOutput, toolsFolder } from './kafka-distribution.ts';
import { expectEqual, numbers, runProgram } from './run-program.ts';

const missing = (): Promise<string | null> => lacksTools('kafka-topics');

export const apacheKafkaCases: readonly CompatCase[] = [
  {
    name: 'kafka-topics creates, describes, grows and deletes',
    missing,
    run: async ({ bootstrap, topic }) => {
      const created = await toolOutput('kafka-topics', bootstrap, [
        '--create',
        '--topic',
        topic,
        '--partitions',
        '3',
      ]);
      expectEqual(created.trim(), `Created topic ${topic}.`, 'output');
      await toolOutput('kafka-topics', bootstrap, ['--alter', '--topic', topic, '--partitions', '4']);
      const described = await toolOutput('kafka-topics', bootstrap, ['--describe', '--topic', topic]);
      if (!described.includes('PartitionCount: 4')) throw new Error(described);
      await toolOutput('kafka-topics', bootstrap, ['--delete', '--topic', topic]);
      const listed = await toolOutput('kafka-topics', bootstrap, ['--list']);
      if (listed.split('\n').includes(topic)) throw new Error(`still listed: ${listed}`);
    },
  },
  {
    name: 'the console producer and consumer carry records; kafka-consumer-groups shows no lag',
    missing,
    run: async ({ bootstrap, topic }) => {
      await toolOutput('kafka-topics', bootstrap, ['--create', '--topic', topic, '--partitions', '1']);
      await toolOutput('kafka-console-producer', bootstrap, ['--topic', topic], numbers(1, 200));
      const group = `group-${topic}`;
      const reading = ['--topic', topic, '--from-beginning', '--max-messages', '200', '--group', group];
      expectEqual(await toolOutput('kafka-console-consumer', bootstrap, reading), numbers(1, 200), 'records');
      const described = await toolOutput('kafka-consumer-groups', bootstrap, [
        '--describe',
        '--group',
        group,
      ]);
      if (!/\s200\s+200\s+0\s/.test(described)) throw new Error(described);
      const offsets = await toolOutput('kafka-get-offsets', bootstrap, ['--topic', topic]);
      expectEqual(offsets.trim(), `${topic}:0:200`, 'offsets');
    },
  },
  {
    name: 'kafka-configs sets and shows a topic config',
    missing,
    run: async ({ bootstrap, topic }) => {
      await toolOutput('kafka-topics', bootstrap, ['--create', '--topic', topic]);
      const entity = ['--entity-type', 'topics', '--entity-name', topic];
      await toolOutput('kafka-configs', bootstrap, [
        '--alter',
        ...entity,
        '--add-config',
        'retention.ms=12345',
      ]);
      const described = await toolOutput('kafka-configs', bootstrap, ['--describe', ...entity]);
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
      const program = join(toolsFolder, 'kafka-producer-perf-test.sh');
      const { status, stdout, stderr } = await runProgram(program, argv);
      if (status !== 0 || !stdout.includes('20000 records sent')) throw new Error(stdout + stderr);
    },
  },
];
