/**
 * `kafka-get-offsets`: the earliest or latest offset of partitions, that of the newest record, or of the first one from a time on, as
 * the tool of Apache Kafka 4.3.1 prints them: `topic:partition:offset`. Partitions without such a record have no line.
 */
import { fetchClusterMetadata } from '../../kafka-client/admin/cluster-metadata.ts';
import type { OffsetSpec } from '../../kafka-client/admin/list-offsets.ts';
import { CommandError } from '../command-error.ts';
import { openCluster, propertiesOf } from '../kafka-tool/open-cluster.ts';
import { offsetsOf, partitionName } from '../kafka-tool/partition-offsets.ts';
import {
  bootstrapFlags,
  bootstrapOf,
  commonFlags,
  runTool,
  type ToolFlag,
} from '../kafka-tool/tool-flags.ts';
import type { KafkaTool, ToolSurroundings } from '../kafka-tool/tool-surroundings.ts';
import { onlyValue, type KafkaFlags } from '../options/kafka-flags.ts';
import { filterByNames, filterByRules } from './partition-filter.ts';

const text = (name: string, argument: string, about: string): ToolFlag => ({
  ...{ name, value: 'required', argument: `String: ${argument}`, about },
});

const FLAGS: readonly ToolFlag[] = [
  ...bootstrapFlags,
  ...commonFlags,
  text('topic', 'topic', 'Of which topics, as a regular expression; of all without it.'),
  text(
    'partitions',
    'partition ids',
    'Of which of their partitions, separated by commas; of all without it.',
  ),
  text(
    ...(['topic-partitions', 'topic1:1,topic2:0-3,topic3,topic4:5-,topic5:-3'] as const),
    'Of which topics and partitions, separated by commas: a regular expression for topics, and behind a colon a number, or a range without its upper end.',
  ),
  text(
    'time',
    'timestamp',
    'Which offset: -1 or latest, -2 or earliest, -3 or max-timestamp (of the newest record), or of the first record from this time (ms) on. (default: latest)',
  ),
  { name: 'exclude-internal-topics', about: "Leave out Kafka's own topics." },
  text('command-config', 'config file', 'A file of properties of the client.'),
];

const PURPOSE = 'An interactive shell for getting topic-partition offsets.';

export const runGetOffsets: KafkaTool = (argv, surroundings) =>
  runTool(argv, surroundings, {
    ...{ flags: FLAGS, purpose: PURPOSE, withoutArguments: PURPOSE },
    work: (flags) => work(flags, surroundings),
    failed: (message) => surroundings.say(`Error occurred: ${message}`),
  });

async function work(flags: KafkaFlags, surroundings: ToolSurroundings): Promise<number> {
  const { print, say, readText, defaultBootstrap } = surroundings;
  const bootstrap = bootstrapOf(flags);
  if (flags.has('topic-partitions') && (flags.has('topic') || flags.has('partitions')))
    throw new CommandError('--topic-partitions cannot be used with --topic or --partitions');
  const spec = offsetSpec(onlyValue(flags, 'time') ?? 'latest');
  const rules = onlyValue(flags, 'topic-partitions');
  const filter =
    rules === undefined
      ? filterByNames(onlyValue(flags, 'topic') ?? null, onlyValue(flags, 'partitions') ?? null)
      : filterByRules(rules);
  const properties = propertiesOf(onlyValue(flags, 'command-config') ?? null, readText);
  const cluster = openCluster({
    ...{ bootstrap, defaultBootstrap, properties, readText, clientId: 'GetOffsetShell' },
  });
  try {
    const { topics } = await fetchClusterMetadata(cluster);
    const partitions = topics
      .filter(({ internal }) => !(internal && flags.has('exclude-internal-topics')))
      .flatMap(({ name, partitions: all }) => all.map(({ partition }) => ({ topic: name, partition })))
      .filter(filter);
    if (partitions.length === 0)
      throw new CommandError('Could not match any topic-partitions with the specified filters');
    const offsets = await offsetsOf(cluster, topics, partitions, spec);
    // By the name that Kafka has for a partition: 10 stands before 2.
    const inOrder = partitions
      .map((each) => ({ ...each, name: partitionName(each) }))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
    for (const { topic, partition, name } of inOrder) {
      const found = offsets.get(name);
      if (found?.error != null || found === undefined)
        say(
          `Skip getting offsets for topic-partition ${name} due to error: ${found?.error ?? 'it has no leader'}`,
        );
      else if (found.offset !== null) print(`${topic}:${String(partition)}:${String(found.offset)}`);
    }
    return 0;
  } finally {
    cluster.close();
  }
}

const NAMED: ReadonlyMap<string, OffsetSpec> = new Map<string, OffsetSpec>([
  ...(['latest', '-1'] as const).map((word) => [word, 'latest'] as const),
  ...(['earliest', '-2'] as const).map((word) => [word, 'earliest'] as const),
  ...(['max-timestamp', '-3'] as const).map((word) => [word, 'maxTimestamp'] as const),
]);
const TIERED = ['earliest-local', '-4', 'latest-tiered', '-5', 'earliest-pending-upload', '-6'];

function offsetSpec(time: string): OffsetSpec {
  const named = NAMED.get(time);
  if (named !== undefined) return named;
  if (TIERED.includes(time))
    throw new CommandError(`--time ${time}: offsets of tiered storage cannot be asked for here.`);
  if (/^[+-]?\d+$/.test(time) && Number.isSafeInteger(Number(time))) return { timestampMs: Number(time) };
  throw new CommandError(
    `Malformed time argument ${time}. Please use -1 or latest / -2 or earliest / -3 or max-timestamp / -4 or earliest-local / -5 or latest-tiered / -6 or earliest-pending-upload, or a specified long format timestamp`,
  );
}
