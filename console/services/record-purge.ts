/**
 * Taking records out at the beginning of partitions of one topic or many: what would go, as the leaders tell at this moment, and
 * doing it, with one DeleteRecords to each leader. A partition that cannot be read or is refused keeps no other from it.
 *
 * What was done is read back: where a partition begins afterwards is what its leader says, not what was asked for. When no
 * answer comes, that reading is all that is known.
 */
import type { TopicDescription } from '../../kafka-client/admin/cluster-metadata.ts';
import { deleteRecords } from '../../kafka-client/admin/delete-records.ts';
import { listOffsets, type ListedOffset, type OffsetSpec } from '../../kafka-client/admin/list-offsets.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import type { PurgedPartition, PurgeTarget } from '../contracts/topic-purge.ts';
import { changeTimeoutMs, isOpenOutcome, isUnsent } from './kafka-connections.ts';

export interface PartitionPurge extends PurgedPartition {
  readonly topic: string;
  readonly leader: number | null;
  /** It was sent, and it is not known whether it was done. */
  readonly isOpen: boolean;
}

export interface PurgeAsk {
  readonly to: PurgeTarget;
  /** An offset, or epoch ms. */
  readonly value: number | undefined;
  /** Null: all. */
  readonly partitions: ReadonlySet<number> | null;
}

type Offsets = ReadonlyMap<string, Pick<ListedOffset, 'error' | 'offset'>>;
type Place = Pick<PartitionPurge, 'topic' | 'partition' | 'leader'>;
const keyOf = ({ topic, partition }: { topic: string; partition: number }): string => `${partition} ${topic}`;

/** Reads only. */
export async function planPurge(
  kafka: KafkaCluster,
  topics: readonly TopicDescription[],
  { to, value, partitions }: PurgeAsk,
): Promise<PartitionPurge[]> {
  const places = topics.flatMap((topic) =>
    topic.partitions
      .filter(({ partition }) => partitions?.has(partition) ?? true)
      .map(({ partition, leader }): Place => ({ topic: topic.name, partition, leader })),
  );
  const none: Offsets = new Map();
  const [starts, ends, atTime] = await Promise.all([
    offsetsOf(kafka, places, 'earliest'),
    offsetsOf(kafka, places, 'latest'),
    to === 'timestamp' ? offsetsOf(kafka, places, { timestampMs: value ?? 0 }) : none,
  ]);
  return places.map((place) => {
    const [start, end, found] = [starts, ends, atTime].map((offsets) => offsets.get(keyOf(place)));
    const [oldStartOffset, endOffset] = [start?.offset ?? null, end?.offset ?? null];
    const error = start?.error ?? end?.error ?? found?.error ?? null;
    const base = { ...place, oldStartOffset, endOffset, isOpen: false };
    if (error !== null || oldStartOffset === null || endOffset === null)
      return { ...base, newStartOffset: null, records: null, error: error ?? 'its offsets are not known' };
    // Of a time behind the last record there is no offset: everything is older.
    const wanted =
      to === 'offset' ? (value ?? 0) : to === 'timestamp' ? (found?.offset ?? endOffset) : endOffset;
    const newStartOffset = Math.min(endOffset, Math.max(oldStartOffset, wanted));
    return { ...base, newStartOffset, records: newStartOffset - oldStartOffset, error: null };
  });
}

/** Does what a plan says, and reads back what came of it. Nothing is sent for partitions of which nothing goes. */
export async function runPurge(
  kafka: KafkaCluster,
  plan: readonly PartitionPurge[],
): Promise<PartitionPurge[]> {
  const going = plan.filter(({ error, records }) => error === null && (records ?? 0) > 0);
  const failures = new Map<string, { readonly error: string; readonly isOpen: boolean }>();
  await Promise.all(
    Array.from(byLeader(going), async ([leader, partitions]) => {
      const records = partitions.map(({ topic, partition, newStartOffset }) => ({
        topic,
        partition,
        beforeOffset: newStartOffset ?? 0,
      }));
      try {
        for (const told of await deleteRecords(kafka, leader, records, changeTimeoutMs)) {
          if (told.error !== null)
            failures.set(keyOf(told), { error: told.error, isOpen: isOpenOutcome(told.error) });
        }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        for (const each of partitions) failures.set(keyOf(each), { error: reason, isOpen: !isUnsent(error) });
      }
    }),
  );
  const starts = await offsetsOf(kafka, going, 'earliest');
  const sent = new Set(going);
  return plan.map((each) => {
    if (!sent.has(each)) return each;
    const now = starts.get(keyOf(each));
    const failure = failures.get(keyOf(each));
    const startsAt = now?.offset ?? null;
    const isDone = startsAt !== null && startsAt >= (each.newStartOffset ?? 0);
    if (failure === undefined || isDone) return { ...each, newStartOffset: startsAt, error: null };
    return { ...each, newStartOffset: startsAt, records: null, ...failure };
  });
}

function byLeader<P extends Place>(places: readonly P[]): Map<number, P[]> {
  const leaders = new Map<number, P[]>();
  for (const place of places) {
    if (place.leader === null) continue;
    const of = leaders.get(place.leader) ?? [];
    of.push(place);
    leaders.set(place.leader, of);
  }
  return leaders;
}

/** One request to each leader; one that does not answer refuses all of its partitions. */
async function offsetsOf(kafka: KafkaCluster, places: readonly Place[], spec: OffsetSpec): Promise<Offsets> {
  const offsets = new Map<string, Pick<ListedOffset, 'error' | 'offset'>>();
  for (const place of places) {
    if (place.leader === null)
      offsets.set(keyOf(place), { error: 'the partition has no leader', offset: null });
  }
  await Promise.all(
    Array.from(byLeader(places), async ([leader, of]) => {
      const partitions = new Map<string, number[]>();
      for (const { topic, partition } of of) {
        const numbers = partitions.get(topic) ?? [];
        numbers.push(partition);
        partitions.set(topic, numbers);
      }
      try {
        for (const told of await listOffsets(kafka, leader, partitions, spec)) offsets.set(keyOf(told), told);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        for (const place of of) offsets.set(keyOf(place), { error: reason, offset: null });
      }
    }),
  );
  return offsets;
}
