/**
 * What a replica knows about its partition's replication: who leads, who is in sync, how far the others are, and the
 * high watermark (KIP-101, KIP-497, KIP-903; Kafka's Partition and Replica). Pure: times come in, proposals go out.
 *
 * Invariants of a leader: the high watermark never goes back, never passes the least advanced member of the maximal
 * ISR (the ISR and whoever a proposal would add; a proposed shrink takes nobody out before it is answered), and does
 * not move while the ISR is smaller than min.insync.replicas. The controller decides about the ISR, `propose` only
 * says what to ask it for. A proposal names the partition epoch it was made in: an image or an answer of a later epoch
 * settles it, one of the same epoch does not. Times are monotonic.
 */
import type { PartitionImage } from '../controller/image.ts';
import { FollowersProgress, type BrokerEpochs } from './follower-progress.ts';

export type { FollowerProgress } from './follower-progress.ts';

export type ReplicaRole = 'leader' | 'follower' | 'offline';

/** What the cluster says now, asked whenever it counts. */
export interface ReplicationRules {
  /** The topic's min.insync.replicas. */
  minInsyncReplicas(): number;
  /** replica.lag.time.max.ms */
  maxLagMs(): number;
  /** A broker's registration in the newest image. */
  broker(brokerId: number): BrokerEpochs | undefined;
}

export interface IsrMember {
  readonly brokerId: number;
  /** That it fetched with; the controller refuses a member that has registered again since. */
  readonly brokerEpoch: number;
}

export interface IsrProposal {
  readonly kind: 'shrink' | 'expand';
  readonly isr: readonly IsrMember[];
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
}

/** What the controller made of a proposal. */
export interface CommittedIsr {
  readonly isr: readonly number[];
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
}

export interface ReplicaFetch {
  readonly replicaId: number;
  /** Of its registration; -1 when it does not say. */
  readonly brokerEpoch: number;
  readonly fetchOffset: number;
}

export class PartitionState {
  readonly brokerId: number;
  readonly #rules: ReplicationRules;
  readonly #followers: FollowersProgress;
  #role: ReplicaRole = 'offline';
  #leader = -1;
  #leaderEpoch = -1;
  #partitionEpoch = -1;
  #leaderEpochStartOffset = 0;
  #replicas: readonly number[] = [];
  #adding: readonly number[] = [];
  #removing: readonly number[] = [];
  #isr: readonly number[] = [];
  #proposal: IsrProposal | null = null;
  #proposedIds: readonly number[] = [];
  #highWatermark: number;

  constructor(brokerId: number, highWatermark: number, rules: ReplicationRules) {
    this.brokerId = brokerId;
    this.#highWatermark = highWatermark;
    this.#rules = rules;
    this.#followers = new FollowersProgress(rules);
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
  /** Where this leader's epoch began: what lies before is committed as soon as the high watermark is here. */
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
  get proposal(): IsrProposal | null {
    return this.#proposal;
  }
  get followers(): FollowersProgress {
    return this.#followers;
  }

  /** The ISR and those proposed to join it: all of them hold back the high watermark. */
  get maximalIsr(): readonly number[] {
    return this.#proposal === null ? this.#isr : [...new Set([...this.#isr, ...this.#proposedIds])];
  }

  /** min.insync.replicas, but never more than there are replicas. */
  get effectiveMinIsr(): number {
    return Math.min(this.#rules.minInsyncReplicas(), Math.max(1, this.#replicas.length));
  }

  get isReassigning(): boolean {
    return this.#adding.length + this.#removing.length > 0;
  }

  /** Replicas that a reassignment only brings do not count until they are there. */
  get isUnderReplicated(): boolean {
    if (!this.isLeader) return false;
    const wanted = this.#replicas.filter((id) => !this.#adding.includes(id));
    return wanted.some((id) => !this.#isr.includes(id));
  }

  /** Takes over what the cluster agreed on. True when this broker begins to lead in a new epoch. */
  apply(image: PartitionImage, logEndOffset: number, nowMs: number): boolean {
    if (image.partitionEpoch < this.#partitionEpoch) return false;
    const isNewEpoch = image.leaderEpoch > this.#leaderEpoch;
    const wasLeader = this.isLeader;
    // A proposal of this very partition epoch is not answered yet; in a later one it came true or never will.
    if (image.partitionEpoch > this.#partitionEpoch || isNewEpoch) this.#setProposal(null);
    this.#replicas = image.replicas;
    this.#adding = image.addingReplicas;
    this.#removing = image.removingReplicas;
    this.#isr = image.isr;
    this.#leader = image.leader;
    this.#leaderEpoch = image.leaderEpoch;
    this.#partitionEpoch = image.partitionEpoch;
    this.#role = image.leader === this.brokerId ? 'leader' : image.leader === -1 ? 'offline' : 'follower';
    if (this.#role !== 'leader') {
      this.#setProposal(null);
      this.#followers.clear();
      return false;
    }
    const begins = isNewEpoch || !wasLeader;
    if (begins) {
      this.#leaderEpochStartOffset = logEndOffset;
      this.#followers.begin(logEndOffset);
    }
    this.#followers.keep(
      image.replicas.filter((id) => id !== this.brokerId),
      image.isr,
      nowMs,
    );
    this.advance(logEndOffset, nowMs);
    return begins;
  }

  /** The leader's log ends here now. True when the high watermark moved. */
  advance(logEndOffset: number, nowMs: number): boolean {
    if (!this.isLeader) return false;
    this.#followers.noteLeaderEnd(logEndOffset, nowMs);
    if (this.#isr.length < this.effectiveMinIsr) return false;
    const lowest = this.#followers.lowestEnd(logEndOffset, nowMs, (id) => this.#holdsBack(id));
    if (lowest <= this.#highWatermark) return false;
    this.#highWatermark = lowest;
    return true;
  }

  #holdsBack(id: number): boolean {
    return this.#isr.includes(id) || this.#proposedIds.includes(id);
  }

  /** An earlier registration of that broker, or one that is not known here yet to be a replica at all. */
  refusesReplica(replicaId: number, brokerEpoch: number): 'unknown' | 'stale' | null {
    const progress = this.#followers.get(replicaId);
    if (progress === undefined) return 'unknown';
    if (brokerEpoch < 0) return null;
    const registered = this.#rules.broker(replicaId)?.brokerEpoch ?? -1;
    return brokerEpoch < Math.max(progress.brokerEpoch, registered) ? 'stale' : null;
  }

  /** A follower asked for everything from `fetchOffset` on, so it has all below. True when the high watermark moved. */
  noteFollowerFetch(fetch: ReplicaFetch, leaderEndOffset: number, nowMs: number): boolean {
    if (!this.isLeader || this.refusesReplica(fetch.replicaId, fetch.brokerEpoch) !== null) return false;
    this.#followers.noteFetch(fetch, leaderEndOffset, nowMs, this.#isr.includes(fetch.replicaId));
    return this.advance(leaderEndOffset, nowMs);
  }

  /** A follower learns the leader's high watermark with each fetch; a new leader may know less than the one before. */
  noteLeaderHighWatermark(highWatermark: number, logEndOffset: number): void {
    if (this.isLeader) return;
    this.#highWatermark = Math.max(this.#highWatermark, Math.min(highWatermark, logEndOffset));
  }

  /** The log was cut or its start moved: the high watermark stays within it. */
  clampHighWatermark(logStartOffset: number, logEndOffset: number): void {
    this.#highWatermark = Math.min(Math.max(this.#highWatermark, logStartOffset), logEndOffset);
  }

  /** The ISR without those that have lagged for too long; null when nobody has, or when a proposal is not answered yet. */
  proposeShrink(logEndOffset: number, nowMs: number): IsrProposal | null {
    if (!this.isLeader || this.#proposal !== null) return null;
    const inSync = this.#isr.filter(
      (id) => id === this.brokerId || this.#followers.isCaughtUp(id, logEndOffset, nowMs),
    );
    return inSync.length === this.#isr.length ? null : this.#propose('shrink', inSync);
  }

  /**
   * The ISR with every follower that has this epoch from its start and all that is committed, and that the cluster
   * counts as alive. `fetching` is one that has just fetched; others count only while they keep up. Null when there is none.
   */
  proposeExpand(logEndOffset: number, nowMs: number, fetching = -1): IsrProposal | null {
    if (!this.isLeader || this.#proposal !== null || this.#isr.length >= this.#replicas.length) return null;
    const needed = Math.max(this.#highWatermark, this.#leaderEpochStartOffset);
    const joining = this.#replicas.filter((id) => {
      if (this.#isr.includes(id) || !this.#followers.mayJoin(id)) return false;
      if ((this.#followers.get(id)?.logEndOffset ?? -1) < needed) return false;
      return id === fetching || this.#followers.isCaughtUp(id, logEndOffset, nowMs);
    });
    return joining.length === 0 ? null : this.#propose('expand', [...this.#isr, ...joining]);
  }

  #propose(kind: IsrProposal['kind'], ids: readonly number[]): IsrProposal {
    const isr = ids.map((brokerId) => ({
      brokerId,
      brokerEpoch: this.#followers.get(brokerId)?.brokerEpoch ?? -1,
    }));
    const { leaderEpoch, partitionEpoch } = this;
    const proposal = { kind, isr, leaderEpoch, partitionEpoch };
    this.#setProposal(proposal);
    return proposal;
  }

  /** The controller accepted a proposal: true unless a later epoch has settled it before. */
  commitIsr(proposal: IsrProposal, committed: CommittedIsr, logEndOffset: number, nowMs: number): boolean {
    if (this.#proposal !== proposal || committed.leaderEpoch !== this.#leaderEpoch) return false;
    if (committed.partitionEpoch < this.#partitionEpoch) return false;
    this.#setProposal(null);
    this.#isr = committed.isr;
    this.#partitionEpoch = committed.partitionEpoch;
    this.#followers.keep(
      this.#replicas.filter((id) => id !== this.brokerId),
      committed.isr,
      nowMs,
    );
    this.advance(logEndOffset, nowMs);
    return true;
  }

  /** This replica is given up: nothing that was proposed is wanted any more. */
  leave(): void {
    this.#role = 'offline';
    this.#setProposal(null);
    this.#followers.clear();
  }

  /** The controller said for certain that this proposal did not and will not come true. */
  withdraw(proposal: IsrProposal): void {
    if (this.#proposal === proposal) this.#setProposal(null);
  }

  #setProposal(proposal: IsrProposal | null): void {
    this.#proposal = proposal;
    this.#proposedIds = proposal === null ? [] : proposal.isr.map(({ brokerId }) => brokerId);
  }
}
