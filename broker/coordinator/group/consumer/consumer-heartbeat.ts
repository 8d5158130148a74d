/**
 * ConsumerGroupHeartbeat: a member says what it wants and has, and hears what it may have (KIP-848, as
 * GroupMetadataManager of Apache Kafka). In order: who is it, has its subscription changed, does the group's epoch rise,
 * is there a target to compute, and how far may this member go towards it.
 *
 * The target is computed at most once in the group's consumer.assignment.interval.ms (KIP-1263); a later heartbeat, of
 * whichever member, makes up for it.
 */
import type { GroupContext } from '../group-context.ts';
import { advanceMember } from './advance-member.ts';
import {
  type ConsumerMember,
  LEFT_FOR_A_WHILE,
  type MemberAssignment,
  type MemberSubscription,
} from './consumer-group.ts';
import { findMember, knownMember } from './find-member.ts';
import type { GroupDraft } from './group-draft.ts';
import type {
  ConsumerClient,
  ConsumerHeartbeatAnswer,
  ConsumerHeartbeatRequest,
} from './heartbeat-request.ts';
import { isRefusal, type Refusal } from './refusal.ts';
import { removeMember, writeUnusedPatterns } from './remove-members.ts';
import { NOTHING_OWNED, samePartitions, toTopicList } from './topic-partitions.ts';
import type { Topology } from './topology.ts';
import { refreshPatterns, subscribePattern } from './update-patterns.ts';

export interface Heartbeat {
  readonly request: ConsumerHeartbeatRequest;
  readonly client: ConsumerClient;
  readonly topology: Topology;
}

export interface HeardMember {
  readonly answer: ConsumerHeartbeatAnswer;
  readonly member: ConsumerMember;
}

/** Changes the draft; what it wrote must be thrown away with a refusal. */
export function hearMember(
  draft: GroupDraft,
  heartbeat: Heartbeat,
  context: GroupContext,
): HeardMember | Refusal {
  const { request, topology } = heartbeat;
  const { consumer } = context.config;
  const found = findMember(draft, request, consumer.maxSize);
  if (isRefusal(found)) return found;
  const hasSubscriptionChanged = subscribe(draft, found, heartbeat, context);
  if (typeof hasSubscriptionChanged === 'object') return hasSubscriptionChanged;
  const member = advanceMember(
    draft,
    { memberId: found.memberId, owned: request.topicPartitions, hasSubscriptionChanged },
    topology,
    context,
  );
  const { heartbeatIntervalMs } = consumer.timesOf(draft.group.groupId);
  return { member, answer: answerTo(heartbeat, found, member, heartbeatIntervalMs) };
}

/** Whether what the group reads has changed by it. */
function subscribe(
  draft: GroupDraft,
  { memberId, subscription: before }: ConsumerMember,
  { request, client, topology }: Heartbeat,
  { config, now }: GroupContext,
): boolean | Refusal {
  const { groupId } = draft.group;
  const value = subscriptionAfter(before, request, client);
  const { maySee } = client;
  const terms = { topology, now, refreshIntervalMs: config.consumer.regexRefreshIntervalMs, maySee };
  const pattern = value.subscribedTopicRegex ?? '';
  const isOtherPattern = pattern !== (before.subscribedTopicRegex ?? '');
  if (isOtherPattern && pattern !== '') {
    const fault = subscribePattern(draft, pattern, terms);
    if (fault !== null) return fault;
  }
  if (!draft.group.hasMember(memberId) || JSON.stringify(value) !== JSON.stringify(before))
    draft.write({ kind: 'consumer-member', groupId, memberId, value });
  if (isOtherPattern) writeUnusedPatterns(draft);
  const findsOthers = refreshPatterns(draft, terms);
  const hasOtherNames =
    JSON.stringify(value.subscribedTopicNames) !== JSON.stringify(before.subscribedTopicNames);
  return isOtherPattern || findsOthers || hasOtherNames;
}

/** Names in one order, each once. */
function subscriptionAfter(
  before: MemberSubscription,
  request: ConsumerHeartbeatRequest,
  { clientId, clientHost }: ConsumerClient,
): MemberSubscription {
  const { subscribedTopicNames: names, rebalanceTimeoutMs } = request;
  return {
    instanceId: request.instanceId ?? before.instanceId,
    rackId: request.rackId ?? before.rackId,
    ...{ clientId, clientHost },
    subscribedTopicNames: names === null ? before.subscribedTopicNames : [...new Set(names)].sort(),
    subscribedTopicRegex: request.subscribedTopicRegex ?? before.subscribedTopicRegex,
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? before.rebalanceTimeoutMs : rebalanceTimeoutMs,
    serverAssignor: request.serverAssignor ?? before.serverAssignor,
    classic: null,
  };
}

/** The assignment is told to who joins, to who tells everything of itself, and when it has changed. */
function answerTo(
  { request }: Heartbeat,
  before: ConsumerMember,
  { memberId, current }: ConsumerMember,
  heartbeatIntervalMs: number,
): ConsumerHeartbeatAnswer {
  const tellsAll =
    request.rebalanceTimeoutMs !== -1 &&
    (request.subscribedTopicNames !== null || request.subscribedTopicRegex !== null) &&
    request.topicPartitions !== null;
  const isTold =
    request.memberEpoch === 0 || tellsAll || !samePartitions(before.current.assigned, current.assigned);
  return {
    ...{ errorCode: 0, errorMessage: null, memberId, memberEpoch: current.memberEpoch, heartbeatIntervalMs },
    assignment: isTold ? { topicPartitions: toTopicList(current.assigned) } : null,
  };
}

/** Heartbeats with epoch -1, and -2 of static members that will be back. Gives the member that leaves. */
export function leaveGroup(
  draft: GroupDraft,
  { groupId, memberId, memberEpoch, instanceId }: ConsumerHeartbeatRequest,
  topology: Topology,
): ConsumerMember | Refusal {
  const { group } = draft;
  const member = knownMember(group, memberId, instanceId);
  if (isRefusal(member)) return member;
  if (memberEpoch === LEFT_FOR_A_WHILE) {
    const value = leftForAWhile(member.current);
    draft.write({ kind: 'consumer-current', groupId, memberId, value });
  } else removeMember(draft, member, topology);
  return member;
}

/** It keeps its partitions; they come back to its successor as if from the beginning. */
function leftForAWhile(current: MemberAssignment): MemberAssignment {
  const assigned = new Map(
    [...current.assigned].map(([topicId, partitions]) => [
      topicId,
      new Map([...partitions.keys()].map((partition) => [partition, 0])),
    ]),
  );
  return { ...current, memberEpoch: LEFT_FOR_A_WHILE, assigned, pendingRevocation: NOTHING_OWNED };
}
