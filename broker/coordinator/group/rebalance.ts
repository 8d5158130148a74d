/**
 * The two phases of a rebalance: everybody joins again, then the leader's assignment is handed out.
 *
 * Join phase: ends when all known members have joined, at the latest after the longest rebalance timeout; dynamic
 * members that did not come are removed then, static ones stay until their session ends. The first phase of an empty
 * group always waits group.initial.rebalance.delay.ms, again and again while members keep arriving (KIP-134).
 * Sync phase: members that never ask for their assignment within the rebalance timeout are removed (KIP-62's
 * counterpart on the broker). Every answer that is parked is given exactly once.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import {
  type ClassicGroup,
  EMPTY_BYTES,
  type JoinResult,
  type Member,
  NO_GENERATION,
} from './classic-group.ts';
import { type GroupContext, joinTimerKey, memberTimerKey, syncTimerKey } from './group-context.ts';
import type { StoredGroup } from './group-record.ts';
import { endSession, extendSession } from './member-session.ts';

export function joinError(errorCode: number, memberId: string): JoinResult {
  return {
    ...{ errorCode, memberId, generationId: NO_GENERATION, protocolType: null, protocolName: '' },
    ...{ leader: '', skipAssignment: false, members: [] },
  };
}

/** What a member is told about the generation the group is in. */
export function currentGeneration(group: ClassicGroup, memberId: string, withMembers: boolean): JoinResult {
  return {
    ...{ errorCode: 0, memberId, generationId: group.generationId, protocolType: group.protocolType },
    ...{ protocolName: group.protocolName, leader: group.leaderOrEmpty(), skipAssignment: false },
    members: withMembers ? memberList(group) : [],
  };
}

export function memberList(group: ClassicGroup): JoinResult['members'] {
  return [...group.members.values()].map((member) => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    metadata: group.metadataOf(member),
  }));
}

export function answerJoin(member: Member, result: JoinResult, context: GroupContext): void {
  if (member.awaitingJoin !== null) context.effects.reply(member.awaitingJoin, result);
  member.awaitingJoin = null;
}

export function answerSync(
  group: ClassicGroup,
  member: Member,
  errorCode: number,
  context: GroupContext,
): void {
  if (member.awaitingSync === null) return;
  const { protocolType, protocolName } = group;
  context.effects.reply(
    member.awaitingSync,
    errorCode === 0
      ? { errorCode, protocolType, protocolName, assignment: member.assignment }
      : { errorCode, protocolType: null, protocolName: null, assignment: EMPTY_BYTES },
  );
  member.awaitingSync = null;
}

/** The group as it is written to the log, with what each member was assigned. */
export function snapshotGroup(group: ClassicGroup, assignmentOf: (member: Member) => Buffer): StoredGroup {
  return {
    protocolType: group.protocolType ?? '',
    generationId: group.generationId,
    protocolName: group.protocolName,
    leaderId: group.leaderId,
    stateSinceMs: group.stateSinceMs,
    members: [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      sessionTimeoutMs: member.sessionTimeoutMs,
      subscription: group.metadataOf(member),
      assignment: assignmentOf(member),
    })),
  };
}

/** Takes a member out for good: whatever it waits for is answered with UNKNOWN_MEMBER_ID, so that it may come back. */
export function dropMember(group: ClassicGroup, memberId: string, context: GroupContext): void {
  const wasPending = group.pendingJoinMembers.has(memberId);
  const member = group.removeMember(memberId);
  if (wasPending) context.effects.cancel(memberTimerKey(group.groupId, memberId));
  if (member === null) return;
  answerJoin(member, joinError(ErrorCode.UNKNOWN_MEMBER_ID, ''), context);
  answerSync(group, member, ErrorCode.UNKNOWN_MEMBER_ID, context);
  endSession(group, member, context);
}

/** The group is one of the consumer protocol now: its members go on there, and who waits is sent to join again. */
export function dissolve(group: ClassicGroup, context: GroupContext): void {
  const { effects, now } = context;
  for (const member of group.members.values()) {
    answerJoin(member, joinError(ErrorCode.REBALANCE_IN_PROGRESS, member.memberId), context);
    answerSync(group, member, ErrorCode.REBALANCE_IN_PROGRESS, context);
    endSession(group, member, context);
  }
  for (const memberId of group.pendingJoinMembers) effects.cancel(memberTimerKey(group.groupId, memberId));
  effects.cancel(joinTimerKey(group));
  effects.cancel(syncTimerKey(group));
  group.transitionTo('Dead', now.wallMs);
}

/** Members changed: start a rebalance if the group may, otherwise see whether the one under way is complete. */
export function rebalanceOrCompleteJoin(group: ClassicGroup, context: GroupContext): void {
  if (group.state === 'PreparingRebalance') completeJoinIfAllJoined(group, context);
  else if (group.state !== 'Dead') prepareRebalance(group, context);
}

/** The same without a rebalance for an empty group: after somebody left. */
export function continueWithout(group: ClassicGroup, context: GroupContext): void {
  if (group.state === 'Stable' || group.state === 'CompletingRebalance') prepareRebalance(group, context);
  else if (group.state === 'PreparingRebalance') completeJoinIfAllJoined(group, context);
}

export function prepareRebalance(group: ClassicGroup, context: GroupContext): void {
  const { effects, config, now } = context;
  const { groupId } = group;
  if (group.state === 'CompletingRebalance') {
    for (const member of group.members.values()) {
      member.assignment = EMPTY_BYTES;
      if (member.awaitingSync !== null) extendSession(group, member, context);
      answerSync(group, member, ErrorCode.REBALANCE_IN_PROGRESS, context);
    }
  }
  effects.cancel(syncTimerKey(group));
  const isFirst = group.state === 'Empty';
  group.transitionTo('PreparingRebalance', now.wallMs);
  if (isFirst) {
    const delayMs = config.initialRebalanceDelayMs;
    const remainingMs = Math.max(group.rebalanceTimeoutMs() - delayMs, 0);
    group.newMemberAdded = false;
    effects.schedule(joinTimerKey(group), delayMs, {
      kind: 'initial-join-timer',
      groupId,
      delayMs,
      remainingMs,
    });
  } else if (group.allMembersJoined()) {
    completeJoin(group, context);
  } else {
    effects.schedule(joinTimerKey(group), group.rebalanceTimeoutMs(), { kind: 'join-timer', groupId });
  }
}

/** A first join phase ends by its timer only, so that all members of a starting application are in it. */
function completeJoinIfAllJoined(group: ClassicGroup, context: GroupContext): void {
  if (group.previousState !== 'Empty' && group.allMembersJoined()) completeJoin(group, context);
}

export function onInitialJoinTimer(
  group: ClassicGroup,
  waited: { readonly delayMs: number; readonly remainingMs: number },
  context: GroupContext,
): void {
  if (group.state !== 'PreparingRebalance') return;
  if (!group.newMemberAdded || waited.remainingMs === 0) return completeJoin(group, context);
  const { groupId } = group;
  group.newMemberAdded = false;
  const delayMs = Math.min(context.config.initialRebalanceDelayMs, waited.remainingMs);
  const remainingMs = Math.max(waited.remainingMs - waited.delayMs, 0);
  context.effects.schedule(joinTimerKey(group), delayMs, {
    kind: 'initial-join-timer',
    groupId,
    delayMs,
    remainingMs,
  });
}

/** Ends the join phase with those who came. */
export function completeJoin(group: ClassicGroup, context: GroupContext): void {
  if (group.state !== 'PreparingRebalance') return;
  const { groupId } = group;
  context.effects.cancel(joinTimerKey(group));
  for (const member of [...group.members.values()]) {
    if (member.awaitingJoin === null && member.groupInstanceId === null)
      dropMember(group, member.memberId, context);
  }
  if (group.members.size > 0 && !electJoinedLeader(group)) {
    // Only static members are left and none came back: wait on, until their sessions end or one comes.
    context.effects.schedule(joinTimerKey(group), group.rebalanceTimeoutMs(), {
      kind: 'join-timer',
      groupId,
    });
    return;
  }
  group.generationId += 1;
  group.pendingSyncMembers.clear();
  if (group.members.size === 0) becomeEmpty(group, context);
  else beginSyncPhase(group, context);
}

/** The leader stays while it joined; otherwise the first member that did. */
function electJoinedLeader(group: ClassicGroup): boolean {
  const current = group.leaderId === null ? undefined : group.members.get(group.leaderId);
  if (current !== undefined && current.awaitingJoin !== null) return true;
  for (const member of group.members.values()) {
    if (member.awaitingJoin === null) continue;
    group.leaderId = member.memberId;
    return true;
  }
  return false;
}

function becomeEmpty(group: ClassicGroup, context: GroupContext): void {
  group.protocolName = null;
  group.subscribedTopics = null;
  group.transitionTo('Empty', context.now.wallMs);
  const value = snapshotGroup(group, () => EMPTY_BYTES);
  context.effects.records.push({ kind: 'group', groupId: group.groupId, value });
}

function beginSyncPhase(group: ClassicGroup, context: GroupContext): void {
  const { groupId, generationId } = group;
  group.protocolName = group.selectProtocol();
  group.subscribedTopics = group.computeSubscribedTopics();
  group.transitionTo('CompletingRebalance', context.now.wallMs);
  for (const member of group.members.values()) {
    answerJoin(member, currentGeneration(group, member.memberId, group.isLeader(member.memberId)), context);
    member.isNew = false;
    extendSession(group, member, context);
    group.pendingSyncMembers.add(member.memberId);
  }
  context.effects.schedule(syncTimerKey(group), group.rebalanceTimeoutMs(), {
    kind: 'sync-timer',
    groupId,
    generationId,
  });
}

export function onSyncTimer(group: ClassicGroup, generationId: number, context: GroupContext): void {
  if (group.generationId !== generationId) return;
  if (group.state !== 'CompletingRebalance' && group.state !== 'Stable') return;
  if (group.pendingSyncMembers.size === 0) return;
  for (const memberId of [...group.pendingSyncMembers]) dropMember(group, memberId, context);
  prepareRebalance(group, context);
}
