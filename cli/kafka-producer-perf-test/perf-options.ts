/**
 * The command line of `kafka-producer-perf-test` (class ProducerPerformance of Apache Kafka 4.3.1): its flags, which of them go
 * together, and what they come to. Pure but for the files that are named.
 */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { CommandError } from '../command-error.ts';
import type { ClientProperties, ReadText } from '../kafka-tool/client-properties.ts';
import { propertiesOf } from '../kafka-tool/open-cluster.ts';
import { bootstrapFlags, commonFlags, requireFlags, type ToolFlag, UsageProblem } from '../kafka-tool/tool-flags.ts'; // prettier-ignore
import { onlyInteger, onlyLong, onlyValue, type KafkaFlags } from '../options/kafka-flags.ts';
import { textsOf, type PayloadSource } from './payloads.ts';

const flag = (name: string, argument: string, about: string): ToolFlag => ({
  ...{ name, value: 'required', argument, about },
});
const ONE_PAYLOAD = 'Exactly one of --record-size, --payload-file and --payload-monotonic has to be there.';

export const PERF_FLAGS: readonly ToolFlag[] = [
  ...bootstrapFlags.map((each) =>
    each.name === 'bootstrap-server'
      ? { ...each, about: 'The brokers to connect to; before bootstrap.servers of the properties.' }
      : each,
  ),
  ...commonFlags,
  { name: 'h' },
  flag('topic', 'String: topic', 'REQUIRED: The topic to write to.'),
  flag('num-records', 'Long: count', 'REQUIRED: How many records to write.'),
  flag('record-size', 'Integer: bytes', `Bytes of each record. ${ONE_PAYLOAD}`),
  flag(
    'payload-file',
    'String: file',
    `A text file; each record is one of its texts, by chance. ${ONE_PAYLOAD}`,
  ),
  { name: 'payload-monotonic', about: `The records are numbers, each one more. ${ONE_PAYLOAD}` },
  flag(
    'payload-delimiter',
    'String',
    'What stands between the texts of --payload-file, a regular expression. (default: \\n)',
  ),
  flag(
    'throughput',
    'Double: records/sec',
    'REQUIRED: About how many records in a second at most; -1: as many as it takes.',
  ),
  {
    ...{ name: 'command-property', value: 'several', argument: 'String: prop=value ...' },
    about: 'Properties of the producer, as linger.ms=10 batch.size=32768.',
  },
  {
    ...{ name: 'producer-props', value: 'several', argument: 'String: prop=value ...' },
    about: 'The older name of --command-property.',
  },
  flag(
    'command-config',
    'String: config file',
    'A file of properties of the producer; --command-property wins over it.',
  ),
  flag('producer.config', 'String: config file', 'The older name of --command-config.'),
  { name: 'print-metrics', about: "Print the producer's own figures at the end." },
  flag(
    'transactional-id',
    'String: id',
    'Write in transactions of this id. (with --transaction-duration-ms alone: one made by chance)',
  ),
  flag(
    'transaction-duration-ms',
    'Long: ms',
    'How long a transaction takes before it is committed. (with an id alone: 3000)',
  ),
  flag(
    'warmup-records',
    'Long: count',
    'So many records come first, and a second line at the end tells of those behind them. (default: 0)',
  ),
  flag('reporting-interval', 'Long: ms', 'How often a line is printed. (default: 5000)'),
];

const DEFAULT_TRANSACTION_MS = 3_000;
const DEFAULT_INTERVAL_MS = 5_000;

export interface PerfOptions {
  readonly topic: string;
  readonly records: number;
  readonly warmupRecords: number;
  readonly payload: PayloadSource;
  /** Records in a second; negative: no limit. */
  readonly throughput: number;
  readonly reportingIntervalMs: number;
  readonly printsMetrics: boolean;
  readonly properties: ClientProperties;
  readonly transaction: { readonly id: string; readonly durationMs: number } | null;
}

/** @throws CommandError, UsageProblem */
export function readPerfOptions(
  flags: KafkaFlags,
  readText: ReadText,
  print: (line: string) => void,
): PerfOptions {
  requireFlags(flags, ['topic', 'num-records', 'throughput']);
  const sources = ['record-size', 'payload-file', 'payload-monotonic'].filter((name) => flags.has(name));
  if (sources.length !== 1) throw new UsageProblem(ONE_PAYLOAD);
  const records = onlyLong(flags, 'num-records', 0);
  const warmupRecords = Math.max(0, onlyLong(flags, 'warmup-records', 0));
  const bytes = onlyInteger(flags, 'record-size', 1);
  const durationMs = flags.has('transaction-duration-ms')
    ? onlyLong(flags, 'transaction-duration-ms', 0)
    : null;
  const reportingIntervalMs = onlyLong(flags, 'reporting-interval', DEFAULT_INTERVAL_MS);
  atLeastOne('--num-records', records);
  if (warmupRecords >= records)
    throw new UsageProblem(
      'The value for --warmup-records must be strictly fewer than the number of records in the test, --num-records.',
    );
  atLeastOne('--record-size', bytes);
  checkProperties(flags);
  if (durationMs !== null) atLeastOne('--transaction-duration-ms', durationMs);
  atLeastOne('--reporting-interval', reportingIntervalMs);
  const payload = payloadOf(flags, bytes, readText, print);
  for (const [older, newer] of RENAMED)
    if (flags.has(older))
      print(
        `Option --${older} has been deprecated and will be removed in a future version. Use --${newer} instead.`,
      );
  const properties = propertiesFrom(flags, readText);
  const id = onlyValue(flags, 'transactional-id') ?? properties.get('transactional.id');
  properties.delete('transactional.id');
  return {
    ...{ topic: onlyValue(flags, 'topic') ?? '', records, warmupRecords, payload, reportingIntervalMs },
    ...{ throughput: throughputOf(flags), printsMetrics: flags.has('print-metrics'), properties },
    transaction:
      id === undefined && durationMs === null
        ? null
        : {
            id: id ?? `performance-producer-${randomUUID()}`,
            durationMs: durationMs ?? DEFAULT_TRANSACTION_MS,
          },
  };
}

const RENAMED = [
  ['producer-props', 'command-property'],
  ['producer.config', 'command-config'],
] as const;

function atLeastOne(name: string, value: number): void {
  if (value <= 0) throw new UsageProblem(`${name} should be greater than zero.`);
}

function checkProperties(flags: KafkaFlags): void {
  const ways = ['bootstrap-server', 'broker-list', 'zookeeper', ...RENAMED.flat()];
  if (!ways.some((name) => flags.has(name)))
    throw new UsageProblem(
      'At least one of --bootstrap-server, --command-property, --producer-props, --producer.config or --command-config must be specified.',
    );
  for (const [older, newer] of RENAMED)
    if (flags.has(older) && flags.has(newer))
      throw new UsageProblem(`--${newer} and --${older} cannot be specified together.`);
}

function payloadOf(
  flags: KafkaFlags,
  bytes: number,
  readText: ReadText,
  print: (line: string) => void,
): PayloadSource {
  if (flags.has('payload-monotonic')) return { kind: 'monotonic' };
  const file = onlyValue(flags, 'payload-file');
  if (file === undefined) return { kind: 'size', bytes };
  print(`Reading payloads from: ${resolve(file)}`);
  const delimiter = onlyValue(flags, 'payload-delimiter') ?? '\\n';
  const texts = textsOf(readText(file), delimiter === '\\n' ? '\n' : delimiter);
  print(`Number of records read: ${String(texts.length)}`);
  return { kind: 'texts', texts };
}

function propertiesFrom(flags: KafkaFlags, readText: ReadText): Map<string, string> {
  const file = onlyValue(flags, 'command-config') ?? onlyValue(flags, 'producer.config') ?? null;
  const properties = propertiesOf(file, readText);
  for (const word of flags.get('command-property') ?? flags.get('producer-props') ?? []) {
    const [key = '', value, ...more] = word.replace(/=+$/, '').split('=');
    if (value === undefined || more.length > 0) throw new CommandError(`Invalid property: ${word}`);
    properties.set(key, value);
  }
  const bootstrap = onlyValue(flags, 'bootstrap-server') ?? onlyValue(flags, 'broker-list');
  if (bootstrap !== undefined) properties.set('bootstrap.servers', bootstrap);
  return properties;
}

function throughputOf(flags: KafkaFlags): number {
  const text = onlyValue(flags, 'throughput') ?? '';
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new UsageProblem(`Cannot parse argument '${text}' of option throughput`);
  return value;
}
