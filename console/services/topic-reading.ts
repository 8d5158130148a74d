/**
 * A look into a topic: a connection of its own, so that large answers hold nobody else up and end with whoever asked; the
 * partitions with their leaders; where their logs begin and end. There are only so many at a time.
 */
import {
  fetchClusterMetadata,
  type PartitionDescription,
  type TopicDescription,
} from '../../kafka-client/admin/cluster-metadata.ts';
import { listOffsets, type OffsetSpec } from '../../kafka-client/admin/list-offsets.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { connectionOf } from '../collector/cluster-connection.ts';
import { parseFilter, type Filter } from '../messages/filter-parser.ts';
import { FilterError } from '../messages/filter-tokens.ts';
import { ConsoleError } from './console-error.ts';
import type { WatchedCluster } from './watched-clusters.ts';

const READINGS_MAX = 8;
const RETRY_AFTER_SECONDS = 2;
const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;

const key = Symbol.for('aquila.console.readings');
const processWide = globalThis as typeof globalThis & { [key]?: { count: number } };

/** Runs `read` with a client that is closed afterwards, and as soon as nobody waits any more. */
export async function withReading<Result>(
  { settings }: WatchedCluster,
  signal: AbortSignal,
  read: (kafka: KafkaCluster) => Promise<Result>,
): Promise<Result> {
  if (settings.problem !== null) throw new ConsoleError('cluster-unreachable', settings.problem);
  const readings = (processWide[key] ??= { count: 0 });
  if (readings.count >= READINGS_MAX) {
    const words = `At most ${String(READINGS_MAX)} looks into topics at once.`;
    throw new ConsoleError('too-many-readings', words, { retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
  readings.count += 1;
  const kafka = openClient(settings);
  const close = (): void => kafka.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    signal.throwIfAborted();
    return await read(kafka);
  } catch (error) {
    throw readingFailure(error);
  } finally {
    readings.count -= 1;
    signal.removeEventListener('abort', close);
    close();
  }
}

export function openClient(settings: WatchedCluster['settings']): KafkaCluster {
  return new KafkaCluster({
    ...connectionOf(settings),
    clientId: 'aquila-console',
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  });
}

export function readingFailure(error: unknown): ConsoleError {
  if (error instanceof ConsoleError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ConsoleError('cluster-unreachable', `The cluster does not answer: ${reason}`, { cause: error });
}

/** As its brokers know it at this moment. 404 for a topic that is none. */
export async function requireTopic(kafka: KafkaCluster, topic: string): Promise<TopicDescription> {
  const [told] = (await fetchClusterMetadata(kafka, [topic])).topics;
  const unknown = ['UNKNOWN_TOPIC_OR_PARTITION', 'INVALID_TOPIC_EXCEPTION'];
  if (told === undefined || unknown.includes(told.error ?? ''))
    throw new ConsoleError('not-found', `There is no topic "${topic}".`);
  if (told.error !== null)
    throw new ConsoleError('cluster-unreachable', `Topic "${topic}" cannot be read: ${told.error}.`);
  return told;
}

/** All partitions, or the one. 404 for a topic that is none, 422 for a partition. */
export async function partitionsToRead(
  kafka: KafkaCluster,
  topic: string,
  partition: number | undefined,
): Promise<readonly PartitionDescription[]> {
  const { partitions } = await requireTopic(kafka, topic);
  const wanted = partitions.filter((each) => partition === undefined || each.partition === partition);
  if (wanted.length > 0) return wanted;
  const words = `topic "${topic}" has no partition ${String(partition)}`;
  throw new ConsoleError('invalid', words, { errors: { partition: words } });
}

export interface OffsetsOf {
  /** By partition. */
  readonly offsets: ReadonlyMap<number, number | null>;
  readonly refused: ReadonlyMap<number, string>;
}

/** One request to each leader; one that does not answer refuses all of its partitions. */
export async function offsetsAt(
  kafka: KafkaCluster,
  topic: string,
  partitions: readonly PartitionDescription[],
  spec: OffsetSpec,
): Promise<OffsetsOf> {
  const [offsets, refused] = [new Map<number, number | null>(), new Map<number, string>()];
  const leaders = new Map<number, number[]>();
  for (const { partition, leader } of partitions) {
    if (leader === null) refused.set(partition, 'the partition has no leader');
    else leaders.set(leader, [...(leaders.get(leader) ?? []), partition]);
  }
  await Promise.all(
    [...leaders].map(async ([leader, of]) => {
      try {
        for (const told of await listOffsets(kafka, leader, new Map([[topic, of]]), spec)) {
          if (told.error === null) offsets.set(told.partition, told.offset);
          else refused.set(told.partition, told.error);
        }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        for (const partition of of) refused.set(partition, reason);
      }
    }),
  );
  return { offsets, refused };
}

/** 422 with the place that cannot be read. */
export function requireFilter(text: string): Filter | null {
  try {
    return parseFilter(text);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const words = `at character ${String(error.position + 1)}: ${error.message}`;
    throw new ConsoleError('invalid', `filter: ${words}`, { errors: { filter: words } });
  }
}
