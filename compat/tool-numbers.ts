/**
 * What Kafka's own tools tell of a cluster, as tables of plain rows: what the console has of it is held against these. Names here
 * may have blanks, as groups' names have; topics have none.
 */
import { partitionKey } from '../console/model/snapshot.ts';
import { toolOutput } from './kafka-distribution.ts';

/** Of a table: what is not known stands there as the tools print it. */
export const rowOf = (...cells: readonly (number | string | null | undefined)[]): string =>
  cells.map((cell) => String(cell ?? '-')).join(' | ');
export const inOrder = (rows: Iterable<string>): string => [...rows].sort().join('\n');

const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim());

/** Of each line that fits, what the pattern takes out of it. */
function rowsBy(pattern: RegExp, text: string): string[][] {
  return linesOf(text).flatMap((line) => {
    const row = pattern.exec(line);
    return row === null ? [] : [row.slice(1)];
  });
}

/** By partition. */
export async function toldOffsets(tools: string, which: 'latest' | 'earliest'): Promise<Map<string, string>> {
  const told = await toolOutput('kafka-get-offsets', tools, ['--time', which]);
  return new Map(
    rowsBy(/^(\S+):(\d+):(\d+)$/, told).map(([topic = '', partition = '', offset = '']) => [
      partitionKey(topic, Number(partition)),
      offset,
    ]),
  );
}

export interface ToldGroupRow {
  readonly group: string;
  readonly topic: string;
  readonly partition: string;
  /** Digits, or `-`. */
  readonly committed: string;
  readonly end: string;
  readonly lag: string;
  readonly memberId: string;
}

/** GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG CONSUMER-ID HOST CLIENT-ID */
const GROUP_ROW = /^(.+?)\s+(\S+)\s+(\d+)\s+(\d+|-)\s+(\d+|-)\s+(-?\d+|-)(?:\s+(\S+)|$)/;

export async function toldGroupRows(tools: string): Promise<ToldGroupRow[]> {
  const told = await toolOutput('kafka-consumer-groups', tools, ['--describe', '--all-groups']);
  return rowsBy(GROUP_ROW, told).map(
    ([group = '', topic = '', partition = '', committed = '', end = '', lag = '', memberId = '-']) => ({
      ...{ group, topic, partition, committed, end, lag, memberId },
    }),
  );
}

export interface ToldGroup {
  readonly group: string;
  readonly coordinator: string;
  readonly state: string;
  readonly members: string;
}

export async function toldGroups(tools: string): Promise<ToldGroup[]> {
  const told = await toolOutput('kafka-consumer-groups', tools, ['--describe', '--all-groups', '--state']);
  return rowsBy(/^(.+?)\s+\S+:\d+\s+\((\d+)\)\s.*?(Stable|Empty)\s+(\d+)$/, told).map(
    ([group = '', coordinator = '', state = '', members = '']) => ({ group, coordinator, state, members }),
  );
}

export interface ToldPartition {
  readonly topic: string;
  readonly partition: string;
  readonly leader: string;
  /** Ids with commas between. */
  readonly replicas: string;
  readonly isr: string;
}

export interface ToldTopic {
  readonly topic: string;
  /** `-` where the cluster has none. */
  readonly topicId: string;
  readonly partitionCount: string;
  readonly replicationFactor: string;
}

export async function toldTopics(
  tools: string,
): Promise<{ readonly topics: ToldTopic[]; readonly partitions: ToldPartition[] }> {
  const told = await toolOutput('kafka-topics', tools, ['--describe']);
  const heads = /^Topic: (\S+)\s+(?:TopicId: (\S+)\s+)?PartitionCount: (\d+)\s+ReplicationFactor: (\d+)/;
  const rows = /Topic: (\S+)\s+Partition: (\d+)\s+Leader: (\S+)\s+Replicas: (\S*)\s+Isr: (\S*)/;
  return {
    topics: rowsBy(heads, told).map(
      ([topic = '', topicId = '-', partitionCount = '', replicationFactor = '']) => ({
        ...{ topic, topicId, partitionCount, replicationFactor },
      }),
    ),
    partitions: rowsBy(rows, told).map(
      ([topic = '', partition = '', leader = '', replicas = '', isr = '']) => ({
        ...{ topic, partition, leader, replicas, isr },
      }),
    ),
  };
}

interface LogDirs {
  readonly brokers: readonly {
    readonly broker: number;
    readonly logDirs: readonly {
      readonly partitions: readonly { readonly partition: string; readonly size: number }[];
    }[];
  }[];
}

/** Bytes by partition, on the one broker there is. */
export async function toldSizes(tools: string): Promise<Map<string, number>> {
  const told = await toolOutput('kafka-log-dirs', tools, ['--describe']);
  const line = linesOf(told).find((each) => each.startsWith('{')) ?? '{"brokers":[]}';
  const [broker] = (JSON.parse(line) as LogDirs).brokers;
  const sizes = (broker?.logDirs ?? []).flatMap(({ partitions }) => partitions);
  return new Map(sizes.map(({ partition, size }) => [partition, size]));
}

export async function toldTopicSetting(tools: string, topic: string, name: string): Promise<string> {
  const entity = ['--entity-type', 'topics', '--entity-name', topic];
  const told = await toolOutput('kafka-configs', tools, ['--describe', '--all', ...entity]);
  return new RegExp(`^\\s*${name.replaceAll('.', '\\.')}=(\\S+)`, 'm').exec(told)?.[1] ?? '-';
}

/** Where the first of the transactions begins that are open on the partition; null when none is. */
export async function toldOpenTransaction(
  tools: string,
  topic: string,
  partition: number,
): Promise<number | null> {
  const place = ['--topic', topic, '--partition', String(partition)];
  const told = await toolOutput('kafka-transactions', tools, ['describe-producers', ...place]);
  const [names = [], ...rows] = linesOf(told)
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/));
  const column = names.indexOf('CurrentTransactionStartOffset');
  if (column < 0) throw new Error(`no starts of transactions in:\n${told}`);
  const starts = rows.map((row) => Number(row[column])).filter((start) => Number.isInteger(start));
  return starts.length === 0 ? null : Math.min(...starts);
}

export interface ToldQuorum {
  readonly leaderId: string;
  readonly leaderEpoch: string;
  readonly highWatermark: number;
  readonly nodes: readonly {
    readonly id: string;
    readonly logEndOffset: number;
    readonly lag: string;
    /** Leader, Follower or Observer. */
    readonly status: string;
  }[];
}

export async function toldQuorum(tools: string): Promise<ToldQuorum> {
  const status = await toolOutput('kafka-metadata-quorum', tools, ['describe', '--status']);
  const replication = await toolOutput('kafka-metadata-quorum', tools, ['describe', '--replication']);
  const valueOf = (name: string): string => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? '-';
  const [names = [], ...rows] = linesOf(replication)
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/));
  const cell = (row: readonly string[], name: string): string => row[names.indexOf(name)] ?? '-';
  return {
    ...{ leaderId: valueOf('LeaderId'), leaderEpoch: valueOf('LeaderEpoch') },
    highWatermark: Number(valueOf('HighWatermark')),
    nodes: rows.map((row) => ({
      id: cell(row, 'NodeId'),
      logEndOffset: Number(cell(row, 'LogEndOffset')),
      ...{ lag: cell(row, 'Lag'), status: cell(row, 'Status') },
    })),
  };
}
