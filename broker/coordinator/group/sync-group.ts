/**
 * SyncGroup: members wait until the leader has sent everybody's assignment and that is stored, then each gets its own.
 * The group metadata record is committed before anyone is answered, so that a coordinator that takes over knows the
 * same generation as the members.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import { type ClassicGroup, EMPTY_BYTES, type Member, type SyncResult } from './classic-group.ts';
import { type GroupContext, syncTimerKey } from './group-context.ts';
import { memberFault } from './member-fault.ts';
import { extendSession } from './member-session.ts';
import { answerSync, prepareRebalance, snapshotGroup } from './rebalance.ts';

export interface SyncRequest {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  /** Version 5 and up; null is not checked. */
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  /** Filled by the leader only. */
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[];
}

export function syncError(errorCode: number): SyncResult {
  return { errorCode, protocolType: null, protocolName: null, assignment: EMPTY_BYTES };
}

function syncFault(group: ClassicGroup, request: SyncRequest): number {
  const fault = memberFault(group, request.memberId, request.groupInstanceId);
  if (fault !== 0) return fault;
  if (request.generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION;
  const otherType = request.protocolType !== null && request.protocolType !== group.protocolType;
  const otherName = request.protocolName !== null && request.protocolName !== group.protocolName;
  return otherType || otherName ? ErrorCode.INCONSISTENT_GROUP_PROTOCOL : 0;
}

export function syncGroup(
  group: ClassicGroup,
  request: SyncRequest,
  replyTo: ReplyTo<SyncResult>,
  context: GroupContext,
): void {
  const { effects } = context;
  const fault = syncFault(group, request);
  const member = group.members.get(request.memberId);
  if (fault !== 0 || member === undefined) return effects.reply(replyTo, syncError(fault));
  switch (group.state) {
    case 'Empty':
    case 'Dead':
      return effects.reply(replyTo, syncError(ErrorCode.UNKNOWN_MEMBER_ID));
    case 'PreparingRebalance':
      return effects.reply(replyTo, syncError(ErrorCode.REBALANCE_IN_PROGRESS));
    case 'CompletingRebalance':
      answerSync(group, member, ErrorCode.REBALANCE_IN_PROGRESS, context);
      member.awaitingSync = replyTo;
      synced(group, member, context);
      if (group.isLeader(member.memberId)) storeAssignment(group, request, context);
      return;
    case 'Stable': {
      synced(group, member, context);
      const { protocolType, protocolName } = group;
      return effects.reply(replyTo, {
        errorCode: 0,
        protocolType,
        protocolName,
        assignment: member.assignment,
      });
    }
  }
}

function synced(group: ClassicGroup, member: Member, { effects }: GroupContext): void {
  group.pendingSyncMembers.delete(member.memberId);
  if (group.pendingSyncMembers.size === 0) effects.cancel(syncTimerKey(group));
}

/** A member that the leader forgot gets an empty assignment. */
function storeAssignment(group: ClassicGroup, request: SyncRequest, { effects }: GroupContext): void {
  const { groupId, generationId } = group;
  const assigned = new Map(
    request.assignments.map(({ memberId, assignment }) => [memberId, Buffer.from(assignment)]),
  );
  const value = snapshotGroup(group, (member) => assigned.get(member.memberId) ?? EMPTY_BYTES);
  for (const member of group.members.values())
    member.assignment = assigned.get(member.memberId) ?? EMPTY_BYTES;
  effects.records.push({ kind: 'group', groupId, value });
  effects.afterAppend = { kind: 'assignment-stored', groupId, generationId };
}

export function onAssignmentStored(
  group: ClassicGroup,
  generationId: number,
  errorCode: number,
  context: GroupContext,
): void {
  // Another member may have joined while the record was on its way: then this generation is over already.
  if (group.state !== 'CompletingRebalance' || group.generationId !== generationId) return;
  if (errorCode === 0) group.transitionTo('Stable', context.now.wallMs);
  for (const member of group.members.values()) {
    if (errorCode !== 0) member.assignment = EMPTY_BYTES;
    if (member.awaitingSync !== null) extendSession(group, member, context);
    answerSync(group, member, errorCode, context);
  }
  if (errorCode !== 0) prepareRebalance(group, context);
}
