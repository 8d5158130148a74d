/** Is this member id one of the group's, and the one that the static instance id stands for now? 0, 25 or 82. */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ClassicGroup } from './classic-group.ts';

export function memberFault(group: ClassicGroup, memberId: string, groupInstanceId: string | null): number {
  if (groupInstanceId !== null) {
    const current = group.staticMembers.get(groupInstanceId);
    if (current === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
    if (current !== memberId) return ErrorCode.FENCED_INSTANCE_ID;
  }
  return group.members.has(memberId) ? 0 : ErrorCode.UNKNOWN_MEMBER_ID;
}
