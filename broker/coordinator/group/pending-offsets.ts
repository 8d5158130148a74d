/**
 * Offsets that were committed within transactions which are still open (KIP-98, KIP-447): kept by producer until its
 * marker says whether they count. An offset that is committed outside of the transaction afterwards, or a tombstone, is
 * later in the log, and stands: what the transaction said of that partition before is forgotten.
 */
import type { OffsetRecord } from './group-record.ts';

type Offsets = Map<string, OffsetRecord>;

export class PendingOffsets {
  /** By producer id, then by group, topic and partition. */
  readonly #byProducer = new Map<number, Offsets>();
  /** Producers with an open transaction, by group, topic and partition. */
  readonly #producers = new Map<string, Set<number>>();
  /** How many of them each group has. */
  readonly #counts = new Map<string, number>();

  add(producerId: number, record: OffsetRecord): void {
    const key = keyOf(record);
    const offsets = this.#byProducer.get(producerId) ?? new Map<string, OffsetRecord>();
    this.#byProducer.set(producerId, offsets);
    if (!offsets.has(key)) {
      const producers = this.#producers.get(key) ?? new Set<number>();
      this.#producers.set(key, producers.add(producerId));
      this.#counts.set(record.groupId, (this.#counts.get(record.groupId) ?? 0) + 1);
    }
    offsets.set(key, record);
  }

  has(groupId: string, topic: string, partition: number): boolean {
    return this.#producers.has(keyOf({ groupId, topic, partition }));
  }

  groupIds(): Iterable<string> {
    return this.#counts.keys();
  }

  hasAny(groupId: string): boolean {
    return this.#counts.has(groupId);
  }

  /** Topics and partitions of the group that wait for a marker. */
  *of(groupId: string): Generator<OffsetRecord> {
    if (!this.#counts.has(groupId)) return;
    for (const offsets of this.#byProducer.values())
      for (const record of offsets.values()) if (record.groupId === groupId) yield record;
  }

  /** Something later was said of this partition. */
  supersede(record: OffsetRecord): void {
    const key = keyOf(record);
    for (const producerId of this.#producers.get(key) ?? []) {
      const offsets = this.#byProducer.get(producerId);
      offsets?.delete(key);
      if (offsets?.size === 0) this.#byProducer.delete(producerId);
      this.#lower(record.groupId);
    }
    this.#producers.delete(key);
  }

  /** The producer's transaction is over: what it had committed, in the order of the log. */
  take(producerId: number): readonly OffsetRecord[] {
    const offsets = this.#byProducer.get(producerId);
    if (offsets === undefined) return [];
    this.#byProducer.delete(producerId);
    for (const [key, { groupId }] of offsets) {
      const producers = this.#producers.get(key);
      producers?.delete(producerId);
      if (producers?.size === 0) this.#producers.delete(key);
      this.#lower(groupId);
    }
    return [...offsets.values()];
  }

  #lower(groupId: string): void {
    const count = (this.#counts.get(groupId) ?? 0) - 1;
    if (count > 0) this.#counts.set(groupId, count);
    else this.#counts.delete(groupId);
  }
}

function keyOf({ groupId, topic, partition }: Pick<OffsetRecord, 'groupId' | 'topic' | 'partition'>): string {
  // The topic's name has no slash, the group's id may have any: it comes last.
  return `${String(partition)}/${topic}/${groupId}`;
}
