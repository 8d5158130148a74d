/**
 * Answers that come back. Each first says in which epoch its sender is and whom it follows there: a newer epoch, or a
 * leader not yet known, is taken over and makes the rest of the answer meaningless. What remains belongs to the request
 * that was sent in this very role.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { AnswerHead, FetchAnswer, QuorumAnswer } from './quorum-messages.ts';
import { assert, type QuorumMember } from './quorum-member.ts';
import type { Follower } from './roles.ts';

export function takeAnswer<E>(
  member: QuorumMember<E>,
  from: number,
  requestId: number,
  answer: QuorumAnswer<E>,
  nowMs: number,
): void {
  const request = member.slots.settle(from, requestId);
  if (request === null) return;
  if (takesOver(member, answer, nowMs)) return;
  if (hasLeaderResigned(member, from, answer)) {
    member.giveUpGone(member.role, nowMs);
    return member.slots.rest(from, nowMs);
  }
  if (
    answer.errorCode !== ErrorCode.NONE ||
    member.rules.isStale(answer.epoch, member.epoch) ||
    request.kind !== answer.kind
  ) {
    return member.slots.rest(from, nowMs);
  }
  const { role } = member;
  switch (answer.kind) {
    case 'vote':
      if (role.name === 'prospective' || role.name === 'candidate') role.votes.note(from, answer.voteGranted);
      return;
    case 'beginQuorumEpoch':
      if (role.name === 'leader') role.progress.noteBeginAnswered(from, nowMs);
      return;
    case 'endQuorumEpoch':
      if (role.name === 'resigned') role.told.add(from);
      return;
    case 'fetch':
      if (request.kind === 'fetch') takeFetch(member, from, request.fetchOffset, answer, nowMs);
      return;
  }
}

export function takeFailure<E>(
  member: QuorumMember<E>,
  from: number,
  requestId: number,
  nowMs: number,
): void {
  if (member.slots.settle(from, requestId) !== null) member.slots.rest(from, nowMs);
}

/** True when the answer made another member of this one. */
function takesOver<E>(member: QuorumMember<E>, answer: AnswerHead, nowMs: number): boolean {
  const { epoch, leaderId } = answer;
  const isNewer = epoch > member.epoch;
  const isLeaderUsable = leaderId !== null && leaderId !== member.localId && member.voters.includes(leaderId);
  if (isLeaderUsable && (isNewer || (epoch === member.epoch && canLearnLeader(member)))) {
    member.becomeFollower(epoch, leaderId, nowMs);
    return true;
  }
  if (isNewer) member.becomeUnattached(epoch, nowMs);
  return isNewer;
}

/** Who led this epoch and says that it does not, has resigned or restarted, and will not lead in it again. */
function hasLeaderResigned<E>(
  member: QuorumMember<E>,
  from: number,
  answer: AnswerHead,
): member is QuorumMember<E> & { readonly role: Follower } {
  if (member.role.name !== 'follower' || member.role.leaderId !== from || answer.epoch !== member.epoch)
    return false;
  return answer.errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER && answer.leaderId === null;
}

function canLearnLeader<E>(member: QuorumMember<E>): boolean {
  return member.leaderId === null && member.role.name !== 'resigned';
}

function takeFetch<E>(
  member: QuorumMember<E>,
  from: number,
  fetchOffset: number,
  answer: FetchAnswer<E>,
  nowMs: number,
): void {
  const { role, log } = member;
  if (role.name !== 'follower' || role.leaderId !== from) return;
  assert(fetchOffset === log.endOffset(), 'a log changes by nothing but the answer to its one Fetch');
  if (!role.leaderResigned) {
    role.fetchDeadlineMs = nowMs + member.timeouts.fetchTimeoutMs;
    role.hasFetched = true;
  }
  if (answer.diverging !== null) return truncate(member, answer.diverging);
  if (answer.snapshotId !== null) {
    role.snapshotId = answer.snapshotId;
    const { epoch } = member;
    return member.emit({ kind: 'fetchSnapshot', leaderId: from, epoch, snapshotId: answer.snapshotId });
  }
  // The leader found our end in its own log: all of ours is its, so its high watermark counts for us.
  role.leaderHighWatermark = answer.highWatermark;
  if (answer.entries !== null) member.emitLogChange({ kind: 'appendFetched', entries: answer.entries });
}

function truncate<E>(
  member: QuorumMember<E>,
  diverging: { readonly offset: number; readonly epoch: number },
): void {
  const endOffset = member.rules.truncationOffset(member.log, diverging);
  assert(endOffset >= member.highWatermark, 'what is committed is not cut off');
  if (endOffset < member.log.endOffset()) member.emitLogChange({ kind: 'truncateTo', endOffset });
}
