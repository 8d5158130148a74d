/**
 * Members that go: by LeaveGroup (one before version 3, many since, static ones also by instance id alone, as an
 * administrator does), by a session that ended, or because a client never came back with the member id it was given.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import type { ClassicGroup } from './classic-group.ts';
import type { GroupContext } from './group-context.ts';
import { memberFault } from './member-fault.ts';
import { sessionIsOver } from './member-session.ts';
import { continueWithout, dropMember } from './rebalance.ts';

export interface LeavingMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

export interface LeaveResult {
  readonly errorCode: number;
  readonly members: readonly (LeavingMember & { readonly errorCode: number })[];
}

export function leaveError(errorCode: number): LeaveResult {
  return { errorCode, members: [] };
}

export function leaveGroup(
  group: ClassicGroup,
  leaving: readonly LeavingMember[],
  replyTo: ReplyTo<LeaveResult>,
  context: GroupContext,
): void {
  const sizeBefore = group.members.size;
  const members = leaving.map((member) => ({ ...member, errorCode: leave(group, member, context) }));
  if (group.members.size < sizeBefore || group.state === 'PreparingRebalance')
    continueWithout(group, context);
  const result = { errorCode: 0, members };
  // Gone is gone, also if the record that the group is empty could not be stored.
  context.effects.reply(replyTo, result, () => result);
}

function leave(
  group: ClassicGroup,
  { memberId, groupInstanceId }: LeavingMember,
  context: GroupContext,
): number {
  if (memberId === '') {
    const current = groupInstanceId === null ? undefined : group.staticMembers.get(groupInstanceId);
    if (current === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
    dropMember(group, current, context);
    return 0;
  }
  if (!group.pendingJoinMembers.has(memberId)) {
    const fault = memberFault(group, memberId, groupInstanceId);
    if (fault !== 0) return fault;
  }
  dropMember(group, memberId, context);
  return 0;
}

export function onSessionTimer(group: ClassicGroup, memberId: string, context: GroupContext): void {
  const member = group.members.get(memberId);
  if (member === undefined || !sessionIsOver(group, member, context)) return;
  dropMember(group, memberId, context);
  continueWithout(group, context);
}

export function onPendingMemberTimer(group: ClassicGroup, memberId: string, context: GroupContext): void {
  if (!group.pendingJoinMembers.delete(memberId)) return;
  // Nobody's assignment changes: only a join phase that waited for this member may be over now.
  if (group.state === 'PreparingRebalance') continueWithout(group, context);
}
