/**
 * What a member does of itself, as time passes or after anything has changed: elections that are due, requests that are
 * due, and for a leader what has become committed. Called until nothing moves any more; it never acts on a log that
 * is about to change.
 */
import { answerParked } from './answer-request.ts';
import type { QuorumMember } from './quorum-member.ts';
import type { Candidate, Follower, Leader, Prospective, Resigned, Unattached } from './roles.ts';

/** Unattached, prospective, candidate, leader: the longest way in one go, of a voter that is alone. */
const MAX_STEPS = 5;

export function advanceRole<E>(member: QuorumMember<E>, nowMs: number): void {
  for (let step = 0; step < MAX_STEPS && !member.isLogChanging; step++) {
    const { role } = member;
    advanceOnce(member, nowMs);
    if (member.role === role) return;
  }
}

function advanceOnce<E>(member: QuorumMember<E>, nowMs: number): void {
  const { role } = member;
  switch (role.name) {
    case 'unattached':
      return advanceUnattached(member, role, nowMs);
    case 'prospective':
      return advanceProspective(member, role, nowMs);
    case 'candidate':
      return advanceCandidate(member, role, nowMs);
    case 'leader':
      return advanceLeader(member, role, nowMs);
    case 'follower':
      return advanceFollower(member, role, nowMs);
    case 'resigned':
      return advanceResigned(member, role, nowMs);
  }
}

/** When `advanceRole`, which last looked at `lookedMs`, has something to do at the latest; Infinity when only a message can change anything. */
export function nextDeadlineMs<E>(member: QuorumMember<E>, lookedMs: number): number {
  return Math.min(roleDeadline(member), member.slots.nextFreeMs(lookedMs));
}

function roleDeadline<E>(member: QuorumMember<E>): number {
  const { role } = member;
  switch (role.name) {
    case 'leader': {
      const parked = [...role.parked.values()].map((fetch) => fetch.deadlineMs);
      const told = [...role.progress.voters].map(([id, { nextBeginMs }]) => {
        return Math.max(nextBeginMs, member.slots.freeAtMs(id));
      });
      return Math.min(role.progress.checkQuorumDeadlineMs(), ...told, ...parked);
    }
    case 'follower':
      return role.fetchDeadlineMs;
    case 'candidate':
      return role.backoffUntilMs ?? role.electionDeadlineMs;
    case 'unattached':
    case 'prospective':
    case 'resigned':
      return role.electionDeadlineMs;
  }
}

function advanceUnattached<E>(member: QuorumMember<E>, role: Unattached, nowMs: number): void {
  if (role.electionDeadlineMs <= nowMs) return member.becomeProspective(null, nowMs);
  // One voter after the other is asked by a Fetch; who knows the leader says so.
  if (member.slots.isAnyBusy(nowMs)) return;
  const peers = member.otherVoters;
  const peer = peers[member.randomBelow(Math.max(1, peers.length))];
  if (peer !== undefined) sendFetch(member, peer, nowMs);
}

function advanceProspective<E>(member: QuorumMember<E>, role: Prospective, nowMs: number): void {
  if (role.votes.isWon) return member.becomeCandidate(nowMs);
  if (role.votes.isLost || role.electionDeadlineMs <= nowMs) {
    if (role.leaderId !== null) return member.becomeFollower(member.epoch, role.leaderId, nowMs);
    return member.becomeUnattached(member.epoch, nowMs);
  }
  askForVotes(member, role, nowMs);
}

function advanceCandidate<E>(member: QuorumMember<E>, role: Candidate, nowMs: number): void {
  if (role.votes.isWon) return member.becomeLeader(nowMs);
  if (role.votes.isLost && role.backoffUntilMs === null) {
    role.backoffUntilMs = nowMs + member.lostElectionBackoff();
  }
  if ((role.backoffUntilMs ?? role.electionDeadlineMs) <= nowMs) return member.becomeProspective(null, nowMs);
  if (role.backoffUntilMs === null) askForVotes(member, role, nowMs);
}

function askForVotes<E>(member: QuorumMember<E>, role: Prospective | Candidate, nowMs: number): void {
  for (const voterId of role.votes.missing) {
    if (!member.slots.isFree(voterId, nowMs)) continue;
    const { epoch, localId, logEnd } = member;
    const preVote = role.name === 'prospective';
    member.send(voterId, { kind: 'vote', epoch, candidateId: localId, voterId, logEnd, preVote }, nowMs);
  }
}

function advanceLeader<E>(member: QuorumMember<E>, role: Leader, nowMs: number): void {
  if (role.progress.checkQuorumDeadlineMs() <= nowMs) return member.becomeResigned(role, nowMs);
  const ends = role.progress.endOffsets(member.log.endOffset());
  member.raiseHighWatermark(member.rules.committedOffset(ends, role.epochStartOffset) ?? 0);
  answerParked(member, role, nowMs);
  for (const voterId of role.progress.votersToTell(nowMs)) {
    if (!member.slots.isFree(voterId, nowMs)) continue;
    const { epoch, localId } = member;
    member.send(voterId, { kind: 'beginQuorumEpoch', epoch, leaderId: localId, voterId }, nowMs);
  }
}

function advanceFollower<E>(member: QuorumMember<E>, role: Follower, nowMs: number): void {
  const { log } = member;
  // What a snapshot holds is committed, whoever took it.
  member.raiseHighWatermark(
    Math.max(log.startOffset(), Math.min(role.leaderHighWatermark ?? 0, log.endOffset())),
  );
  if (role.fetchDeadlineMs <= nowMs) {
    if (!member.isVoter) return member.becomeUnattached(member.epoch, nowMs);
    return member.becomeProspective(role.leaderResigned ? null : role.leaderId, nowMs);
  }
  const mayFetch = !role.leaderResigned && role.snapshotId === null;
  if (mayFetch && member.slots.isFree(role.leaderId, nowMs)) sendFetch(member, role.leaderId, nowMs);
}

function advanceResigned<E>(member: QuorumMember<E>, role: Resigned, nowMs: number): void {
  if (role.electionDeadlineMs <= nowMs) return member.becomeUnattached(member.epoch + 1, nowMs);
  for (const voterId of member.otherVoters) {
    if (role.told.has(voterId) || !member.slots.isFree(voterId, nowMs)) continue;
    const { epoch, localId } = member;
    const { preferredSuccessors } = role;
    member.send(voterId, { kind: 'endQuorumEpoch', epoch, leaderId: localId, preferredSuccessors }, nowMs);
  }
}

function sendFetch<E>(member: QuorumMember<E>, to: number, nowMs: number): void {
  const { epoch, localId, logEnd, highWatermark, timeouts } = member;
  const position = { fetchOffset: logEnd.offset, lastFetchedEpoch: logEnd.epoch };
  const wait = { highWatermark, maxWaitMs: timeouts.fetchMaxWaitMs };
  member.send(to, { kind: 'fetch', epoch, replicaId: localId, ...position, ...wait }, nowMs);
}
