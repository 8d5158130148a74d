/** Heartbeat: extends the session and tells a member whether it must join again. */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ClassicGroup } from './classic-group.ts';
import type { GroupContext } from './group-context.ts';
import { memberFault } from './member-fault.ts';
import { extendSession } from './member-session.ts';

export interface HeartbeatRequest {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

/** The error code to answer. */
export function heartbeat(group: ClassicGroup, request: HeartbeatRequest, context: GroupContext): number {
  const fault = memberFault(group, request.memberId, request.groupInstanceId);
  const member = group.members.get(request.memberId);
  if (fault !== 0 || member === undefined) return fault;
  if (request.generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION;
  switch (group.state) {
    case 'Empty':
    case 'Dead':
      return ErrorCode.UNKNOWN_MEMBER_ID;
    case 'PreparingRebalance':
      extendSession(group, member, context);
      return ErrorCode.REBALANCE_IN_PROGRESS;
    case 'CompletingRebalance':
    case 'Stable':
      extendSession(group, member, context);
      return 0;
  }
}
