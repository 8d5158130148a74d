/**
 * How a record is printed, by the names of Kafka's formatters: the text of it (DefaultMessageFormatter with its `print.*` and
 * separators), nothing, a line of a log, and the records of Kafka's own topics as JSON. Under the names that Kafka's formatter of
 * committed offsets had until 3.x it prints the lines of that time. Pure.
 */
import type { ConsumedRecord } from '../../kafka-client/consumer/record-consumer.ts';
import { ProtocolError } from '../../protocol/wire/protocol-error.ts';
import { CommandError } from '../command-error.ts';
import {
  coordinatorReader,
  type CoordinatorLog,
  type CoordinatorRecord,
} from '../kafka-dump-log/decoders/coordinator-records.ts';
import { javaJson } from '../kafka-dump-log/java-json.ts';
import { deserializerNamed, type Deserialize } from './deserializers.ts';

export type FormatterProperties = ReadonlyMap<string, string>;

/** @throws CommandError for a record that it cannot print */
export type FormatRecord = (record: ConsumedRecord) => Buffer;

const isTrue = (text: string): boolean => text.trim().toLowerCase() === 'true';
const NOTHING = Buffer.alloc(0);

/** With the parts in the order in which they are printed; only the value is by itself. */
export function defaultFormatter(properties: FormatterProperties): FormatRecord {
  const separator = (name: string, fallback: string): Buffer => Buffer.from(properties.get(name) ?? fallback);
  const keySeparator = separator('key.separator', '\t');
  const lineSeparator = separator('line.separator', '\n');
  const headersSeparator = separator('headers.separator', ',');
  const nullLiteral = separator('null.literal', 'null');
  const textOf = (name: string): Deserialize => {
    const className = properties.get(name);
    return className === undefined ? (bytes) => bytes : deserializerNamed(className);
  };
  const [keyText, valueText, headerText] = [
    textOf('key.deserializer'),
    textOf('value.deserializer'),
    textOf('headers.deserializer'),
  ];
  const headersOf = ({ headers }: ConsumedRecord): Buffer =>
    headers.length === 0
      ? Buffer.from('NO_HEADERS')
      : Buffer.concat(
          headers.flatMap(({ key, value }, index) => [
            ...(index === 0 ? [] : [headersSeparator]),
            Buffer.from(`${key}:`),
            headerText(value ?? nullLiteral),
          ]),
        );
  const parts: readonly (readonly [name: string, part: (record: ConsumedRecord) => Buffer])[] = [
    ['print.timestamp', (record) => Buffer.from(timeText(record))],
    ['print.partition', ({ partition }) => Buffer.from(`Partition:${String(partition)}`)],
    ['print.offset', ({ offset }) => Buffer.from(`Offset:${String(offset)}`)],
    // Kafka's tool does not hand these two on to its formatter.
    ['print.delivery', () => Buffer.from('Delivery:NOT_PRESENT')],
    ['print.epoch', () => Buffer.from('Epoch:NOT_PRESENT')],
    ['print.headers', headersOf],
    ['print.key', ({ key }) => keyText(key ?? nullLiteral)],
    ['print.value', ({ value }) => valueText(value ?? nullLiteral)],
  ];
  const printed = parts.filter(([name]) => isTrue(properties.get(name) ?? String(name === 'print.value')));
  return (record) =>
    Buffer.concat(
      printed.flatMap(([, part], index) => [
        part(record),
        index === printed.length - 1 ? lineSeparator : keySeparator,
      ]),
    );
}

function timeText({ timestampMs, isLogAppendTime }: ConsumedRecord): string {
  if (timestampMs === null) return 'NO_TIMESTAMP';
  return `${isLogAppendTime ? 'LogAppendTime' : 'CreateTime'}:${String(timestampMs)}`;
}

/** Kafka's tool writes this to its log, which goes to standard error; here it is on standard output. */
function loggingFormatter(properties: FormatterProperties): FormatRecord {
  const format = defaultFormatter(new Map([...properties, ['line.separator', '']]));
  return (record) => {
    const time = timeText(record);
    const key = record.key === null ? 'null' : record.key.toString('utf8');
    return Buffer.from(
      `${time === 'NO_TIMESTAMP' ? '' : `${time}, `}key:${key}, value:${format(record).toString('utf8')}\n`,
    );
  };
}

type PrintCoordinatorRecord = (record: CoordinatorRecord) => string;

/** Without an end of line between them, as Kafka's tool has it. */
const asJson: PrintCoordinatorRecord = ({ type, key, value }) =>
  javaJson({ key: { type, data: key }, value });

const asOldLine: PrintCoordinatorRecord = ({ key, value }) => {
  const name = `[${String(key['group'])},${String(key['topic'])},${String(key['partition'])}]`;
  if (value === null) return `${name}::NULL\n`;
  const { offset, leaderEpoch = -1, metadata, commitTimestamp, expireTimestamp = -1n } = value.data;
  const optional = (known: unknown, some: string, none: string): string =>
    Number(known) < 0 ? none : `${some}${String(known)}${some.endsWith('[') ? ']' : ')'}`;
  return `${name}::OffsetAndMetadata(offset=${String(offset)}, leaderEpoch=${optional(leaderEpoch, 'Optional[', 'Optional.empty')}, metadata=${String(metadata)}, commitTimestamp=${String(commitTimestamp)}, expireTimestamp=${optional(expireTimestamp, 'Some(', 'None')})\n`;
};

function coordinatorFormatter(
  log: CoordinatorLog,
  names: ReadonlySet<string>,
  print: PrintCoordinatorRecord,
): FormatRecord {
  const read = coordinatorReader(log);
  return ({ key, value, offset }) => {
    if (key === null) return NOTHING;
    try {
      const record = read(key, value);
      return record === null || !names.has(record.name) ? NOTHING : Buffer.from(print(record));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      throw new CommandError(`Could not read record at offset ${String(offset)} due to: ${error.message}`);
    }
  };
}

const OFFSETS = new Set(['OffsetCommitKey', 'LegacyOffsetCommitKey']);
const GROUPS = new Set(['GroupMetadataKey']);
const TRANSACTIONS = new Set(['TransactionLogKey']);
const SHARES = new Set(['ShareSnapshotKey', 'ShareUpdateKey']);
const TOOLS = 'org.apache.kafka.tools.consumer.';

const FORMATTERS: ReadonlyMap<string, (properties: FormatterProperties) => FormatRecord> = new Map([
  [`${TOOLS}DefaultMessageFormatter`, defaultFormatter],
  ['kafka.tools.DefaultMessageFormatter', defaultFormatter],
  [`${TOOLS}LoggingMessageFormatter`, loggingFormatter],
  ['kafka.tools.LoggingMessageFormatter', loggingFormatter],
  [`${TOOLS}NoOpMessageFormatter`, () => () => NOTHING],
  ['kafka.tools.NoOpMessageFormatter', () => () => NOTHING],
  [`${TOOLS}OffsetsMessageFormatter`, () => coordinatorFormatter('offsets', OFFSETS, asJson)],
  [`${TOOLS}GroupMetadataMessageFormatter`, () => coordinatorFormatter('offsets', GROUPS, asJson)],
  [
    `${TOOLS}TransactionLogMessageFormatter`,
    () => coordinatorFormatter('transactions', TRANSACTIONS, asJson),
  ],
  [
    `${TOOLS}group.share.ShareGroupStateMessageFormatter`,
    () => coordinatorFormatter('share-group', SHARES, asJson),
  ],
  [
    'kafka.coordinator.group.GroupMetadataManager$OffsetsMessageFormatter',
    () => coordinatorFormatter('offsets', OFFSETS, asOldLine),
  ],
  [
    'kafka.coordinator.GroupMetadataManager$OffsetsMessageFormatter',
    () => coordinatorFormatter('offsets', OFFSETS, asOldLine),
  ],
]);

export const DEFAULT_FORMATTER = `${TOOLS}DefaultMessageFormatter`;

/** @throws CommandError for a class that is not here */
export function formatterNamed(name: string, properties: FormatterProperties): FormatRecord {
  // Shells that keep the backslash in front of a dollar sign hand it on.
  const make = FORMATTERS.get(name.replace('\\$', '$'));
  if (make === undefined)
    throw new CommandError(
      `${name}: there is no such formatter here; there are ${[...FORMATTERS.keys()].join(', ')}.`,
    );
  return make(properties);
}
