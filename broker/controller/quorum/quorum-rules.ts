/**
 * The rules that keep the metadata log safe, each as one pure function (KIP-595, KIP-996). All else in this folder is
 * about getting on: a mistake there costs time, a mistake here costs records. The randomised test replaces them one at
 * a time and must notice.
 */
import type { OffsetAndEpoch } from './quorum-messages.ts';
import type { QuorumLog } from './quorum-effects.ts';

export type RoleName = 'unattached' | 'prospective' | 'candidate' | 'leader' | 'follower' | 'resigned';

/** What a voter knows about itself, in the epoch of the request, when it is asked for its vote. */
export interface VoterView {
  readonly role: RoleName;
  readonly votedId: number | null;
  readonly leaderId: number | null;
  /** A follower that was answered by its leader in this epoch. */
  readonly hasFetchedFromLeader: boolean;
  readonly candidateLogIsUpToDate: boolean;
}

/** How a Fetch at (offset, epoch of the record before it) fits into the leader's log. */
export type FetchPosition =
  | { readonly kind: 'valid' }
  | { readonly kind: 'diverging'; readonly end: OffsetAndEpoch }
  | { readonly kind: 'snapshot'; readonly snapshotId: OffsetAndEpoch };

export interface QuorumRules {
  /** Words of an epoch that is over count for nothing. */
  isStale(epoch: number, ownEpoch: number): boolean;
  /** The candidate has all that is in the voter's log, if both logs come from real leaders. */
  logIsUpToDate(candidate: OffsetAndEpoch, own: OffsetAndEpoch): boolean;
  grantsVote(voter: VoterView, candidateId: number, preVote: boolean): boolean;
  fetchPosition(log: QuorumLog, fetchOffset: number, lastFetchedEpoch: number): FetchPosition;
  /** Where to cut a log of which the leader says that it diverges. */
  truncationOffset(log: QuorumLog, diverging: OffsetAndEpoch): number;
  /**
   * Up to where a leader may call its log committed: the largest offset that a majority of the voters has reached, but
   * only if that includes a record of the leader's own epoch. Records of earlier epochs count with it, never alone.
   */
  committedOffset(voterEndOffsets: readonly number[], epochStartOffset: number): number | null;
}

export function majorityOf(voterCount: number): number {
  return Math.floor(voterCount / 2) + 1;
}

function logIsUpToDate(candidate: OffsetAndEpoch, own: OffsetAndEpoch): boolean {
  return candidate.epoch > own.epoch || (candidate.epoch === own.epoch && candidate.offset >= own.offset);
}

function grantsVote(voter: VoterView, candidateId: number, preVote: boolean): boolean {
  if (voter.role === 'leader') return false;
  if (preVote) {
    return voter.candidateLogIsUpToDate && !voter.hasFetchedFromLeader;
  }
  if (voter.role !== 'unattached' && voter.role !== 'prospective') return false;
  if (voter.votedId !== null) return voter.votedId === candidateId;
  return voter.leaderId === null && voter.candidateLogIsUpToDate;
}

function isStale(epoch: number, ownEpoch: number): boolean {
  return epoch < ownEpoch;
}

function fetchPosition(log: QuorumLog, fetchOffset: number, lastFetchedEpoch: number): FetchPosition {
  const snapshot = log.snapshotAtStart();
  if (snapshot === null && fetchOffset === 0 && lastFetchedEpoch === 0) return { kind: 'valid' };
  if (snapshot !== null) {
    const atStart = fetchOffset === snapshot.offset;
    const isBefore = fetchOffset < snapshot.offset || lastFetchedEpoch < snapshot.epoch;
    if (isBefore || (atStart && lastFetchedEpoch !== snapshot.epoch)) {
      return { kind: 'snapshot', snapshotId: log.latestSnapshot() ?? snapshot };
    }
  }
  const end = log.endOfEpoch(lastFetchedEpoch);
  if (end.epoch !== lastFetchedEpoch || end.offset < fetchOffset) return { kind: 'diverging', end };
  return { kind: 'valid' };
}

function truncationOffset(log: QuorumLog, diverging: OffsetAndEpoch): number {
  const own = log.endOfEpoch(diverging.epoch);
  return own.epoch === diverging.epoch ? Math.min(own.offset, diverging.offset) : own.offset;
}

function committedOffset(voterEndOffsets: readonly number[], epochStartOffset: number): number | null {
  const descending = [...voterEndOffsets].sort((left, right) => right - left);
  const reached = descending[majorityOf(voterEndOffsets.length) - 1] ?? 0;
  return reached > epochStartOffset ? reached : null;
}

export const quorumRules: QuorumRules = {
  logIsUpToDate,
  grantsVote,
  isStale,
  fetchPosition,
  truncationOffset,
  committedOffset,
};
