/**
 * One partition of a snapshot: its ends of this round, and what has a slower beat from the round that asked for it, each with
 * the time of its reading. While its leader does not answer, what is known last stands apart. Pure.
 */
import { type BrokerSnapshot, type KnownOffsets, type PartitionSnapshot } from '../model/snapshot.ts';
import { staleAfterMs } from './beats.ts';
import type { ListedPartition } from './kafka-reader.ts';
import type { RoundAnswers } from './round-answers.ts';

export class PartitionBuilder {
  readonly #answers: RoundAnswers;
  readonly #brokers: ReadonlyMap<number, BrokerSnapshot>;
  readonly #endsBeforeAtMs: ReadonlyMap<number, number>;
  readonly #oldestStartMs: number;
  readonly #oldestStableMs: number;

  /** `endsAtMs`: when the ends of the round before were read, by leader. */
  constructor(
    answers: RoundAnswers,
    brokers: readonly BrokerSnapshot[],
    { endsAtMs, intervalMs }: { readonly endsAtMs: ReadonlyMap<number, number>; readonly intervalMs: number },
  ) {
    this.#answers = answers;
    this.#endsBeforeAtMs = endsAtMs;
    this.#brokers = new Map(brokers.map((broker) => [broker.id, broker]));
    this.#oldestStartMs = answers.offsetsAtMs - staleAfterMs('earliest', intervalMs);
    this.#oldestStableMs = answers.offsetsAtMs - staleAfterMs('lastStable', intervalMs);
  }

  /** `before`: the same partition of the same topic in the round before; given back where nothing in it is different. */
  build(topic: string, listed: ListedPartition, before: PartitionSnapshot | null): PartitionSnapshot {
    const { partition, leader, leaderEpoch, replicas, isr, offlineReplicas } = listed;
    const highWatermark = this.#answers.offsets.latest.get(topic, partition);
    const lastKnown = highWatermark === null ? this.#lastKnownOf(before) : null;
    const start = this.#startOf(topic, listed, before, highWatermark);
    const stable = this.#stableOf(topic, listed, before, highWatermark);
    const sizeBytes = this.#sizeOf(topic, listed, before);
    const logStartAtMs = start === null ? null : start.atMs;
    const lastStableAtMs = stable === null ? null : stable.atMs;
    const isSame =
      before !== null &&
      before.highWatermark === highWatermark &&
      before.lastKnown === lastKnown &&
      before.logStartAtMs === logStartAtMs &&
      before.lastStableAtMs === lastStableAtMs &&
      before.sizeBytes === sizeBytes &&
      before.leader === leader &&
      before.leaderEpoch === leaderEpoch &&
      before.replicas === replicas &&
      before.isr === isr &&
      before.offlineReplicas === offlineReplicas &&
      before.logStartOffset === (start === null ? null : start.offset) &&
      before.lastStableOffset === (stable === null ? null : stable.offset);
    if (isSame) return before;
    return {
      partition,
      leader,
      leaderEpoch,
      replicas,
      isr,
      offlineReplicas,
      logStartOffset: start === null ? null : start.offset,
      highWatermark,
      lastStableOffset: stable === null ? null : stable.offset,
      hasOpenTransaction: stable === null ? null : stable.isOpen,
      sizeBytes,
      logStartAtMs,
      lastStableAtMs,
      lastKnown,
    };
  }

  /** A log never starts behind its end: a start that does was told of another log. */
  #startOf(
    topic: string,
    { partition, leader }: ListedPartition,
    before: PartitionSnapshot | null,
    highWatermark: number | null,
  ): { readonly offset: number; readonly atMs: number } | null {
    if (highWatermark === null || leader === null) return null;
    const told = this.#answers.offsets.earliest.get(topic, partition);
    if (told !== null) return { offset: told, atMs: this.#answers.offsetTimes.earliest.get(leader) ?? 0 };
    const [offset, atMs] = [
      before?.logStartOffset ?? before?.lastKnown?.logStartOffset ?? null,
      before?.logStartAtMs ?? before?.lastKnown?.atMs ?? null,
    ];
    const isCurrent = offset !== null && atMs !== null && atMs >= this.#oldestStartMs;
    return isCurrent && offset <= highWatermark ? { offset, atMs } : null;
  }

  #stableOf(
    topic: string,
    { partition, leader }: ListedPartition,
    before: PartitionSnapshot | null,
    highWatermark: number | null,
  ): { readonly offset: number; readonly atMs: number; readonly isOpen: boolean } | null {
    if (highWatermark === null || leader === null) return null;
    const told = this.#answers.offsets.lastStable.get(topic, partition);
    if (told !== null) {
      const atMs = this.#answers.offsetTimes.lastStable.get(leader) ?? 0;
      return { offset: told, atMs, isOpen: told < highWatermark };
    }
    if (before === null) return null;
    const { lastStableOffset: offset, lastStableAtMs: atMs, hasOpenTransaction: isOpen } = before;
    if (offset === null || atMs === null || isOpen === null || atMs < this.#oldestStableMs) return null;
    return offset <= highWatermark ? { offset, atMs, isOpen } : null;
  }

  #sizeOf(
    topic: string,
    { partition, leader }: ListedPartition,
    before: PartitionSnapshot | null,
  ): number | null {
    if (leader === null) return null;
    const sizes = this.#brokers.get(leader)?.replicaSizes ?? null;
    if (sizes === null) return null;
    // The same reading as before: not looked up again.
    const isSame = before !== null && before.leader === leader && !this.#answers.logDirs.has(leader);
    if (isSame && before.sizeBytes !== null) return before.sizeBytes;
    return sizes.get(topic, partition);
  }

  #lastKnownOf(before: PartitionSnapshot | null): KnownOffsets | null {
    if (before === null || before.highWatermark === null) return before?.lastKnown ?? null;
    const { leader, highWatermark, logStartOffset, lastStableOffset } = before;
    const atMs = leader === null ? undefined : this.#endsBeforeAtMs.get(leader);
    return atMs === undefined ? null : { atMs, highWatermark, logStartOffset, lastStableOffset };
  }
}
