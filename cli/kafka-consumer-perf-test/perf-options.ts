/**
 * The command line of `kafka-consumer-perf-test` (class ConsumerPerformance of Apache Kafka 4.3.1): its flags, which of them go
 * together, and what they come to. Pure but for the file that is named.
 */
import type { ClientProperties, ReadText } from '../kafka-tool/client-properties.ts';
import { mergedProperties, nameUsed, type RenamedFlag } from '../kafka-tool/client-flags.ts';
import { checkGroupProtocol, topicsIncluded, type TopicSource } from '../kafka-tool/group-reading.ts';
import { javaDateFormat } from '../kafka-tool/java-date.ts';
import { bootstrapFlags, commonFlags, UsageProblem, type ToolFlag } from '../kafka-tool/tool-flags.ts';
import { onlyInteger, onlyLong, onlyValue, type KafkaFlags } from '../options/kafka-flags.ts';

const flag = (name: string, argument: string, about: string): ToolFlag => ({
  ...{ name, value: 'required', argument, about },
});

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_INTERVAL_MS = 5_000;
const DEFAULT_FETCH_BYTES = 1_048_576;
const DEFAULT_DATE_FORMAT = 'yyyy-MM-dd HH:mm:ss:SSS';
const GROUPS_WITHOUT_NAME = 100_000;

export const PERF_FLAGS: readonly ToolFlag[] = [
  ...bootstrapFlags,
  ...commonFlags,
  flag('topic', 'String: topic', 'The topic to read.'),
  flag(
    'include',
    'String: Java regex (String)',
    'Which topics to read, as a regular expression for whole names.',
  ),
  flag('group', 'String: gid', 'The group to read in. (default: perf-consumer- and a number)'),
  flag('num-records', 'Long: count', 'REQUIRED: How many records to read.'),
  flag('messages', 'Long: count', 'The older name of --num-records.'),
  {
    ...{ name: 'timeout', value: 'optional', argument: 'Long: milliseconds' },
    about: 'End when no record has come for so long. (default: 10000)',
  },
  {
    name: 'from-latest',
    about: 'Begin at the end where the group has committed nothing, not at the earliest record.',
  },
  flag('fetch-size', 'Integer: size', 'Bytes of one partition in one request. (default: 1048576)'),
  flag(
    'socket-buffer-size',
    'Integer: size',
    'Taken, without effect: the system chooses. (default: 2097152)',
  ),
  { name: 'show-detailed-stats', about: 'Print a line for each interval, and none for all.' },
  flag('reporting-interval', 'Long: interval_ms', 'How long an interval is. (default: 5000)'),
  flag(
    'date-format',
    'String: date format',
    `How times are printed, as in java.text.SimpleDateFormat. (default: ${DEFAULT_DATE_FORMAT})`,
  ),
  { name: 'hide-header', about: 'Leave out the names of the columns.' },
  { name: 'print-metrics', about: "Print the consumer's own figures at the end." },
  flag('command-property', 'String: prop1=val1', 'A property of the consumer, as key=value.'),
  flag(
    'command-config',
    'String: config file',
    'A file of properties of the consumer; --command-property wins over it.',
  ),
  flag('consumer.config', 'String: config file', 'The older name of --command-config.'),
];

const renamed = (older: string, newer: string): RenamedFlag => ({
  ...{ older, newer },
  both: `Option "[${older}]" can't be used with option "[${newer}]"`,
  warning: `Warning: --${older} is deprecated. Use --${newer} instead.`,
});
const COUNT = renamed('messages', 'num-records');
const CONFIG = renamed('consumer.config', 'command-config');

export interface PerfOptions {
  readonly source: TopicSource;
  readonly groupId: string;
  readonly records: number;
  readonly timeoutMs: number;
  readonly reset: 'earliest' | 'latest';
  readonly isDetailed: boolean;
  readonly hasHeader: boolean;
  readonly printsMetrics: boolean;
  readonly reportingIntervalMs: number;
  readonly formatDate: (epochMs: number) => string;
  readonly properties: ClientProperties;
}

/** @throws CommandError, UsageProblem */
export function readPerfOptions(
  flags: KafkaFlags,
  readText: ReadText,
  print: (line: string) => void,
): PerfOptions {
  for (const [one, other] of [
    ['topic', 'include'],
    ['messages', 'num-records'],
  ] as const)
    if (flags.has(one) === flags.has(other))
      throw new UsageProblem(`Exactly one of the following arguments is required: [${one}], [${other}]`);
  const countFlag = nameUsed(flags, COUNT, print);
  const configFlag = nameUsed(flags, CONFIG, print);
  const reportingIntervalMs = onlyLong(flags, 'reporting-interval', DEFAULT_INTERVAL_MS);
  if (reportingIntervalMs <= 0) throw new UsageProblem('Reporting interval must be greater than 0.');
  onlyInteger(flags, 'socket-buffer-size', 0);
  const fetchBytes = onlyInteger(flags, 'fetch-size', DEFAULT_FETCH_BYTES);
  const properties = new Map(mergedProperties(flags, configFlag, 'command-property', readText));
  properties.set('max.partition.fetch.bytes', String(fetchBytes));
  checkGroupProtocol(properties);
  const include = onlyValue(flags, 'include');
  const topic = onlyValue(flags, 'topic') ?? '';
  const ownGroup = `perf-consumer-${String(Math.floor(Math.random() * GROUPS_WITHOUT_NAME))}`;
  return {
    source: include === undefined ? { kind: 'topic', topic } : topicsIncluded(include, false),
    groupId: onlyValue(flags, 'group') ?? ownGroup,
    records: onlyLong(flags, countFlag, 0),
    timeoutMs: onlyLong(flags, 'timeout', DEFAULT_TIMEOUT_MS),
    reset: flags.has('from-latest') ? 'latest' : 'earliest',
    ...{ isDetailed: flags.has('show-detailed-stats'), hasHeader: !flags.has('hide-header') },
    ...{ printsMetrics: flags.has('print-metrics'), reportingIntervalMs, properties },
    formatDate: javaDateFormat(onlyValue(flags, 'date-format') ?? DEFAULT_DATE_FORMAT),
  };
}
