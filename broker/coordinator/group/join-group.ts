/**
 * JoinGroup: who may enter, under which member id, and whether that means a rebalance.
 *
 * From version 4 on a client without a member id is first given one and must come back with it (KIP-394), so that a
 * client that retries does not leave members behind that nobody is. A static member (KIP-345, version 5) that comes
 * back without a member id takes the place of its former self; the old member id is fenced. Where nothing changed for
 * the group, the current generation is answered without a rebalance.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import { type ClassicGroup, EMPTY_BYTES, type Member, ownCopies, sameProtocols } from './classic-group.ts';
import { type GroupContext, memberTimerKey } from './group-context.ts';
import { type Join, rebalanceTimeoutOf, updateMember } from './joining-member.ts';
import { memberFault } from './member-fault.ts';
import { extendSession, NEW_MEMBER_JOIN_TIMEOUT_MS } from './member-session.ts';
import { currentGeneration, joinError, rebalanceOrCompleteJoin } from './rebalance.ts';
import { joinAsFormerStaticMember } from './static-member.ts';

/** A client id may be as long as a string can be, and a member id is a string too. */
const MAX_CLIENT_ID_IN_MEMBER_ID = 249;
/** Member ids given out and not yet used; more per group are refused, whatever group.max.size allows. */
const MAX_PENDING_MEMBERS = 10_000;

export function joinGroup(group: ClassicGroup, join: Join, context: GroupContext): void {
  const { request, replyTo } = join;
  const refuse = (errorCode: number): void =>
    context.effects.reply(replyTo, joinError(errorCode, request.memberId));
  if (!acceptsMember(group, request.memberId, context)) {
    group.pendingJoinMembers.delete(request.memberId);
    context.effects.reply(replyTo, joinError(ErrorCode.GROUP_MAX_SIZE_REACHED, ''));
    return;
  }
  if (!group.supportsProtocols(request.protocolType, request.protocols)) {
    return refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
  }
  if (request.memberId === '') joinAsNew(group, join, context);
  else joinAsKnown(group, join, context);
}

/** group.max.size. While members come back, those over the limit are the last ones to do so. */
function acceptsMember(group: ClassicGroup, memberId: string, { config }: GroupContext): boolean {
  if (memberId === '' && group.pendingJoinMembers.size >= MAX_PENDING_MEMBERS) return false;
  switch (group.state) {
    case 'Empty':
    case 'Dead':
      return true;
    case 'PreparingRebalance': {
      const waits = (group.members.get(memberId)?.awaitingJoin ?? null) !== null;
      return waits || group.awaitingJoinCount() < config.maxGroupSize;
    }
    case 'CompletingRebalance':
    case 'Stable':
      return group.members.has(memberId) || group.members.size < config.maxGroupSize;
  }
}

function joinAsNew(group: ClassicGroup, join: Join, context: GroupContext): void {
  const { request, client, replyTo } = join;
  const { groupId } = group;
  const { groupInstanceId } = request;
  const memberId = `${groupInstanceId ?? client.clientId.slice(0, MAX_CLIENT_ID_IN_MEMBER_ID)}-${client.uuid}`;
  if (groupInstanceId !== null) {
    const former = group.members.get(group.staticMembers.get(groupInstanceId) ?? '');
    if (former === undefined) addMember(group, memberId, join, context);
    else joinAsFormerStaticMember(group, former, memberId, join, context);
    return;
  }
  if (!client.requiresKnownMemberId) return addMember(group, memberId, join, context);
  group.pendingJoinMembers.add(memberId);
  const event = { kind: 'pending-member-timer', groupId, memberId } as const;
  context.effects.schedule(memberTimerKey(groupId, memberId), request.sessionTimeoutMs, event);
  context.effects.reply(replyTo, joinError(ErrorCode.MEMBER_ID_REQUIRED, memberId));
}

function joinAsKnown(group: ClassicGroup, join: Join, context: GroupContext): void {
  const { request, replyTo } = join;
  const { memberId, groupInstanceId } = request;
  const refuse = (errorCode: number): void => context.effects.reply(replyTo, joinError(errorCode, memberId));
  if (group.pendingJoinMembers.has(memberId)) {
    // Only dynamic members are ever made to wait for their id.
    if (groupInstanceId !== null) return refuse(ErrorCode.UNKNOWN_MEMBER_ID);
    return addMember(group, memberId, join, context);
  }
  const fault = memberFault(group, memberId, groupInstanceId);
  if (fault !== 0) return refuse(fault);
  const member = group.members.get(memberId);
  if (member === undefined) return refuse(ErrorCode.UNKNOWN_MEMBER_ID);
  const unchanged = sameProtocols(member.protocols, request.protocols);
  switch (group.state) {
    case 'PreparingRebalance':
      return rejoin(group, member, join, context);
    case 'CompletingRebalance':
      // Perhaps the answer to its join was lost: give it again.
      if (!unchanged) return rejoin(group, member, join, context);
      return answerCurrent(group, member, group.isLeader(memberId), join, context);
    case 'Stable':
      // A leader that joins again wants a new assignment, for example because a topic grew.
      if (group.isLeader(memberId) || !unchanged) return rejoin(group, member, join, context);
      return answerCurrent(group, member, false, join, context);
    case 'Empty':
    case 'Dead':
      return refuse(ErrorCode.UNKNOWN_MEMBER_ID);
  }
}

function answerCurrent(
  group: ClassicGroup,
  member: Member,
  withMembers: boolean,
  { replyTo }: Join,
  context: GroupContext,
): void {
  extendSession(group, member, context);
  context.effects.reply(replyTo, currentGeneration(group, member.memberId, withMembers));
}

function rejoin(group: ClassicGroup, member: Member, join: Join, context: GroupContext): void {
  updateMember(group, member, join, context);
  rebalanceOrCompleteJoin(group, context);
}

function addMember(group: ClassicGroup, memberId: string, join: Join, context: GroupContext): void {
  const { request, client, replyTo } = join;
  const member: Member = {
    ...{ memberId, groupInstanceId: request.groupInstanceId },
    ...{ clientId: client.clientId, clientHost: client.clientHost },
    ...{ sessionTimeoutMs: request.sessionTimeoutMs, rebalanceTimeoutMs: rebalanceTimeoutOf(request) },
    ...{ protocols: ownCopies(request.protocols), assignment: EMPTY_BYTES },
    ...{ awaitingJoin: replyTo, awaitingSync: null, isNew: true },
    ...{ sessionDeadlineMs: 0, sessionTimerMs: Number.POSITIVE_INFINITY },
  };
  if (group.state === 'PreparingRebalance' && group.previousState === 'Empty') group.newMemberAdded = true;
  group.addMember(member, request.protocolType);
  extendSession(group, member, context, NEW_MEMBER_JOIN_TIMEOUT_MS);
  rebalanceOrCompleteJoin(group, context);
}
