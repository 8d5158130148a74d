/**
 * Members that speak the classic protocol in a group of the consumer protocol (KIP-848, as GroupMetadataManager of Apache
 * Kafka): the broker assigns to them, too, and leads them by what their protocol has. Its generation is the member's
 * epoch; a member that has to let go of something, or may have more, hears REBALANCE_IN_PROGRESS and joins again, with what
 * it owns in its subscription; what it gets it hears from SyncGroup. None of them leads.
 */
import { ErrorCode } from '../../../../protocol/errors.ts';
import { type JoinResult, ownCopies, type SyncResult } from '../classic-group.ts';
import { readSubscription, type Subscription } from '../embedded-protocol.ts';
import type { GroupContext } from '../group-context.ts';
import type { HeartbeatRequest } from '../heartbeat.ts';
import { type Join, rebalanceTimeoutOf } from '../joining-member.ts';
import type { LeaveResult, LeavingMember } from '../leave-group.ts';
import { joinError } from '../rebalance.ts';
import { syncError, type SyncRequest } from '../sync-group.ts';
import { advanceMember } from './advance-member.ts';
import type { ConsumerGroup, ConsumerMember, MemberSubscription } from './consumer-group.ts';
import { toTopicIds, writePartitions } from './embedded-partitions.ts';
import { findClassicMember, knownClassicMember, knownMember } from './find-member.ts';
import type { GroupDraft } from './group-draft.ts';
import { mayHaveTheRest } from './reconcile-member.ts';
import { isRefusal, unknownInstance } from './refusal.ts';
import { raiseGroupEpoch, writeRemoval, writeUnusedPatterns } from './remove-members.ts';
import type { Topology } from './topology.ts';

const PROTOCOL_TYPE = 'consumer';

export interface JoinedMember {
  readonly answer: JoinResult;
  /** Null: it has not joined. */
  readonly member: ConsumerMember | null;
}

/** Changes the draft; what it wrote must be thrown away where nobody has joined. */
export function joinClassicMember(
  draft: GroupDraft,
  { request, client }: Join,
  topology: Topology,
  context: GroupContext,
): JoinedMember {
  const refuse = (errorCode: number, memberId = request.memberId): JoinedMember => ({
    answer: joinError(errorCode, memberId),
    member: null,
  });
  if (context.config.consumer.migrationPolicy === 'disabled')
    return refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
  const [first] = request.protocols;
  const said = first && supportsProtocols(draft.group, request) ? readSubscription(first.metadata) : null;
  if (first === undefined || said === null) return refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
  if (request.memberId === '' && request.groupInstanceId === null && client.requiresKnownMemberId)
    return refuse(ErrorCode.MEMBER_ID_REQUIRED, client.uuid);
  const found = findClassicMember(draft, request, client.uuid, context.config.consumer.maxSize);
  if (isRefusal(found)) return refuse(found.errorCode);
  const hasSubscriptionChanged = subscribe(draft, found, { request, client }, said);
  const { memberId } = found;
  const owned = toTopicIds(said.ownedPartitions, topology);
  const member = advanceMember(draft, { memberId, owned, hasSubscriptionChanged }, topology, context);
  const answer = {
    ...{ errorCode: 0, memberId, generationId: member.current.memberEpoch, protocolType: PROTOCOL_TYPE },
    ...{ protocolName: first.name, leader: '', skipAssignment: false, members: [] },
  };
  return { answer, member };
}

/** One of its protocols is one that all classic members of the group have. */
function supportsProtocols(group: ConsumerGroup, { protocolType, protocols }: Join['request']): boolean {
  const others = [...group.classicTerms()].map((terms) => new Set(terms.protocols.map(({ name }) => name)));
  return (
    protocolType === PROTOCOL_TYPE && protocols.some(({ name }) => others.every((each) => each.has(name)))
  );
}

/** Whether what the group reads has changed by it. */
function subscribe(
  draft: GroupDraft,
  { memberId, subscription: before }: ConsumerMember,
  { request, client }: Pick<Join, 'request' | 'client'>,
  said: Subscription,
): boolean {
  const { sessionTimeoutMs } = request;
  const value: MemberSubscription = {
    ...{ instanceId: request.groupInstanceId, rackId: said.rackId },
    ...{ clientId: client.clientId, clientHost: client.clientHost },
    ...{ subscribedTopicNames: [...new Set(said.topics)].sort(), subscribedTopicRegex: '' },
    ...{ rebalanceTimeoutMs: rebalanceTimeoutOf(request), serverAssignor: null },
    classic: { sessionTimeoutMs, protocols: ownCopies(request.protocols) },
  };
  if (!draft.group.hasMember(memberId) || JSON.stringify(value) !== JSON.stringify(before))
    draft.write({ kind: 'consumer-member', groupId: draft.group.groupId, memberId, value });
  const hadPattern = (before.subscribedTopicRegex ?? '') !== '';
  if (hadPattern) writeUnusedPatterns(draft);
  return hadPattern || value.subscribedTopicNames.join() !== before.subscribedTopicNames.join();
}

export function syncClassicMember(
  group: ConsumerGroup,
  request: SyncRequest,
  topology: Topology,
): SyncResult {
  const member = knownClassicMember(group, request.memberId, request.groupInstanceId);
  if (isRefusal(member)) return syncError(member.errorCode);
  const { current, terms } = member;
  if (current.memberEpoch !== request.generationId) return syncError(ErrorCode.ILLEGAL_GENERATION);
  const [first] = terms.protocols;
  const isOther =
    (request.protocolType ?? PROTOCOL_TYPE) !== PROTOCOL_TYPE ||
    (request.protocolName ?? first?.name) !== first?.name;
  if (first === undefined || isOther) return syncError(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
  // One that has yet to let go of something has joined already: it comes back when it has.
  if (current.memberEpoch < group.groupEpoch && current.state !== 'UNREVOKED_PARTITIONS')
    return syncError(ErrorCode.REBALANCE_IN_PROGRESS);
  const { protocolType, protocolName } = request;
  return {
    errorCode: 0,
    protocolType,
    protocolName,
    assignment: writePartitions(current.assigned, first.metadata, topology),
  };
}

/** The error code to answer. */
export function hearClassicMember(group: ConsumerGroup, request: HeartbeatRequest): number {
  const member = knownClassicMember(group, request.memberId, request.groupInstanceId);
  if (isRefusal(member)) return member.errorCode;
  if (member.current.memberEpoch !== request.generationId) return ErrorCode.ILLEGAL_GENERATION;
  return mustJoin(group, member) ? ErrorCode.REBALANCE_IN_PROGRESS : 0;
}

function mustJoin(group: ConsumerGroup, member: ConsumerMember): boolean {
  const { memberEpoch, state } = member.current;
  if (memberEpoch < group.groupEpoch || state === 'UNREVOKED_PARTITIONS') return true;
  return state === 'UNRELEASED_PARTITIONS' && mayHaveTheRest(group, member);
}

/** LeaveGroup, of members of either protocol: an administrator takes them out with it. */
export function removeMembers(
  draft: GroupDraft,
  leaving: readonly LeavingMember[],
  topology: Topology,
): { readonly gone: readonly ConsumerMember[]; readonly answers: LeaveResult['members'] } {
  const gone: ConsumerMember[] = [];
  const answers = leaving.map(({ memberId, groupInstanceId }) => {
    // An instance id alone is enough.
    const member =
      memberId === '' && groupInstanceId !== null
        ? (draft.group.staticMember(groupInstanceId) ?? unknownInstance(groupInstanceId))
        : knownMember(draft.group, memberId, groupInstanceId);
    if (isRefusal(member)) return { memberId, groupInstanceId, errorCode: member.errorCode };
    writeRemoval(draft, member.memberId);
    gone.push(member);
    return { memberId, groupInstanceId, errorCode: 0 };
  });
  if (gone.length > 0) {
    writeUnusedPatterns(draft);
    raiseGroupEpoch(draft, topology);
  }
  return { gone, answers };
}
