/**
 * What a replica knows about its partition's replication: who leads, who is in sync, how far the others are, and the
 * high watermark (KIP-101, KIP-497; Kafka's Partition and Replica). Pure: times come in, proposals go out.
 *
 * Invariants: the high watermark of a leader never goes back and never passes the least advanced member of the
 * maximal ISR (the ISR and whoever is about to join it). With one replica it is the log end at once. The controller
 * decides about the ISR; `proposeShrink` and `proposeExpand` only say what to ask it for.
 */
import type { PartitionImage } from '../controller/image.ts';

export interface FollowerProgress {
  readonly logEndOffset: number;
  readonly lastFetchMs: number;
  /** When it last had all that the leader had. */
  readonly lastCaughtUpMs: number;
  /** The leader's log end when it fetched last. */
  readonly leaderEndAtLastFetch: number;
}

export type ReplicaRole = 'leader' | 'follower' | 'offline';

export class PartitionState {
  readonly brokerId: number;
  #role: ReplicaRole = 'offline';
  #leader = -1;
  #leaderEpoch = -1;
  #partitionEpoch = -1;
  #leaderEpochStartOffset = 0;
  #replicas: readonly number[] = [];
  #isr: readonly number[] = [];
  /** Members of an ISR that was proposed and not answered yet. */
  #proposedIsr: readonly number[] | null = null;
  #followers = new Map<number, FollowerProgress>();
  #highWatermark: number;

  constructor(brokerId: number, highWatermark: number) {
    this.brokerId = brokerId;
    this.#highWatermark = highWatermark;
  }

  get role(): ReplicaRole {
    return this.#role;
  }
  get isLeader(): boolean {
    return this.#role === 'leader';
  }
  get leader(): number {
    return this.#leader;
  }
  get leaderEpoch(): number {
    return this.#leaderEpoch;
  }
  get partitionEpoch(): number {
    return this.#partitionEpoch;
  }
  get leaderEpochStartOffset(): number {
    return this.#leaderEpochStartOffset;
  }
  get replicas(): readonly number[] {
    return this.#replicas;
  }
  get isr(): readonly number[] {
    return this.#isr;
  }
  get highWatermark(): number {
    return this.#highWatermark;
  }

  /** The ISR and those proposed to join it: all of them hold back the high watermark. */
  get maximalIsr(): readonly number[] {
    return this.#proposedIsr === null ? this.#isr : [...new Set([...this.#isr, ...this.#proposedIsr])];
  }

  get isUnderReplicated(): boolean {
    return this.isLeader && this.#isr.length < this.#replicas.length;
  }

  /** Takes over what the cluster agreed on. True when this broker begins to lead in a new epoch. */
  apply(image: PartitionImage, logEndOffset: number, nowMs: number): boolean {
    if (image.partitionEpoch < this.#partitionEpoch) return false;
    const isNewEpoch = image.leaderEpoch > this.#leaderEpoch;
    this.#replicas = image.replicas;
    this.#isr = image.isr;
    this.#proposedIsr = null;
    this.#leader = image.leader;
    this.#leaderEpoch = image.leaderEpoch;
    this.#partitionEpoch = image.partitionEpoch;
    this.#role = image.leader === this.brokerId ? 'leader' : image.leader === -1 ? 'offline' : 'follower';
    if (this.#role !== 'leader') {
      this.#followers.clear();
      return false;
    }
    if (isNewEpoch) {
      this.#leaderEpochStartOffset = logEndOffset;
      this.#followers.clear();
    }
    for (const id of image.replicas) {
      if (id === this.brokerId || this.#followers.has(id)) continue;
      // Members of the ISR get one replica.lag.time.max.ms to fetch for the first time.
      const lastCaughtUpMs = image.isr.includes(id) ? nowMs : Number.NEGATIVE_INFINITY;
      this.#followers.set(id, {
        logEndOffset: -1,
        lastFetchMs: -1,
        lastCaughtUpMs,
        leaderEndAtLastFetch: -1,
      });
    }
    for (const id of this.#followers.keys()) if (!image.replicas.includes(id)) this.#followers.delete(id);
    this.advance(logEndOffset);
    return isNewEpoch;
  }

  /** The leader's own log grew. True when the high watermark moved. */
  advance(logEndOffset: number): boolean {
    if (!this.isLeader) return false;
    let lowest = logEndOffset;
    for (const id of this.maximalIsr) {
      if (id !== this.brokerId) lowest = Math.min(lowest, this.#followers.get(id)?.logEndOffset ?? -1);
    }
    if (lowest <= this.#highWatermark) return false;
    this.#highWatermark = lowest;
    return true;
  }

  /** A follower asked for everything from `fetchOffset` on, so it has all below. True when the high watermark moved. */
  noteFollowerFetch(
    followerId: number,
    fetchOffset: number,
    leaderEndOffset: number,
    nowMs: number,
  ): boolean {
    const known = this.#followers.get(followerId);
    if (!this.isLeader || known === undefined) return false;
    let lastCaughtUpMs = known.lastCaughtUpMs;
    if (fetchOffset >= leaderEndOffset) lastCaughtUpMs = nowMs;
    else if (fetchOffset >= known.leaderEndAtLastFetch && known.lastFetchMs >= 0) {
      lastCaughtUpMs = Math.max(lastCaughtUpMs, known.lastFetchMs);
    }
    this.#followers.set(followerId, {
      logEndOffset: fetchOffset,
      lastFetchMs: nowMs,
      lastCaughtUpMs,
      leaderEndAtLastFetch: leaderEndOffset,
    });
    return this.advance(leaderEndOffset);
  }

  /** A follower learns the leader's high watermark with each fetch. */
  noteLeaderHighWatermark(highWatermark: number, logEndOffset: number): void {
    if (!this.isLeader) this.#highWatermark = Math.min(highWatermark, logEndOffset);
  }

  /** The log was cut or its start moved: the high watermark stays within it. */
  clampHighWatermark(logStartOffset: number, logEndOffset: number): void {
    this.#highWatermark = Math.min(Math.max(this.#highWatermark, logStartOffset), logEndOffset);
  }

  /** The ISR without those that have lagged for longer than `maxLagMs`, or null when nobody has. */
  proposeShrink(logEndOffset: number, nowMs: number, maxLagMs: number): readonly number[] | null {
    if (!this.isLeader || this.#proposedIsr !== null) return null;
    const inSync = this.#isr.filter((id) => {
      if (id === this.brokerId) return true;
      const progress = this.#followers.get(id);
      if (progress === undefined) return false;
      return progress.logEndOffset >= logEndOffset || nowMs - progress.lastCaughtUpMs <= maxLagMs;
    });
    return inSync.length === this.#isr.length ? null : inSync;
  }

  /** The ISR with a follower that has caught up with the high watermark and this epoch's start, or null. */
  proposeExpand(followerId: number): readonly number[] | null {
    const progress = this.#followers.get(followerId);
    if (!this.isLeader || this.#proposedIsr !== null || progress === undefined) return null;
    if (this.#isr.includes(followerId)) return null;
    const hasCaughtUp =
      progress.logEndOffset >= this.#highWatermark && progress.logEndOffset >= this.#leaderEpochStartOffset;
    return hasCaughtUp ? [...this.#isr, followerId] : null;
  }

  /** A proposal was sent; `null` takes it back after a refusal. One at a time. */
  setProposedIsr(isr: readonly number[] | null): void {
    this.#proposedIsr = isr;
  }

  follower(followerId: number): FollowerProgress | undefined {
    return this.#followers.get(followerId);
  }
}
