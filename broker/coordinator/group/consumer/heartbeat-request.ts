/** What a member of a consumer group says with a heartbeat, what is wrong with it whoever says it, and the answer. */
import { canBeStored, isUsableInstanceId, MAX_INSTANCE_ID_BYTES } from '../../runtime/stored-text.ts';
import { ASSIGNORS } from './assignor.ts';
import { LEFT, LEFT_FOR_A_WHILE } from './consumer-group.ts';
import type { Owned } from './reconcile-member.ts';
import { assignorUnknown, invalidRequest, type Refusal } from './refusal.ts';

/** Null fields have not changed since the last heartbeat. */
export interface ConsumerHeartbeatRequest {
  readonly groupId: string;
  readonly memberId: string;
  /** 0 joins, -1 leaves, -2 leaves for a while as a static member. */
  readonly memberEpoch: number;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  /** -1: not changed. */
  readonly rebalanceTimeoutMs: number;
  readonly subscribedTopicNames: readonly string[] | null;
  readonly subscribedTopicRegex: string | null;
  readonly serverAssignor: string | null;
  readonly topicPartitions: Owned;
}

export interface ConsumerClient {
  readonly clientId: string;
  readonly clientHost: string;
  /** From version 1 on members make their ids themselves (KIP-1082). */
  readonly makesMemberId: boolean;
  /** Topics that a pattern may find for it; left out: all. */
  readonly maySee?: ((topic: string) => boolean) | undefined;
}

export interface ConsumerHeartbeatAnswer {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly memberId: string | null;
  readonly memberEpoch: number;
  readonly heartbeatIntervalMs: number;
  /** Null: as before. */
  readonly assignment: {
    readonly topicPartitions: readonly { readonly topicId: string; readonly partitions: readonly number[] }[];
  } | null;
}

export function refusedHeartbeat({ errorCode, errorMessage }: Refusal): ConsumerHeartbeatAnswer {
  const nothing = { memberId: null, memberEpoch: 0, heartbeatIntervalMs: 0, assignment: null };
  return { errorCode, errorMessage, ...nothing };
}

export function heartbeatFault(
  request: ConsumerHeartbeatRequest,
  { makesMemberId }: ConsumerClient,
  offered: readonly string[],
): Refusal | null {
  const { memberId, memberEpoch, groupId, instanceId, rackId, serverAssignor } = request;
  // Leaving and staying need the id that was given; from version 1 on it is there from the beginning.
  if ((makesMemberId || memberEpoch > 0 || memberEpoch === LEFT) && isBlank(memberId))
    return invalidRequest("MemberId can't be empty.");
  if (isBlank(groupId)) return invalidRequest("GroupId can't be empty.");
  if (instanceId !== null && isBlank(instanceId)) return invalidRequest("InstanceId can't be empty.");
  if (rackId !== null && isBlank(rackId)) return invalidRequest("RackId can't be empty.");
  const epochFault = memberEpoch === 0 ? joinFault(request) : leaveFault(request);
  if (epochFault !== null) return epochFault;
  if (serverAssignor !== null && !(offered.includes(serverAssignor) && ASSIGNORS.has(serverAssignor)))
    return assignorUnknown(serverAssignor, offered);
  return storageFault(request);
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

function joinFault(request: ConsumerHeartbeatRequest): Refusal | null {
  if (request.rebalanceTimeoutMs === -1)
    return invalidRequest('RebalanceTimeoutMs must be provided in first request.');
  if (request.topicPartitions?.length !== 0)
    return invalidRequest('TopicPartitions must be empty when (re-)joining.');
  if (request.subscribedTopicNames === null && request.subscribedTopicRegex === null)
    return invalidRequest(
      'Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.',
    );
  return null;
}

function leaveFault({ memberEpoch, instanceId }: ConsumerHeartbeatRequest): Refusal | null {
  if (memberEpoch === LEFT_FOR_A_WHILE && instanceId === null)
    return invalidRequest("InstanceId can't be null.");
  return memberEpoch < LEFT_FOR_A_WHILE ? invalidRequest('MemberEpoch is invalid.') : null;
}

function storageFault(request: ConsumerHeartbeatRequest): Refusal | null {
  const { instanceId, groupId, memberId, subscribedTopicRegex } = request;
  if (instanceId !== null && !isUsableInstanceId(instanceId))
    return invalidRequest(`InstanceId can't be longer than ${String(MAX_INSTANCE_ID_BYTES)} bytes.`);
  const fits = [groupId, memberId, subscribedTopicRegex ?? ''].every(canBeStored);
  return fits ? null : invalidRequest('A text is too long to be stored.');
}
