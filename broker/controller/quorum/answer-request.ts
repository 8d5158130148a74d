/**
 * Answers to what other members ask. A newer epoch in a request of a voter is believed before anything else is decided,
 * an older one is fenced; a Fetch alone never changes anyone's epoch, because whoever fetches may just have stood for an
 * election that nobody wanted.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type {
  BeginQuorumEpochRequest,
  EndQuorumEpochRequest,
  EpochAnswer,
  FetchAnswerToSend,
  FetchRequest,
  QuorumRequest,
  VoteAnswer,
  VoteRequest,
} from './quorum-messages.ts';
import type { QuorumMember } from './quorum-member.ts';
import { giveUpLeader, type Leader } from './roles.ts';

export function answerRequest<E>(
  member: QuorumMember<E>,
  correlation: number,
  request: QuorumRequest,
  nowMs: number,
) {
  switch (request.kind) {
    case 'vote':
      return member.reply(correlation, answerVote(member, request, nowMs));
    case 'beginQuorumEpoch':
      return member.reply(correlation, answerBeginQuorumEpoch(member, request, nowMs));
    case 'endQuorumEpoch':
      return member.reply(correlation, answerEndQuorumEpoch(member, request, nowMs));
    case 'fetch':
      return answerFetch(member, correlation, request, nowMs);
  }
}

/** Requests that only a voter may send and only to a voter. */
function voterErrorCode<E>(
  member: QuorumMember<E>,
  senderId: number,
  voterId: number,
  epoch: number,
): number {
  if (voterId !== -1 && voterId !== member.localId) return ErrorCode.INVALID_VOTER_KEY;
  if (!member.isVoter || !member.voters.includes(senderId)) return ErrorCode.INCONSISTENT_VOTER_SET;
  if (senderId === member.localId) return ErrorCode.INVALID_REQUEST;
  return member.rules.isStale(epoch, member.epoch) ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.NONE;
}

function answerVote<E>(member: QuorumMember<E>, request: VoteRequest, nowMs: number): VoteAnswer {
  const { candidateId, voterId, epoch, logEnd, preVote } = request;
  const answer = (errorCode: number, voteGranted: boolean): VoteAnswer => {
    return { kind: 'vote', errorCode, epoch: member.epoch, leaderId: member.leaderToName, voteGranted };
  };
  const errorCode = voterErrorCode(member, candidateId, voterId, epoch);
  if (errorCode !== ErrorCode.NONE) return answer(errorCode, false);
  // Nobody can have records of the epoch for which it only stands.
  const isEpochPossible = preVote ? logEnd.epoch <= epoch : logEnd.epoch < epoch;
  if (!isEpochPossible || logEnd.epoch < 0 || logEnd.offset < 0)
    return answer(ErrorCode.INVALID_REQUEST, false);
  if (epoch > member.epoch) member.becomeUnattached(epoch, nowMs);
  const { role, votedId, leaderId } = member;
  const voter = {
    role: role.name,
    votedId,
    leaderId,
    hasFetchedFromLeader: role.name === 'follower' && role.hasFetched,
    candidateLogIsUpToDate: member.rules.logIsUpToDate(logEnd, member.logEnd),
  };
  const isGranted = member.rules.grantsVote(voter, candidateId, preVote);
  if (isGranted && !preVote) member.grantVote(candidateId);
  if (isGranted) member.makeWay(preVote, nowMs);
  return answer(ErrorCode.NONE, isGranted);
}

function answerBeginQuorumEpoch<E>(
  member: QuorumMember<E>,
  request: BeginQuorumEpochRequest,
  nowMs: number,
): EpochAnswer {
  const { leaderId, voterId, epoch } = request;
  const errorCode = voterErrorCode(member, leaderId, voterId, epoch);
  if (errorCode === ErrorCode.NONE) followLeader(member, epoch, leaderId, nowMs);
  return epochAnswer(member, 'beginQuorumEpoch', errorCode);
}

/** The member is told by the leader itself that it leads. Who had begun to doubt it stops doubting. */
function followLeader<E>(member: QuorumMember<E>, epoch: number, leaderId: number, nowMs: number): void {
  if (epoch > member.epoch || member.leaderId === null || member.role.name === 'prospective') {
    member.becomeFollower(epoch, leaderId, nowMs);
  }
}

function answerEndQuorumEpoch<E>(
  member: QuorumMember<E>,
  request: EndQuorumEpochRequest,
  nowMs: number,
): EpochAnswer {
  const { leaderId, epoch, preferredSuccessors } = request;
  const errorCode = voterErrorCode(member, leaderId, -1, epoch);
  if (errorCode === ErrorCode.NONE) {
    followLeader(member, epoch, leaderId, nowMs);
    const { role } = member;
    if (role.name === 'follower' && role.leaderId === leaderId) {
      giveUpLeader(role, nowMs + successionDelay(member, preferredSuccessors));
    }
  }
  return epochAnswer(member, 'endQuorumEpoch', errorCode);
}

/** The first successor stands at once, each further one later, and who is not named some time within the longest pause. */
function successionDelay<E>(member: QuorumMember<E>, successors: readonly number[]): number {
  const longest = member.timeouts.electionBackoffMaxMs;
  const place = successors.indexOf(member.localId);
  if (place < 0) return 1 + member.randomBelow(longest);
  return place === 0 ? 0 : longest / 2 ** (successors.length - place);
}

function epochAnswer<E>(member: QuorumMember<E>, kind: EpochAnswer['kind'], errorCode: number): EpochAnswer {
  return { kind, errorCode, epoch: member.epoch, leaderId: member.leaderToName };
}

function answerFetch<E>(
  member: QuorumMember<E>,
  correlation: number,
  request: FetchRequest,
  nowMs: number,
): void {
  const { role, rules, log } = member;
  const { replicaId, epoch, fetchOffset, lastFetchedEpoch, highWatermark } = request;
  const errorCode = fetchErrorCode(member, epoch);
  const isPossible =
    replicaId >= 0 && replicaId !== member.localId && fetchOffset >= 0 && lastFetchedEpoch >= 0;
  if (errorCode !== ErrorCode.NONE || role.name !== 'leader' || !isPossible) {
    const code = errorCode === ErrorCode.NONE ? ErrorCode.INVALID_REQUEST : errorCode;
    return member.reply(correlation, member.fetchRefusal(code));
  }
  const position = rules.fetchPosition(log, fetchOffset, lastFetchedEpoch);
  role.progress.noteFetch(replicaId, position.kind === 'valid' ? fetchOffset : null, log.endOffset(), nowMs);
  releaseParked(member, role, replicaId);
  if (position.kind === 'diverging') {
    return member.reply(correlation, { ...fetchAnswer(member, null), diverging: position.end });
  }
  if (position.kind === 'snapshot') {
    return member.reply(correlation, { ...fetchAnswer(member, null), snapshotId: position.snapshotId });
  }
  // Waits in any case: whatever there is to tell, by this very Fetch perhaps, is told when the parked ones are looked at.
  const deadlineMs = nowMs + Math.min(request.maxWaitMs, member.timeouts.fetchMaxWaitMs);
  role.parked.set(replicaId, { correlation, fetchOffset, highWatermark, deadlineMs });
}

function fetchErrorCode<E>(member: QuorumMember<E>, epoch: number): number {
  if (member.rules.isStale(epoch, member.epoch)) return ErrorCode.FENCED_LEADER_EPOCH;
  if (epoch > member.epoch) return ErrorCode.UNKNOWN_LEADER_EPOCH;
  return member.role.name === 'leader' ? ErrorCode.NONE : ErrorCode.NOT_LEADER_OR_FOLLOWER;
}

/** A replica asks again: nobody reads the answer to its last Fetch, but it must be given. */
function releaseParked<E>(member: QuorumMember<E>, role: Leader, replicaId: number): void {
  const older = role.parked.get(replicaId);
  if (older === undefined) return;
  role.parked.delete(replicaId);
  member.reply(older.correlation, fetchAnswer(member, null));
}

/** Answers the parked fetches for which there is news, or whose time is up. */
export function answerParked<E>(member: QuorumMember<E>, role: Leader, nowMs: number): void {
  for (const [replicaId, fetch] of role.parked) {
    const hasEntries = member.log.endOffset() > fetch.fetchOffset;
    const isDue = fetch.deadlineMs <= nowMs;
    const hasNews = hasEntries || member.highWatermark > fetch.highWatermark;
    if (!hasNews && !isDue) continue;
    role.parked.delete(replicaId);
    member.reply(fetch.correlation, fetchAnswer(member, hasEntries ? fetch.fetchOffset : null));
  }
}

function fetchAnswer<E>(member: QuorumMember<E>, entriesFrom: number | null): FetchAnswerToSend {
  return { ...member.fetchRefusal(ErrorCode.NONE), entriesFrom };
}
