/**
 * What the quorum core asks of its shell, what it is given, and the contract between the two.
 *
 * The shell does the effects of one `ready()` strictly in their order. Everything that writes (`persist`, the appends,
 * `truncateTo`, `installSnapshot`) must be on the device before any later `send` or `reply` goes out, before any notice is acted on and
 * before `advance()` is called: a vote or an acknowledged offset that a crash could take back would break the quorum.
 * The order of writes among themselves may be lost in a crash. Between `ready()` and `advance()` no other input is
 * taken, so the log always looks to the core as all its effects left it.
 */
import type { Random } from '../../platform/platform.ts';
import type { OffsetAndEpoch, QuorumAnswerToSend, QuorumRequest } from './quorum-messages.ts';
import type { QuorumRules } from './quorum-rules.ts';

/** What must outlive a crash (`quorum-state`). In one epoch a vote, and later a leader, are written once. */
export interface ElectionState {
  readonly epoch: number;
  readonly leaderId: number | null;
  readonly votedId: number | null;
}

/** The metadata log as the core sees it: only what is on the device counts. */
export interface QuorumLog {
  startOffset(): number;
  endOffset(): number;
  /** Epoch of the last record; of the snapshot when nothing follows it; 0 for a log that never had a record. */
  lastEpoch(): number;
  /**
   * Where the largest epoch of the log that is not above `epoch` ends. The start of the log, with its snapshot's epoch
   * (0 without one), when the log knows no such epoch.
   */
  endOfEpoch(epoch: number): OffsetAndEpoch;
  /** The snapshot the log begins behind (its offset is `startOffset`); null when the log begins at 0. */
  snapshotAtStart(): OffsetAndEpoch | null;
  /** The newest snapshot, which a replica that is too far behind is sent to. */
  latestSnapshot(): OffsetAndEpoch | null;
}

export interface QuorumTimeouts {
  /** `controller.quorum.election.timeout.ms`: an election is given up after once to twice this. */
  readonly electionTimeoutMs: number;
  /** `controller.quorum.fetch.timeout.ms`: a follower stands for election when it could not fetch for so long. */
  readonly fetchTimeoutMs: number;
  /** `controller.quorum.election.backoff.max.ms`: longest pause after a lost election. */
  readonly electionBackoffMaxMs: number;
  /** `controller.quorum.request.timeout.ms` */
  readonly requestTimeoutMs: number;
  /** `controller.quorum.retry.backoff.ms`: pause after a request that failed. */
  readonly retryBackoffMs: number;
  /** How long a leader may hold a Fetch that has nothing to bring; below half of the fetch timeout. */
  readonly fetchMaxWaitMs: number;
}

/** Kafka's defaults. */
export const defaultTimeouts: QuorumTimeouts = {
  electionTimeoutMs: 1000,
  fetchTimeoutMs: 2000,
  electionBackoffMaxMs: 1000,
  requestTimeoutMs: 2000,
  retryBackoffMs: 20,
  fetchMaxWaitMs: 500,
};

export interface QuorumOptions {
  readonly localId: number;
  /** Ids of `controller.quorum.voters`. A member that is not among them observes: it fetches and never votes. */
  readonly voters: readonly number[];
  readonly timeouts: QuorumTimeouts;
  readonly random: Pick<Random, 'below'>;
  readonly log: QuorumLog;
  /** What was persisted last; null on an empty disk. */
  readonly electionState: ElectionState | null;
  /** False: a voter that must not vote (yet), because its disk is new. It observes. Default true. */
  readonly mayVote?: boolean;
  /** A voter that starts without a leader stands for election within this; default: as at any other time. */
  readonly firstElectionMs?: number;
  /** The safety rules; other than the real ones only where a test must see that breaking them is noticed. */
  readonly rules?: QuorumRules;
}

export type QuorumEffect<Entries> =
  /** Replace `quorum-state`. */
  | { readonly kind: 'persist'; readonly state: ElectionState }
  /** Append one control batch with one LEADER_CHANGE record. */
  | {
      readonly kind: 'appendLeaderChange';
      readonly epoch: number;
      readonly leaderId: number;
      readonly voters: readonly number[];
      readonly grantingVoters: readonly number[];
    }
  /** Append what was proposed, in `epoch`. */
  | { readonly kind: 'append'; readonly epoch: number; readonly entries: Entries }
  /** Append batches of the leader as they are, at the end of the log. */
  | { readonly kind: 'appendFetched'; readonly entries: Entries }
  /** Remove every record from `endOffset` on. */
  | { readonly kind: 'truncateTo'; readonly endOffset: number }
  /** Begin to get the snapshot from the leader (FetchSnapshot); call `snapshotFetched` or `snapshotFailed` later. */
  | {
      readonly kind: 'fetchSnapshot';
      readonly leaderId: number;
      readonly epoch: number;
      readonly snapshotId: OffsetAndEpoch;
    }
  /** The snapshot that was fetched takes the place of all records: the log begins, and ends, behind it. */
  | { readonly kind: 'installSnapshot'; readonly snapshotId: OffsetAndEpoch }
  | {
      readonly kind: 'send';
      readonly to: number;
      readonly requestId: number;
      readonly request: QuorumRequest;
    }
  | { readonly kind: 'reply'; readonly correlation: number; readonly answer: QuorumAnswerToSend }
  /** Everything before `offset` is committed: it will never change on any member. */
  | { readonly kind: 'highWatermark'; readonly offset: number }
  /** All that was ever committed is in the log; it is all known as such once the high watermark passes `epochStartOffset`. */
  | { readonly kind: 'becameLeader'; readonly epoch: number; readonly epochStartOffset: number }
  /** What was proposed and lies behind the high watermark may be lost or may yet be committed. */
  | { readonly kind: 'lostLeadership'; readonly epoch: number }
  | { readonly kind: 'leaderChanged'; readonly epoch: number; readonly leaderId: number | null };
