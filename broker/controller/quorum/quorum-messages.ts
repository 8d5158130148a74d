/**
 * What the members of the metadata quorum say to each other, reduced to what the rules need: Vote, BeginQuorumEpoch,
 * EndQuorumEpoch and Fetch (KIP-595, KIP-996), for the one partition of the metadata log. Cluster ids, directory ids
 * (zero while the voters are fixed by `controller.quorum.voters`), endpoints and record bytes belong to whoever puts
 * these on the wire: entries are a type parameter and are only passed on.
 *
 * An answer is told to the core with the request id that the core gave its request; late, doubled or unknown ones are
 * dropped there. Epochs rise with every election; an offset counts records from the start of the log.
 */

export interface OffsetAndEpoch {
  readonly offset: number;
  readonly epoch: number;
}

export interface VoteRequest {
  readonly kind: 'vote';
  /** The epoch the candidate stands in; asking beforehand (`preVote`), the epoch it is in. */
  readonly epoch: number;
  readonly candidateId: number;
  /** Whom the sender believes to talk to, -1 when it does not say. */
  readonly voterId: number;
  /** End of the candidate's log: the epoch of the last record, and the offset behind it. */
  readonly logEnd: OffsetAndEpoch;
  readonly preVote: boolean;
}

export interface BeginQuorumEpochRequest {
  readonly kind: 'beginQuorumEpoch';
  readonly epoch: number;
  readonly leaderId: number;
  readonly voterId: number;
}

export interface EndQuorumEpochRequest {
  readonly kind: 'endQuorumEpoch';
  readonly epoch: number;
  readonly leaderId: number;
  /** Best first. */
  readonly preferredSuccessors: readonly number[];
}

export interface FetchRequest {
  readonly kind: 'fetch';
  readonly epoch: number;
  readonly replicaId: number;
  readonly fetchOffset: number;
  /** Epoch of the record before `fetchOffset`, 0 for an empty log. */
  readonly lastFetchedEpoch: number;
  /** What the replica knows to be committed: the answer may wait only while there is nothing newer to tell (KIP-1166). */
  readonly highWatermark: number;
  readonly maxWaitMs: number;
}

export type QuorumRequest = VoteRequest | BeginQuorumEpochRequest | EndQuorumEpochRequest | FetchRequest;

/** In every answer: an error code, the sender's epoch and the leader it knows in it. */
export interface AnswerHead {
  readonly errorCode: number;
  readonly epoch: number;
  readonly leaderId: number | null;
}

export interface VoteAnswer extends AnswerHead {
  readonly kind: 'vote';
  readonly voteGranted: boolean;
}

export interface EpochAnswer extends AnswerHead {
  readonly kind: 'beginQuorumEpoch' | 'endQuorumEpoch';
}

interface FetchAnswerHead extends AnswerHead {
  readonly kind: 'fetch';
  readonly highWatermark: number;
  /** The replica's log differs from the leader's behind this point at the latest: cut it and fetch again. */
  readonly diverging: OffsetAndEpoch | null;
  /** What the replica asks for is no longer in the log: it must take this snapshot first. */
  readonly snapshotId: OffsetAndEpoch | null;
}

/** As the leader's core gives it out: the shell reads whole batches from there on; null when there are none to send. */
export interface FetchAnswerToSend extends FetchAnswerHead {
  readonly entriesFrom: number | null;
}

/** As the follower's shell hands it in: the batches as they came, null when there were none. */
export interface FetchAnswer<Entries> extends FetchAnswerHead {
  readonly entries: Entries | null;
}

export type QuorumAnswerToSend = VoteAnswer | EpochAnswer | FetchAnswerToSend;
export type QuorumAnswer<Entries> = VoteAnswer | EpochAnswer | FetchAnswer<Entries>;

/** What happens to a member. `correlation` is the shell's own name for where a reply must go. */
export type QuorumMessage<Entries> =
  | { readonly type: 'request'; readonly correlation: number; readonly request: QuorumRequest }
  | {
      readonly type: 'answer';
      readonly from: number;
      readonly requestId: number;
      readonly answer: QuorumAnswer<Entries>;
    }
  /** The request could not be delivered, or its connection broke before the answer. */
  | { readonly type: 'failed'; readonly from: number; readonly requestId: number };
