/**
 * The durable half of a coordinator's partition: committed offsets and stored groups, exactly what its records say.
 * Only `replay` and `replayMarker` change it, with what is committed, in log order; so serving and loading end in one
 * state. Offsets of open transactions wait beside the others until a marker decides.
 */
import type { TransactionalProducer, TransactionMarker } from '../runtime/transactional-batch.ts';
import type { ClassicRecord, CommittedOffset, OffsetRecord, StoredGroup } from './group-record.ts';
import { PendingOffsets } from './pending-offsets.ts';

export type TopicOffsets = ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>>;

const NO_OFFSETS: TopicOffsets = new Map();

export class GroupStore {
  readonly #offsets = new Map<string, Map<string, Map<number, CommittedOffset>>>();
  readonly #groups = new Map<string, StoredGroup>();
  readonly pending = new PendingOffsets();
  #offsetCount = 0;

  /** Number of committed offsets. */
  get offsetCount(): number {
    return this.#offsetCount;
  }

  replay(record: ClassicRecord, transaction: TransactionalProducer | null = null): void {
    if (record.kind === 'offset') {
      if (transaction !== null) return this.pending.add(transaction.producerId, record);
      this.pending.supersede(record);
      this.#replayOffset(record);
    } else if (record.value === null) this.#groups.delete(record.groupId);
    else this.#groups.set(record.groupId, record.value);
  }

  /** The offsets of the transaction count from now on, or never. They are given back when they do. */
  replayMarker({ producerId, committed }: TransactionMarker): readonly OffsetRecord[] {
    const records = this.pending.take(producerId);
    if (!committed) return [];
    for (const record of records) this.#replayOffset(record);
    return records;
  }

  #replayOffset({ groupId, topic, partition, value }: OffsetRecord): void {
    const topics = this.#offsets.get(groupId);
    const partitions = topics?.get(topic);
    if (value !== null) {
      if (partitions?.has(partition) !== true) this.#offsetCount += 1;
      if (partitions !== undefined) partitions.set(partition, value);
      else if (topics !== undefined) topics.set(topic, new Map([[partition, value]]));
      else this.#offsets.set(groupId, new Map([[topic, new Map([[partition, value]])]]));
      return;
    }
    if (topics === undefined || partitions?.delete(partition) !== true) return;
    this.#offsetCount -= 1;
    if (partitions.size === 0) topics.delete(topic);
    if (topics.size === 0) this.#offsets.delete(groupId);
  }

  offsetsOf(groupId: string): TopicOffsets {
    return this.#offsets.get(groupId) ?? NO_OFFSETS;
  }

  offset(groupId: string, topic: string, partition: number): CommittedOffset | null {
    return this.#offsets.get(groupId)?.get(topic)?.get(partition) ?? null;
  }

  hasOffsets(groupId: string): boolean {
    return this.#offsets.has(groupId);
  }

  countOffsets(groupId: string): number {
    let count = 0;
    for (const partitions of this.offsetsOf(groupId).values()) count += partitions.size;
    return count;
  }

  storedGroup(groupId: string): StoredGroup | null {
    return this.#groups.get(groupId) ?? null;
  }

  /** Is anything of this group stored? */
  has(groupId: string): boolean {
    return this.#groups.has(groupId) || this.#offsets.has(groupId) || this.pending.hasAny(groupId);
  }

  /** Every group of which anything is stored. */
  groupIds(): Set<string> {
    return new Set([...this.#groups.keys(), ...this.#offsets.keys(), ...this.pending.groupIds()]);
  }

  /** Tombstones for the offsets of a group that `which` chooses. */
  tombstones(
    groupId: string,
    which: (topic: string, partition: number, offset: CommittedOffset) => boolean,
  ): OffsetRecord[] {
    const records: OffsetRecord[] = [];
    for (const [topic, partitions] of this.offsetsOf(groupId)) {
      for (const [partition, offset] of partitions) {
        if (which(topic, partition, offset))
          records.push({ kind: 'offset', groupId, topic, partition, value: null });
      }
    }
    return records;
  }

  /** For all of the group's offsets, also those that open transactions committed. */
  allTombstones(groupId: string): OffsetRecord[] {
    return [...this.tombstones(groupId, () => true), ...this.pendingTombstones(groupId, () => true)];
  }

  /** Tombstones for the offsets that open transactions committed for these partitions, so that they never count. */
  pendingTombstones(groupId: string, which: (topic: string, partition: number) => boolean): OffsetRecord[] {
    const wanted = [...this.pending.of(groupId)].filter(({ topic, partition }) => which(topic, partition));
    return wanted.map((record) => ({ ...record, value: null }));
  }
}
