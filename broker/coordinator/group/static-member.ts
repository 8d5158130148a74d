/**
 * A static member comes back under a new member id (KIP-345): its consumer restarted.
 *
 * In a Stable group whose choice of protocol does not change it takes over the assignment of its former self without
 * a rebalance; the answer waits until the new member id is stored, and if that fails the change is taken back. From
 * version 9 on a leader is told that it leads but need not assign (KIP-814); before, it is told the old leader's id.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ClassicGroup, Member } from './classic-group.ts';
import type { GroupContext, StaticMemberChange } from './group-context.ts';
import { type Join, updateMember } from './joining-member.ts';
import { endSession, extendSession } from './member-session.ts';
import {
  answerJoin,
  answerSync,
  currentGeneration,
  joinError,
  prepareRebalance,
  rebalanceOrCompleteJoin,
  snapshotGroup,
} from './rebalance.ts';

export function joinAsFormerStaticMember(
  group: ClassicGroup,
  former: Member,
  newMemberId: string,
  join: Join,
  context: GroupContext,
): void {
  const instanceId = former.groupInstanceId ?? '';
  const leaderBefore = group.leaderOrEmpty();
  answerJoin(former, joinError(ErrorCode.FENCED_INSTANCE_ID, former.memberId), context);
  answerSync(group, former, ErrorCode.FENCED_INSTANCE_ID, context);
  endSession(group, former, context);
  const member = group.replaceStaticMember(instanceId, former, newMemberId);
  updateMember(group, member, join, context);
  extendSession(group, member, context);
  if (group.state === 'Stable' && group.selectProtocol() === group.protocolName) {
    const change: StaticMemberChange = {
      ...{ generationId: group.generationId, instanceId, newMemberId, oldMember: former, leaderBefore },
      supportsSkippingAssignment: join.client.supportsSkippingAssignment,
    };
    const { groupId } = group;
    context.effects.records.push({
      kind: 'group',
      groupId,
      value: snapshotGroup(group, (each) => each.assignment),
    });
    context.effects.afterAppend = { kind: 'static-member-stored', groupId, change };
  } else if (group.state === 'CompletingRebalance') {
    // The leader may be assigning to the old member id right now.
    prepareRebalance(group, context);
  } else {
    rebalanceOrCompleteJoin(group, context);
  }
}

export function onStaticMemberStored(
  group: ClassicGroup,
  change: StaticMemberChange,
  errorCode: number,
  context: GroupContext,
): void {
  const member = group.members.get(change.newMemberId);
  // Whatever happened to the member meanwhile (it left, a rebalance began) has answered or will answer it.
  if (member === undefined || group.state !== 'Stable' || group.generationId !== change.generationId) return;
  if (errorCode !== 0) {
    answerJoin(member, joinError(errorCode, ''), context);
    endSession(group, member, context);
    const old = group.replaceStaticMember(change.instanceId, member, change.oldMember.memberId);
    group.setProtocols(old, change.oldMember.protocols);
    old.sessionTimeoutMs = change.oldMember.sessionTimeoutMs;
    old.rebalanceTimeoutMs = change.oldMember.rebalanceTimeoutMs;
    extendSession(group, old, context);
    return;
  }
  const isLeader = group.isLeader(change.newMemberId);
  const result = change.supportsSkippingAssignment
    ? { ...currentGeneration(group, member.memberId, isLeader), skipAssignment: isLeader }
    : { ...currentGeneration(group, member.memberId, false), leader: change.leaderBefore };
  answerJoin(member, result, context);
}
