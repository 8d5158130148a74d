/**
 * The command line of `kafka-console-producer` (class ConsoleProducer of Apache Kafka 4.3.1): its flags, and the properties of the
 * producer that they come to. A flag that is given wins over a property; one that is not has its default only where no property
 * says something else. Pure but for the files that are named.
 */
import type { ProducerSettings } from '../../kafka-client/producer/record-producer.ts';
import { CommandError } from '../command-error.ts';
import type { ClientProperties, ReadText } from '../kafka-tool/client-properties.ts';
import { mergedProperties, nameUsed, type RenamedFlag } from '../kafka-tool/client-flags.ts';
import { producerSettings } from '../kafka-tool/producer-settings.ts';
import { bootstrapFlags, commonFlags, type ToolFlag } from '../kafka-tool/tool-flags.ts';
import { onlyInteger, onlyLong, onlyValue, type KafkaFlags } from '../options/kafka-flags.ts';

const PROPERTIES_OF_LINES =
  'parse.key=false\nparse.headers=false\nignore.error=false\nkey.separator=\\t\nheaders.delimiter=\\t\nheaders.separator=,\nheaders.key.separator=:\nnull.marker=';

const text = (name: string, argument: string, about: string): ToolFlag => ({
  ...{ name, value: 'required', argument: `String: ${argument}`, about },
});
const integer = (name: string, argument: string, about: string): ToolFlag => ({
  ...{ name, value: 'required', argument, about },
});

export const PRODUCER_FLAGS: readonly ToolFlag[] = [
  ...bootstrapFlags,
  ...commonFlags,
  text('topic', 'topic', 'REQUIRED: The topic to write to.'),
  {
    name: 'sync',
    about: 'Write one record at a time and wait until it is written; end at the first failure.',
  },
  {
    ...{ name: 'compression-codec', value: 'optional', argument: 'String: compression-codec' },
    about: 'none, gzip, snappy, lz4 or zstd; gzip when no value is given.',
  },
  integer('batch-size', 'Integer: size', 'Bytes of a batch (batch.size). (default: 16384)'),
  integer(
    'max-partition-memory-bytes',
    'Integer: memory in bytes per partition',
    'The older name of --batch-size.',
  ),
  integer('message-send-max-retries', 'Integer', 'How often a batch is repeated (retries). (default: 3)'),
  integer('retry-backoff-ms', 'Long', 'Pause before a repetition (retry.backoff.ms). (default: 100)'),
  integer('timeout', 'Long: timeout_ms', 'How long a batch waits to be filled (linger.ms). (default: 1000)'),
  text(
    'request-required-acks',
    'request required acks',
    'Who has to have it: 0, 1, -1 or all. (default: -1)',
  ),
  integer(
    'request-timeout-ms',
    'Integer: request timeout ms',
    'How long a request may take. (default: 1500)',
  ),
  integer(
    'metadata-expiry-ms',
    'Long: metadata expiration interval',
    'How long leaders are remembered (metadata.max.age.ms). (default: 300000)',
  ),
  integer('max-block-ms', 'Long: max block on send', 'How long a topic may take to appear. (default: 60000)'),
  integer(
    'max-memory-bytes',
    'Long: total memory in bytes',
    'Bytes of all that waits to be sent (buffer.memory). (default: 33554432)',
  ),
  integer(
    'socket-buffer-size',
    'Integer: size',
    'Taken, without effect: the system chooses. (default: 102400)',
  ),
  text(
    'line-reader',
    'reader_class',
    'How lines become records: LineMessageReader of org.apache.kafka.tools, which is the only one.',
  ),
  text(
    'reader-property',
    'prop',
    `How lines become records, as key=value. With their defaults:\n${PROPERTIES_OF_LINES}`,
  ),
  text('property', 'prop', 'The older name of --reader-property.'),
  text(
    'reader-config',
    'config file',
    'A file of properties as those of --reader-property, which win over it.',
  ),
  text('command-property', 'producer_prop', 'A property of the producer, as key=value.'),
  text('producer-property', 'producer_prop', 'The older name of --command-property.'),
  text(
    'command-config',
    'config file',
    'A file of properties of the producer; --command-property wins over it.',
  ),
  text('producer.config', 'config file', 'The older name of --command-config.'),
];

const renamed = (older: string, newer: string): RenamedFlag => ({
  ...{ older, newer },
  both: `Options --${newer} and --${older} cannot be specified together.`,
  warning: `Warning: --${older} is deprecated and will be removed in a future version. Use --${newer} instead.`,
});
const CONFIG = renamed('producer.config', 'command-config');
const PROPERTY = renamed('producer-property', 'command-property');
const READER_PROPERTY = renamed('property', 'reader-property');

const LINE_READERS = new Set([
  'org.apache.kafka.tools.LineMessageReader',
  'kafka.tools.ConsoleProducer$LineMessageReader',
]);

/** The property of each flag, and what holds when neither is there. */
const NUMBERS = [
  ['message-send-max-retries', 'retries', 3],
  ['retry-backoff-ms', 'retry.backoff.ms', 100],
  ['timeout', 'linger.ms', 1_000],
  ['request-timeout-ms', 'request.timeout.ms', 1_500],
  ['metadata-expiry-ms', 'metadata.max.age.ms', 300_000],
  ['max-block-ms', 'max.block.ms', 60_000],
  ['max-memory-bytes', 'buffer.memory', 33_554_432],
  ['batch-size', 'batch.size', 16_384],
  ['max-partition-memory-bytes', 'batch.size', 16_384],
] as const;
const INTEGERS: ReadonlySet<string> = new Set([
  ...['message-send-max-retries', 'request-timeout-ms', 'batch-size', 'max-partition-memory-bytes'],
]);

export interface ConsoleProducerOptions {
  readonly topic: string;
  readonly sync: boolean;
  readonly readerProperties: ReadonlyMap<string, string>;
  readonly properties: ClientProperties;
  readonly settings: ProducerSettings;
}

/** @throws CommandError, UsageProblem */
export function readProducerOptions(
  flags: KafkaFlags,
  readText: ReadText,
  print: (line: string) => void,
): ConsoleProducerOptions {
  const propertyFlag = nameUsed(flags, PROPERTY, print);
  const configFlag = nameUsed(flags, CONFIG, print);
  const readerFlag = nameUsed(flags, READER_PROPERTY, print);
  if (flags.has('max-partition-memory-bytes'))
    print(
      'Warning: --max-partition-memory-bytes is deprecated and will be removed in Apache Kafka 5.0. Use --batch-size instead.',
    );
  const reader = onlyValue(flags, 'line-reader');
  if (reader !== undefined && !LINE_READERS.has(reader))
    throw new CommandError(
      `--line-reader ${reader}: there is only org.apache.kafka.tools.LineMessageReader.`,
    );
  onlyInteger(flags, 'socket-buffer-size', 0);
  const properties = new Map(mergedProperties(flags, configFlag, propertyFlag, readText));
  for (const [flag, property, fallback] of NUMBERS) {
    if (!flags.has(flag) && properties.has(property)) continue;
    const value = (INTEGERS.has(flag) ? onlyInteger : onlyLong)(flags, flag, fallback);
    properties.set(property, String(value));
  }
  const acks = onlyValue(flags, 'request-required-acks');
  if (acks !== undefined || !properties.has('acks')) properties.set('acks', acks ?? '-1');
  properties.set('compression.type', codecOf(flags));
  return {
    topic: onlyValue(flags, 'topic') ?? '',
    sync: flags.has('sync'),
    readerProperties: mergedProperties(flags, 'reader-config', readerFlag, readText),
    ...{ properties, settings: producerSettings(properties) },
  };
}

function codecOf(flags: KafkaFlags): string {
  return flags.has('compression-codec') ? onlyValue(flags, 'compression-codec') || 'gzip' : 'none';
}
