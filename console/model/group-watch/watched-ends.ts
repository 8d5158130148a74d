/**
 * The partitions that groups read: their end, start and last stable offset as last read, the table of past ends, the rate
 * at which records arrive, and which making of the topic they belong to.
 *
 * A partition is known by its topic's id where the cluster has ids (KIP-516). A new id is a topic made anew: nothing that was
 * known goes on. Without ids an end that went back is taken for the same; with one it means that records were cut off.
 */
import type { PartitionSnapshot, TopicSnapshot } from '../snapshot.ts';
import { EndHistories } from './end-history.ts';
import { grown, Slots } from './growing.ts';
import type { WatchClock } from './watch-clock.ts';

/** A topic that some group reads. Groups keep it, so that 88,000 rows need not be looked up by name in each round. */
export interface WatchedTopic {
  readonly name: string;
  /** Of this round; null while the metadata does not name it. */
  snapshot: TopicSnapshot | null;
  topicId: string | null;
  /** By partition. */
  slots: Int32Array;
  usedMs: number;
}

export interface RateLimits {
  /** A shorter time gives no new rate, a longer one none at all. */
  readonly minMs: number;
  readonly maxMs: number;
}

export const NO_END = -1;
const NONE = NO_END;
const noTopics: ReadonlyMap<string, TopicSnapshot> = new Map();
const noTimes: ReadonlyMap<number, number> = new Map();

/** What a round read of all topics. */
export interface WatchedRound {
  readonly topics: ReadonlyMap<string, TopicSnapshot>;
  /** When the end offsets were read (wall time). */
  readonly atMs: number;
  /** The same by leader, where they differ. */
  readonly endsAtMs?: ReadonlyMap<number, number>;
}

export class WatchedEnds {
  readonly history: EndHistories;
  readonly #clock: WatchClock;
  readonly #slots = new Slots();
  readonly #watched = new Map<string, WatchedTopic>();
  readonly #rates: RateLimits;
  #topics = noTopics;
  #endsAtMs = noTimes;
  #atMs = 0;
  /** -1 where not known. */
  end = new Float64Array(0);
  start = new Float64Array(0);
  stable = new Float64Array(0);
  /** Records per second since the last reading but a moment; NaN where not known. */
  perSecond = new Float64Array(0);
  /** How often it was made anew while it was watched and when that was last seen. */
  making = new Uint32Array(0);
  madeAnewMs = new Float64Array(0);
  /** Watched time since which an open transaction holds the last stable offset where it is; as it was seen, or could be. */
  stableSinceMs = new Float64Array(0);
  /** 1 once an open transaction was seen in it. */
  transactional = new Uint8Array(0);
  /** The newest end that was known. */
  #lastEnd = new Float64Array(0);
  #rateEnd = new Float64Array(0);
  #rateAtMs = new Float64Array(0);

  constructor(clock: WatchClock, rates: RateLimits) {
    this.#clock = clock;
    this.#rates = rates;
    this.history = new EndHistories(rates.maxMs);
  }

  get size(): number {
    return this.#slots.inUse;
  }

  /** Reads every partition that is watched, once. */
  beginRound({ topics, atMs, endsAtMs = noTimes }: WatchedRound): void {
    this.#topics = topics;
    this.#atMs = atMs;
    this.#endsAtMs = endsAtMs;
    for (const watched of this.#watched.values()) this.#readTopic(watched);
  }

  /** A topic by its name, from now on watched. */
  topicOf(name: string): WatchedTopic {
    let topic = this.#watched.get(name);
    if (topic === undefined) {
      const snapshot = this.#topics.get(name) ?? null;
      const topicId = snapshot?.topicId ?? null;
      topic = { name, snapshot, topicId, slots: new Int32Array(0), usedMs: 0 };
      this.#watched.set(name, topic);
    }
    return topic;
  }

  /** The slot of a partition, from now on watched; it stays the same. `NO_END` while there is no such partition. */
  slotOf(topic: WatchedTopic, partition: number): number {
    this.use(topic);
    if (topic.snapshot === null) return NO_END;
    let slot = topic.slots[partition] ?? NONE;
    if (slot === NONE) {
      const snapshot = partitionIn(topic.snapshot, partition);
      if (snapshot === undefined) return NO_END;
      slot = this.#add(topic, partition);
      this.#keep(slot, snapshot, topic.topicId !== null);
    }
    return slot;
  }

  /** Some group reads it: it is not forgotten. */
  use(topic: WatchedTopic): void {
    topic.usedMs = this.#clock.watchedMs;
  }

  /** Gives up what no group read since `beforeMs` (watched time). */
  forget(beforeMs: number): void {
    for (const [name, topic] of this.#watched) {
      if (topic.usedMs >= beforeMs) continue;
      for (const slot of topic.slots) if (slot !== NONE) this.#slots.giveBack(slot);
      this.#watched.delete(name);
    }
  }

  #readTopic(watched: WatchedTopic): void {
    const snapshot = this.#topics.get(watched.name) ?? null;
    watched.snapshot = snapshot;
    const topicId = snapshot?.topicId ?? null;
    if (topicId !== null && topicId !== watched.topicId) {
      // Until one is known, that of an older answer holds: brokers of several versions may answer.
      if (watched.topicId !== null) for (const slot of watched.slots) if (slot !== NONE) this.#madeAnew(slot);
      watched.topicId = topicId;
    }
    for (const [partition, slot] of watched.slots.entries()) {
      if (slot === NONE) continue;
      const told = snapshot === null ? undefined : partitionIn(snapshot, partition);
      if (told === undefined) this.#loseEnd(slot);
      else this.#keep(slot, told, watched.topicId !== null);
    }
  }

  #add(topic: WatchedTopic, partition: number): number {
    const slot = this.#slots.take((capacity) => {
      this.#grow(capacity);
    });
    if (partition >= topic.slots.length) {
      const longer = new Int32Array(partition + 1).fill(NONE);
      longer.set(topic.slots);
      topic.slots = longer;
    }
    topic.slots[partition] = slot;
    this.making[slot] = 0;
    this.madeAnewMs[slot] = 0;
    this.#restart(slot);
    return slot;
  }

  #restart(slot: number): void {
    this.history.clear(slot);
    this.end[slot] = NONE;
    this.start[slot] = NONE;
    this.stable[slot] = NONE;
    this.perSecond[slot] = NaN;
    this.stableSinceMs[slot] = this.#clock.watchedMs;
    this.transactional[slot] = 0;
    this.#lastEnd[slot] = NONE;
    this.#rateEnd[slot] = NONE;
  }

  #madeAnew(slot: number): void {
    this.making[slot] = (this.making[slot] ?? 0) + 1;
    this.madeAnewMs[slot] = this.#clock.nowMs;
    this.#restart(slot);
  }

  #loseEnd(slot: number): void {
    this.end[slot] = NONE;
    this.perSecond[slot] = NaN;
  }

  #keep(
    slot: number,
    { leader, highWatermark, logStartOffset, lastStableOffset, hasOpenTransaction }: PartitionSnapshot,
    hasId: boolean,
  ): void {
    if (highWatermark === null) {
      this.#loseEnd(slot);
      return;
    }
    const readAtMs = (leader === null ? undefined : this.#endsAtMs.get(leader)) ?? this.#atMs;
    const steadyMs = this.#clock.steady(readAtMs);
    if (highWatermark < (this.#lastEnd[slot] ?? NONE) && !hasId) this.#madeAnew(slot);
    this.history.add(slot, highWatermark, steadyMs);
    this.end[slot] = highWatermark;
    this.#lastEnd[slot] = highWatermark;
    if (logStartOffset !== null) this.start[slot] = logStartOffset;
    this.#keepRate(slot, highWatermark, steadyMs);
    // Read less often than the end: one that lay at the end then is not one that a transaction holds back now.
    const isOpen = hasOpenTransaction === true && lastStableOffset !== null;
    const stable = isOpen ? lastStableOffset : NONE;
    if (stable !== this.stable[slot]) this.stableSinceMs[slot] = isOpen ? this.#openSinceMs(slot, stable) : 0;
    this.stable[slot] = stable;
    if (isOpen) this.transactional[slot] = 1;
  }

  /** A transaction is open since its first record arrived, which is the one at the last stable offset. In watched time. */
  #openSinceMs(slot: number, stable: number): number {
    const { watchedMs, nowMs } = this.#clock;
    const arrivedMs = this.history.arrivalOf(slot, stable) ?? nowMs;
    return watchedMs - Math.min(watchedMs, nowMs - arrivedMs);
  }

  #keepRate(slot: number, end: number, steadyMs: number): void {
    const { minMs, maxMs } = this.#rates;
    const before = this.#rateEnd[slot] ?? NONE;
    const elapsedMs = steadyMs - (this.#rateAtMs[slot] ?? 0);
    if (before !== NONE && end >= before && elapsedMs < minMs) return;
    const known = before !== NONE && end >= before && elapsedMs <= maxMs;
    this.perSecond[slot] = known ? ((end - before) * 1_000) / elapsedMs : NaN;
    this.#rateEnd[slot] = end;
    this.#rateAtMs[slot] = steadyMs;
  }

  #grow(size: number): void {
    this.#lastEnd = grown(this.#lastEnd, size);
    this.end = grown(this.end, size);
    this.start = grown(this.start, size);
    this.stable = grown(this.stable, size);
    this.perSecond = grown(this.perSecond, size);
    this.making = grown(this.making, size);
    this.madeAnewMs = grown(this.madeAnewMs, size);
    this.stableSinceMs = grown(this.stableSinceMs, size);
    this.transactional = grown(this.transactional, size);
    this.#rateEnd = grown(this.#rateEnd, size);
    this.#rateAtMs = grown(this.#rateAtMs, size);
  }
}

export function partitionIn({ partitions }: TopicSnapshot, partition: number): PartitionSnapshot | undefined {
  const likely = partitions[partition];
  return likely?.partition === partition ? likely : partitions.find((each) => each.partition === partition);
}
