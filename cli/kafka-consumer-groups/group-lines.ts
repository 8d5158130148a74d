/**
 * What `kafka-consumer-groups` prints of groups: columns as wide as their widest value and no narrower than Kafka's tool has them (class
 * ConsumerGroupCommand of Apache Kafka 4.3.1). Pure.
 */
import type { TopicPartitions } from '../../kafka-client/admin/describe-groups.ts';

const NONE = '-';
const textOf = (value: string | number | boolean | null): string => (value === null ? NONE : String(value));

/** A width that grows with the values, or one that does not; null: none, of the last column. */
type Width = { readonly atLeast: number } | { readonly always: number } | null;
const grows = (atLeast: number): Width => ({ atLeast });
const fixed = (always: number): Width => ({ always });

/** Columns with a blank between them. */
function rowsOf(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  widths: readonly Width[],
): string {
  const wide = widths.map((width, column) => {
    if (width === null) return 0;
    if ('always' in width) return width.always;
    return Math.max(width.atLeast, ...rows.map((row) => row[column]?.length ?? 0));
  });
  return [head, ...rows]
    .map((row) => row.map((value, column) => value.padEnd(wide[column] ?? 0)).join(' '))
    .join('\n');
}

export interface OffsetRow {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly leaderEpoch: number | null;
  readonly committed: number | null;
  readonly logEnd: number | null;
  readonly consumerId: string;
  readonly host: string;
  readonly clientId: string;
}

/** With an empty line before them. */
export function offsetLines(rows: readonly OffsetRow[], verbose: boolean): string {
  const epoch = (text: string): string[] => (verbose ? [text] : []);
  const head = [
    ...['GROUP', 'TOPIC', 'PARTITION', ...epoch('LEADER-EPOCH'), 'CURRENT-OFFSET', 'LOG-END-OFFSET', 'LAG'],
    ...['CONSUMER-ID', 'HOST', 'CLIENT-ID'],
  ];
  const table = rows.map((row) => {
    const { committed, logEnd } = row;
    const lag = committed === null || logEnd === null ? null : logEnd - committed;
    return [
      ...[row.group, row.topic, String(row.partition), ...epoch(textOf(row.leaderEpoch))],
      ...[textOf(committed), textOf(logEnd), textOf(lag), row.consumerId, row.host, row.clientId],
    ];
  });
  const numbers = (verbose ? [15, 15, 15, 15] : [15, 15, 15]).map(fixed);
  return `\n${rowsOf(head, table, [grows(15), grows(15), fixed(10), ...numbers, grows(15), grows(15), null])}`;
}

export interface MemberRow {
  readonly group: string;
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly host: string;
  readonly clientId: string;
  readonly assignment: readonly TopicPartitions[];
  readonly epoch: number | null;
  readonly target: readonly TopicPartitions[];
  readonly targetEpoch: number | null;
  /** Whether it speaks the newer protocol; null where that is not told. */
  readonly upgraded: boolean | null;
}

export function memberLines(rows: readonly MemberRow[], verbose: boolean): string {
  const withInstance = rows.some(({ instanceId }) => instanceId !== null);
  const isMixed = [true, false].every((side) => rows.some(({ upgraded }) => upgraded === side));
  const instance = (text: string): string[] => (withInstance ? [text] : []);
  const upgrade = (text: string): string[] => (isMixed ? [text] : []);
  const head = [
    ...['GROUP', 'CONSUMER-ID', ...instance('GROUP-INSTANCE-ID'), 'HOST', 'CLIENT-ID', '#PARTITIONS'],
    ...(verbose
      ? ['CURRENT-EPOCH', 'CURRENT-ASSIGNMENT', 'TARGET-EPOCH', 'TARGET-ASSIGNMENT', ...upgrade('UPGRADED')]
      : []),
  ];
  const table = rows.map((row) => {
    const count = row.assignment.reduce((sum, { partitions }) => sum + partitions.length, 0);
    return [
      ...[row.group, row.memberId, ...instance(row.instanceId ?? ''), row.host, row.clientId, String(count)],
      ...(verbose
        ? [
            ...[textOf(row.epoch), assignmentText(row.assignment), textOf(row.targetEpoch)],
            ...[assignmentText(row.target), ...upgrade(textOf(row.upgraded))],
          ]
        : []),
    ];
  });
  const first = [15, 15, ...(withInstance ? [17] : []), 15, 15].map(grows);
  const more = [fixed(15), grows(20), fixed(15), grows(20), ...(isMixed ? [null] : [])];
  const text = rowsOf(head, table, [...first, fixed(15), ...(verbose ? more : [])]);
  // Kafka's format ends the shorter rows with a blank.
  return `\n${verbose ? text : text.replaceAll(/$/gm, ' ')}`;
}

/** `topic:0,1;other:2`, in order. */
export function assignmentText(assignment: readonly TopicPartitions[]): string {
  const texts = assignment
    .filter(({ partitions }) => partitions.length > 0)
    .map(({ topic, partitions }) => `${topic}:${[...partitions].sort((a, b) => a - b).join(',')}`);
  return texts.length === 0 ? NONE : texts.sort().join(';');
}

export interface StateRow {
  readonly group: string;
  /** `host:port  (id)` */
  readonly coordinator: string;
  readonly strategy: string;
  readonly state: string;
  readonly epoch: number | null;
  readonly targetEpoch: number | null;
  readonly members: number;
}

export function stateLines(row: StateRow, verbose: boolean): string {
  const epochs = (...texts: string[]): string[] => (verbose ? texts : []);
  const head = [
    ...['GROUP', 'COORDINATOR (ID)', 'ASSIGNMENT-STRATEGY', 'STATE'],
    ...[...epochs('GROUP-EPOCH', 'TARGET-ASSIGNMENT-EPOCH'), '#MEMBERS'],
  ];
  const values = [
    ...[row.group, row.coordinator, row.strategy === '' ? NONE : row.strategy, row.state],
    ...[...epochs(textOf(row.epoch), textOf(row.targetEpoch)), String(row.members)],
  ];
  return `\n${rowsOf(head, [values], [grows(15), grows(25), ...(verbose ? [20, 20, 15, 25] : [20, 20]).map(fixed), null])}`;
}

export interface ListedRow {
  readonly id: string;
  readonly type: string | null;
  readonly state: string | null;
}

/** Types and states where they were asked for. */
export function listLines(rows: readonly ListedRow[], withType: boolean, withState: boolean): string {
  const width = Math.max(15, ...rows.map(({ id }) => id.length)) + 10;
  const line = (id: string, type: string, state: string): string =>
    [id.padEnd(width), ...(withType ? [type.padEnd(20)] : []), ...(withState ? [state.padEnd(20)] : [])].join(
      ' ',
    );
  const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
  return [
    line('GROUP', 'TYPE', 'STATE'),
    ...rows.map(({ id, type, state }) => line(id, capital(type ?? 'Unknown'), state ?? 'Unknown')),
  ].join('\n');
}

/** Groups, topics and partitions with what else is told of them. */
export function resetLines(
  rows: readonly { group: string; topic: string; partition: number; offset: number }[],
): string {
  const table = rows.map(({ group, topic, partition, offset }) => [
    group,
    topic,
    String(partition),
    String(offset),
  ]);
  return `\n${rowsOf(['GROUP', 'TOPIC', 'PARTITION', 'NEW-OFFSET'], table, [grows(15), grows(15), fixed(10), null])}`;
}

export function deletedLines(
  rows: readonly { topic: string; partition: number | null; status: string }[],
): string {
  const table = rows.map(({ topic, partition, status }) => [topic, textOf(partition), status]);
  return `\n${rowsOf(['TOPIC', 'PARTITION', 'STATUS'], table, [grows(15), fixed(10), fixed(15)])}`;
}
