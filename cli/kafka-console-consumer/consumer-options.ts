/**
 * The command line of `kafka-console-consumer` (class ConsoleConsumerOptions of Apache Kafka 4.3.1): its flags, which of them go
 * together, and what they come to. Pure but for the files that are named.
 */
import type { Isolation } from '../../kafka-client/records/fetch-records.ts';
import { CommandError } from '../command-error.ts';
import { booleanProperty, type ClientProperties, type ReadText } from '../kafka-tool/client-properties.ts';
import { mergedProperties, nameUsed, type RenamedFlag } from '../kafka-tool/client-flags.ts';
import {
  checkGroupProtocol,
  isolationNamed,
  topicsIncluded,
  type TopicSource,
} from '../kafka-tool/group-reading.ts';
import { bootstrapFlags, commonFlags, UsageProblem, type ToolFlag } from '../kafka-tool/tool-flags.ts';
import { onlyInteger, onlyLong, onlyValue, type KafkaFlags } from '../options/kafka-flags.ts';
import { DEFAULT_FORMATTER, formatterNamed, type FormatRecord } from './formatters.ts';

const FORMATTER_PROPERTIES =
  'print.timestamp, print.partition, print.offset, print.epoch, print.headers, print.key, print.value=true|false\nkey.separator, line.separator, headers.separator, null.literal\nkey.deserializer, value.deserializer, headers.deserializer';

const text = (name: string, argument: string, about: string): ToolFlag => ({
  ...{ name, value: 'required', argument: `String: ${argument}`, about },
});

export const CONSUMER_FLAGS: readonly ToolFlag[] = [
  ...bootstrapFlags,
  ...commonFlags,
  text('topic', 'topic', 'The topic to read.'),
  text('include', 'Java regex (String)', 'Which topics to read, as a regular expression for whole names.'),
  {
    name: 'partition',
    value: 'required',
    argument: 'Integer: partition',
    about: 'The partition to read, from its end unless --offset says otherwise.',
  },
  text('offset', 'consume offset', 'Where to begin: a number, earliest or latest. (default: latest)'),
  text('group', 'consumer group id', 'The group to read in.'),
  { name: 'from-beginning', about: 'Begin at the earliest record where the group has committed nothing.' },
  {
    name: 'max-messages',
    value: 'required',
    argument: 'Integer: num_messages',
    about: 'End after so many records.',
  },
  {
    name: 'timeout-ms',
    value: 'required',
    argument: 'Long: timeout_ms',
    about: 'End when no record has come for so long.',
  },
  { name: 'skip-message-on-error', about: 'Go on after a record that cannot be printed.' },
  { name: 'enable-systest-events', about: 'Print shutdown_complete at the end.' },
  text(
    'isolation-level',
    'String',
    'read_committed leaves out what is in no committed transaction. (default: read_uncommitted)',
  ),
  text(
    'formatter',
    'class',
    'How records are printed. (default: DefaultMessageFormatter of org.apache.kafka.tools.consumer)',
  ),
  text('formatter-property', 'prop', `How records are printed, as key=value:\n${FORMATTER_PROPERTIES}`),
  text('property', 'prop', 'The older name of --formatter-property.'),
  text(
    'formatter-config',
    'config file',
    'A file of properties as those of --formatter-property, which win over it.',
  ),
  text('key-deserializer', 'deserializer for keys', 'The class that turns keys into text.'),
  text('value-deserializer', 'deserializer for values', 'The class that turns values into text.'),
  text('command-property', 'consumer_prop', 'A property of the consumer, as key=value.'),
  text('consumer-property', 'consumer_prop', 'The older name of --command-property.'),
  text(
    'command-config',
    'config file',
    'A file of properties of the consumer; --command-property wins over it.',
  ),
  text('consumer.config', 'config file', 'The older name of --command-config.'),
];

const renamed = (older: string, newer: string, both: string): RenamedFlag => ({
  ...{ older, newer },
  both: `Options ${both} cannot be specified together.`,
  warning: `Option --${older} is deprecated and will be removed in a future version. Use --${newer} instead.`,
});
const PROPERTY = renamed(
  'consumer-property',
  'command-property',
  '--consumer-property and --command-property',
);
const CONFIG = renamed('consumer.config', 'command-config', '--consumer.config and --command-config');
const FORMATTER_PROPERTY = renamed('property', 'formatter-property', '--property and --formatter-property');

export type Start = 'earliest' | 'latest' | number;

export interface ConsoleConsumerOptions {
  readonly source:
    | TopicSource
    | {
        readonly kind: 'partition';
        readonly topic: string;
        readonly partition: number;
        readonly start: Start;
      };
  /** Null: a group of its own, of which nothing is kept. */
  readonly group: string | null;
  readonly autoCommit: boolean;
  readonly reset: 'earliest' | 'latest' | null;
  readonly isolation: Isolation;
  readonly properties: ClientProperties;
  /** Null: no end. */
  readonly maxMessages: number | null;
  readonly timeoutMs: number | null;
  readonly skipOnError: boolean;
  readonly systestEvents: boolean;
  readonly format: FormatRecord;
}

/** @throws CommandError, UsageProblem */
export function readConsumerOptions(
  flags: KafkaFlags,
  readText: ReadText,
  print: (line: string) => void,
): ConsoleConsumerOptions {
  checkCombinations(flags);
  const propertyFlag = nameUsed(flags, PROPERTY, print);
  const configFlag = nameUsed(flags, CONFIG, print);
  const file = mergedProperties(flags, configFlag, '', readText);
  const given = mergedProperties(flags, '', propertyFlag, readText);
  const properties = new Map([...file, ...given]);
  const group = groupOf(flags, file, given);
  const reset = resetOf(flags, properties);
  const level = onlyValue(flags, 'isolation-level') ?? properties.get('isolation.level');
  const isolation = isolationNamed(level ?? 'read_uncommitted');
  checkGroupProtocol(properties);
  const max = onlyInteger(flags, 'max-messages', -1);
  const timeoutMs = onlyLong(flags, 'timeout-ms', -1);
  return {
    ...{ source: sourceOf(flags, properties), group, reset, isolation, properties },
    autoCommit: booleanProperty(properties, 'enable.auto.commit', group !== null),
    maxMessages: max === -1 ? null : max,
    timeoutMs: timeoutMs < 0 ? null : timeoutMs,
    skipOnError: flags.has('skip-message-on-error'),
    systestEvents: flags.has('enable-systest-events'),
    format: formatOf(flags, readText, print),
  };
}

function checkCombinations(flags: KafkaFlags): void {
  if (flags.has('topic') === flags.has('include'))
    throw new UsageProblem('Exactly one of the following arguments is required: [topic], [include]');
  if (flags.has('partition')) {
    if (!flags.has('topic')) throw new UsageProblem('The topic is required when partition is specified.');
    if (flags.has('from-beginning') && flags.has('offset'))
      throw new UsageProblem('Options from-beginning and offset cannot be specified together.');
  } else if (flags.has('offset'))
    throw new UsageProblem('The partition is required when offset is specified.');
}

function sourceOf(flags: KafkaFlags, properties: ClientProperties): ConsoleConsumerOptions['source'] {
  const topic = onlyValue(flags, 'topic') ?? '';
  if (flags.has('partition')) {
    const partition = onlyInteger(flags, 'partition', 0);
    if (partition < 0) throw new UsageProblem(`Invalid partition ID: ${String(partition)}`);
    return { kind: 'partition', topic, partition, start: startOf(flags) };
  }
  const include = onlyValue(flags, 'include');
  if (include === undefined) return { kind: 'topic', topic };
  const internal = !booleanProperty(properties, 'exclude.internal.topics', true);
  return topicsIncluded(include, internal);
}

function startOf(flags: KafkaFlags): Start {
  const offset = onlyValue(flags, 'offset');
  if (offset === undefined) return flags.has('from-beginning') ? 'earliest' : 'latest';
  const word = offset.toLowerCase();
  if (word === 'earliest' || word === 'latest') return word;
  if (/^\+?\d+$/.test(offset) && Number.isSafeInteger(Number(offset))) return Number(offset);
  throw new UsageProblem(
    `The provided offset value '${offset}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long.`,
  );
}

function groupOf(flags: KafkaFlags, file: ClientProperties, given: ClientProperties): string | null {
  const named = [onlyValue(flags, 'group'), file.get('group.id'), given.get('group.id')];
  const groups = [...new Set(named.filter((name) => name !== undefined))];
  if (groups.length > 1)
    throw new UsageProblem(
      `The group ids provided in different places (directly using '--group', via '--consumer-property', or via '--consumer.config') do not match. Detected group ids: ${groups.map((name) => `'${name}'`).join(', ')}`,
    );
  if (groups.length > 0 && flags.has('partition'))
    throw new UsageProblem('Options group and partition cannot be specified together.');
  return groups[0] ?? null;
}

function resetOf(flags: KafkaFlags, properties: ClientProperties): 'earliest' | 'latest' | null {
  const fromBeginning = flags.has('from-beginning');
  const reset = properties.get('auto.offset.reset') ?? (fromBeginning ? 'earliest' : 'latest');
  if (fromBeginning && reset !== 'earliest')
    throw new CommandError(
      `Can't simultaneously specify --from-beginning and 'auto.offset.reset=${reset}', please remove one option`,
    );
  if (reset === 'earliest' || reset === 'latest') return reset;
  if (reset === 'none') return null;
  throw new CommandError(
    `Invalid value ${reset} for configuration auto.offset.reset: earliest, latest and none can be used here`,
  );
}

function formatOf(flags: KafkaFlags, readText: ReadText, print: (line: string) => void): FormatRecord {
  const propertyFlag = nameUsed(flags, FORMATTER_PROPERTY, print);
  const file = mergedProperties(flags, 'formatter-config', '', readText);
  const given = mergedProperties(flags, '', propertyFlag, readText);
  const classes = (['key', 'value'] as const).flatMap((part) => {
    const name = onlyValue(flags, `${part}-deserializer`) ?? '';
    return name === '' ? [] : [[`${part}.deserializer`, name] as const];
  });
  const properties = new Map([...file, ...classes, ...given]);
  return formatterNamed(onlyValue(flags, 'formatter') ?? DEFAULT_FORMATTER, properties);
}
