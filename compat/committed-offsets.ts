/**
 * What members of the consumer protocol in Apache Kafka's Java client commit from 4.1 on: offsets of topics by their ids (OffsetCommit 10),
 * which Kafka's own formatter reads back.
 */
import type { CompatCase, CompatContext } from './compat-case.ts';
import { lacksTools, toolOutput } from './kafka-distribution.ts';
import { expectEqual, numbers } from './run-program.ts';

const FORMATTER = 'org.apache.kafka.tools.consumer.OffsetsMessageFormatter';
/** Of the tool, without another record. */
const READ_MS = 8_000;

/** What the records of __consumer_offsets say of the group: version of the value, topic id and offset of each. */
async function storedOffsets({ bootstrap }: CompatContext, group: string): Promise<string[]> {
  const argv = ['--topic', '__consumer_offsets', '--from-beginning', '--formatter', FORMATTER];
  const printed = await toolOutput('kafka-console-consumer', bootstrap, [
    ...argv,
    '--timeout-ms',
    String(READ_MS),
  ]);
  // The formatter puts nothing between two records.
  const lines = printed.replaceAll('}{"key"', '}\n{"key"').split('\n');
  const records = lines.flatMap((line) => {
    if (!line.includes(`"${group}"`)) return [];
    const { value } = JSON.parse(line) as {
      value: { version: number; data: { topicId?: string; offset: number } };
    };
    return [`${String(value.version)} ${value.data.topicId ?? 'none'} ${String(value.data.offset)}`];
  });
  return [...new Set(records)];
}

export const committedOffsetsCases: readonly CompatCase[] = [
  {
    name: 'the Java client commits by topic id and goes on from there',
    missing: () => lacksTools('kafka-topics', 'kafka-console-consumer'),
    run: async (context) => {
      const { bootstrap, topic } = context;
      await toolOutput('kafka-topics', bootstrap, ['--create', '--topic', topic, '--partitions', '1']);
      const described = await toolOutput('kafka-topics', bootstrap, ['--describe', '--topic', topic]);
      const topicId = /TopicId: (\S+)/.exec(described)?.[1] ?? '';
      await toolOutput('kafka-console-producer', bootstrap, ['--topic', topic], numbers(1, 40));
      const group = `group-${topic}`;
      const read = async (count: number): Promise<string> => {
        const printed = await toolOutput('kafka-console-consumer', bootstrap, [
          ...['--topic', topic, '--group', group, '--from-beginning', '--max-messages', String(count)],
          ...['--consumer-property', 'group.protocol=consumer'],
        ]);
        // From 4.2 on the tool says that this option has another name.
        return printed.replace(/^Option .*\n/, '');
      };
      expectEqual(await read(25), numbers(1, 25), 'records read first');
      expectEqual(await read(15), numbers(26, 40), 'records read then');
      const stored = await storedOffsets(context, group);
      expectEqual(stored.at(-1), `4 ${topicId} 40`, 'the last offset in the log');
      expectEqual(stored.includes(`4 ${topicId} 25`), true, 'an offset in the log after the first reading');
    },
  },
];
