/**
 * What the members of one group were told by its coordinator, held against what a group owes (KIP-62, KIP-345, KIP-394, KIP-447): one owner
 * a partition in each generation, commits that never go back, owners that begin no lower than what was acknowledged, and no
 * commit accepted from whom the group has left behind.
 *
 * A generation counts as known when an assignment of it was handed out: that is stored by then, so no later coordinator may
 * fall behind it. Which member id stands for a static member counts from then on, too.
 */
import { ErrorCode } from '../../protocol/errors.ts';

/** Whom a member says it is. */
export interface Credentials {
  readonly memberId: string;
  readonly generationId: number;
  readonly instanceId: string | null;
}

export interface Holding extends Credentials {
  readonly partitions: readonly number[];
}

/** What was known when a commit was sent; the answer is held against that. */
export interface SentCommit extends Credentials {
  readonly isStale: boolean;
}

/** What a commit from the past is told: an old generation, nobody, not yet, somebody else by now. */
export const STALE_CODES: readonly number[] = [
  ErrorCode.ILLEGAL_GENERATION,
  ErrorCode.UNKNOWN_MEMBER_ID,
  ErrorCode.REBALANCE_IN_PROGRESS,
  ErrorCode.FENCED_INSTANCE_ID,
];
/** The coordinator is moving; nothing is known of the commit. */
const MOVING_CODES: readonly number[] = [
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.NOT_COORDINATOR,
];

export class GroupLedger {
  readonly breaches: string[] = [];
  /** How often a commit was answered with each error. */
  readonly refusals = new Map<number, number>();
  /** Of which an assignment was handed out. */
  newestGeneration = -1;
  readonly generations = new Set<number>();
  readonly #owners = new Map<string, string>();
  readonly #acknowledged = new Map<number, number>();
  readonly #idOfInstance = new Map<string, string>();
  /** Member ids that stood for a static member once. The next one may be in its place before it is known here. */
  readonly #superseded = new Set<string>();
  acknowledgedCommits = 0;
  staleCommits = 0;

  /** An assignment was handed out. */
  owns({ memberId, generationId, instanceId, partitions }: Holding): void {
    const holder = instanceId === null ? memberId : `static ${instanceId}`;
    for (const partition of partitions) {
      const key = `${String(generationId)}:${String(partition)}`;
      const owner = this.#owners.get(key) ?? holder;
      this.#owners.set(key, owner);
      if (owner !== holder)
        this.breaches.push(
          `partition ${String(partition)} is owned by ${owner} and by ${holder} in generation ${String(generationId)}`,
        );
    }
    this.generations.add(generationId);
    this.newestGeneration = Math.max(this.newestGeneration, generationId);
    if (instanceId === null) return;
    const former = this.#idOfInstance.get(instanceId) ?? memberId;
    if (former !== memberId) this.#superseded.add(former);
    this.#idOfInstance.set(instanceId, memberId);
  }

  /** Acknowledged as committed until now; -1 for nothing. A later look must find no less. */
  committed(partition: number): number {
    return this.#acknowledged.get(partition) ?? -1;
  }

  /** A member that was asked where it begins after `least` was acknowledged. */
  begins(partition: number, offset: number, least: number): void {
    if (offset < least)
      this.breaches.push(
        `a member of partition ${String(partition)} begins at ${String(offset)}; ${String(least)} was acknowledged`,
      );
  }

  sends({ memberId, generationId, instanceId }: Credentials): SentCommit {
    const isStale = generationId < this.newestGeneration || this.#superseded.has(memberId);
    return { memberId, generationId, instanceId, isStale };
  }

  /** The answer for the whole of a commit; offsets are noted by `accepts`. */
  answered(sent: SentCommit, errorCode: number): void {
    if (errorCode !== 0) this.refusals.set(errorCode, (this.refusals.get(errorCode) ?? 0) + 1);
    if (sent.isStale) this.staleCommits += 1;
    const who = `${sent.memberId} of generation ${String(sent.generationId)}`;
    if (sent.isStale && errorCode === 0)
      this.breaches.push(
        `a commit of ${who} was accepted; the group was in generation ${String(this.newestGeneration)}`,
      );
    if (errorCode !== 0 && !STALE_CODES.includes(errorCode) && !MOVING_CODES.includes(errorCode))
      this.breaches.push(`a commit of ${who} was answered with ${String(errorCode)}`);
  }

  accepts(partition: number, offset: number): void {
    const before = this.committed(partition);
    if (offset < before)
      this.breaches.push(
        `partition ${String(partition)} was committed back from ${String(before)} to ${String(offset)}`,
      );
    this.#acknowledged.set(partition, Math.max(before, offset));
    this.acknowledgedCommits += 1;
  }
}
