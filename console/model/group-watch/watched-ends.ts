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

interface WatchedTopic {
  readonly name: string;
  topicId: string | null;
  slots: Int32Array;
  seenMs: number;
}

const NONE = -1;

export class WatchedEnds {
  readonly history = new EndHistories();
  readonly #clock: WatchClock;
  readonly #slots = new Slots();
  readonly #topics = new Map<string, WatchedTopic>();
  #round = 0;
  #lastTopic: WatchedTopic | null = null;
  /** Round in which a slot was read last: everything below is read once per round. */
  #readIn = new Int32Array(0);
  /** -1 where not known. */
  end = new Float64Array(0);
  start = new Float64Array(0);
  stable = new Float64Array(0);
  /** Wall time of the reading. */
  endAtMs = new Float64Array(0);
  /** Records per second since the last reading but a moment; NaN where not known. */
  perSecond = new Float64Array(0);
  /** How often it was made anew while it was watched, when that was last seen, and its end before. */
  making = new Uint32Array(0);
  madeAnewMs = new Float64Array(0);
  endBefore = new Float64Array(0);
  /** Watched time since which an open transaction holds the last stable offset where it is. */
  stableSinceMs = new Float64Array(0);
  /** 1 once an open transaction was seen in it. */
  transactional = new Uint8Array(0);
  #rateEnd = new Float64Array(0);
  #rateAtMs = new Float64Array(0);

  constructor(clock: WatchClock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#slots.inUse;
  }

  beginRound(): void {
    this.#round++;
    this.#lastTopic = null;
  }

  /** Reads a partition, once per round. `minRateMs`: a shorter time than that gives no rate, `maxRateMs`: nor does a longer. */
  read(
    topic: TopicSnapshot,
    partition: PartitionSnapshot,
    atMs: number,
    rates: { readonly minMs: number; readonly maxMs: number },
  ): number {
    const watched = this.#topicOf(topic.name);
    let slot = watched.slots[partition.partition] ?? NONE;
    if (slot === NONE) slot = this.#add(watched, partition.partition);
    if (this.#readIn[slot] === this.#round) return slot;
    this.#readIn[slot] = this.#round;
    watched.seenMs = this.#clock.watchedMs;
    if (topic.topicId !== watched.topicId) {
      // Until one is known, that of an older answer holds: a broker that was asked may be older than others.
      if (topic.topicId !== null) {
        if (watched.topicId !== null) this.#allMadeAnew(watched);
        watched.topicId = topic.topicId;
      }
    }
    this.#keep(slot, partition, atMs, rates, watched.topicId !== null);
    return slot;
  }

  /** The slot of a partition that was read in some round; null otherwise. */
  slotOf(topic: string, partition: number): number | null {
    const slot = this.#topics.get(topic)?.slots[partition] ?? NONE;
    return slot === NONE ? null : slot;
  }

  /** Gives up what was not read since `beforeMs` (watched time). */
  forget(beforeMs: number): void {
    for (const [name, topic] of this.#topics) {
      if (topic.seenMs >= beforeMs) continue;
      for (const slot of topic.slots) if (slot !== NONE) this.#slots.giveBack(slot);
      this.#topics.delete(name);
    }
    this.#lastTopic = null;
  }

  #topicOf(name: string): WatchedTopic {
    if (this.#lastTopic?.name === name) return this.#lastTopic;
    let topic = this.#topics.get(name);
    if (topic === undefined) {
      topic = { name, topicId: null, slots: new Int32Array(0), seenMs: this.#clock.watchedMs };
      this.#topics.set(name, topic);
    }
    this.#lastTopic = topic;
    return topic;
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
    this.#readIn[slot] = 0;
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
    this.#rateEnd[slot] = NONE;
  }

  #madeAnew(slot: number): void {
    this.making[slot] = (this.making[slot] ?? 0) + 1;
    this.madeAnewMs[slot] = this.#clock.nowMs;
    this.endBefore[slot] = this.end[slot] ?? NONE;
    this.#restart(slot);
  }

  #allMadeAnew(topic: WatchedTopic): void {
    for (const slot of topic.slots) if (slot !== NONE) this.#madeAnew(slot);
  }

  #keep(
    slot: number,
    { highWatermark, logStartOffset, lastStableOffset }: PartitionSnapshot,
    atMs: number,
    rates: { readonly minMs: number; readonly maxMs: number },
    hasId: boolean,
  ): void {
    if (highWatermark === null) {
      this.end[slot] = NONE;
      this.perSecond[slot] = NaN;
      return;
    }
    const steadyMs = this.#clock.steady(atMs);
    const wentBack = highWatermark < (this.history.endAt(slot, Infinity) ?? NONE);
    if (wentBack && !hasId) this.#madeAnew(slot);
    this.history.add(slot, highWatermark, steadyMs);
    this.end[slot] = highWatermark;
    this.endAtMs[slot] = atMs;
    if (logStartOffset !== null) this.start[slot] = logStartOffset;
    this.#keepRate(slot, highWatermark, steadyMs, rates);
    const stable = lastStableOffset ?? NONE;
    const isOpen = stable !== NONE && stable < highWatermark;
    if (!isOpen || stable !== this.stable[slot]) this.stableSinceMs[slot] = this.#clock.watchedMs;
    this.stable[slot] = stable;
    if (isOpen) this.transactional[slot] = 1;
  }

  #keepRate(
    slot: number,
    end: number,
    steadyMs: number,
    { minMs, maxMs }: { readonly minMs: number; readonly maxMs: number },
  ): void {
    const before = this.#rateEnd[slot] ?? NONE;
    const elapsedMs = steadyMs - (this.#rateAtMs[slot] ?? 0);
    if (before !== NONE && end >= before && elapsedMs < minMs) return;
    const known = before !== NONE && end >= before && elapsedMs <= maxMs;
    this.perSecond[slot] = known ? ((end - before) * 1_000) / elapsedMs : NaN;
    this.#rateEnd[slot] = end;
    this.#rateAtMs[slot] = steadyMs;
  }

  #grow(size: number): void {
    this.#readIn = grown(this.#readIn, size);
    this.end = grown(this.end, size);
    this.start = grown(this.start, size);
    this.stable = grown(this.stable, size);
    this.endAtMs = grown(this.endAtMs, size);
    this.perSecond = grown(this.perSecond, size);
    this.making = grown(this.making, size);
    this.madeAnewMs = grown(this.madeAnewMs, size);
    this.endBefore = grown(this.endBefore, size);
    this.stableSinceMs = grown(this.stableSinceMs, size);
    this.transactional = grown(this.transactional, size);
    this.#rateEnd = grown(this.#rateEnd, size);
    this.#rateAtMs = grown(this.#rateAtMs, size);
  }
}
