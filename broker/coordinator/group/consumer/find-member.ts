/**
 * Which member a heartbeat speaks for, and whether it may: a new one, one that comes back, a static one that takes the
 * place of its former self (KIP-345), or one whose epoch says that it has been fenced.
 */
import type { JoinRequest } from '../joining-member.ts';
import {
  type ClassicTerms,
  type ConsumerGroup,
  type ConsumerMember,
  LEFT_FOR_A_WHILE,
  type MemberSubscription,
  NOT_JOINED,
} from './consumer-group.ts';
import type { GroupDraft } from './group-draft.ts';
import type { ConsumerHeartbeatRequest } from './heartbeat-request.ts';
import type { Owned } from './reconcile-member.ts';
import {
  epochFenced,
  groupIsFull,
  instanceFenced,
  instanceInUse,
  isRefusal,
  notAMember,
  notClassic,
  type Refusal,
  unknownInstance,
} from './refusal.ts';
import { writeRemoval } from './remove-members.ts';
import type { OwnedPartitions } from './topic-partitions.ts';

const NO_SUBSCRIPTION: MemberSubscription = {
  ...{ instanceId: null, rackId: null, clientId: '', clientHost: '', subscribedTopicNames: [] },
  ...{ subscribedTopicRegex: '', rebalanceTimeoutMs: -1, serverAssignor: null, classic: null },
};

export function findMember(
  draft: GroupDraft,
  request: ConsumerHeartbeatRequest,
  maxSize: number,
): ConsumerMember | Refusal {
  const { group } = draft;
  const { memberId, instanceId } = request;
  if (group.memberCount >= maxSize && !group.hasMember(memberId)) return groupIsFull(maxSize);
  return instanceId === null ? findDynamic(group, request) : findStatic(draft, request, instanceId);
}

function findDynamic(
  group: ConsumerGroup,
  { memberId, memberEpoch, topicPartitions, groupId }: ConsumerHeartbeatRequest,
): ConsumerMember | Refusal {
  const member = group.member(memberId);
  if (memberEpoch === 0) return member ?? newMember(memberId);
  if (member === null) return notAMember(memberId, groupId);
  return epochFault(member, memberEpoch, topicPartitions) ?? member;
}

function newMember(memberId: string): ConsumerMember {
  return { memberId, subscription: NO_SUBSCRIPTION, current: NOT_JOINED };
}

function findStatic(
  draft: GroupDraft,
  { memberId, memberEpoch, topicPartitions }: ConsumerHeartbeatRequest,
  instanceId: string,
): ConsumerMember | Refusal {
  const former = draft.group.staticMember(instanceId);
  if (memberEpoch === 0) {
    if (former === null) return newMember(memberId);
    if (former.memberId === memberId) return former;
    // One that speaks the classic protocol is on its way to this one: it does not say that it will be back.
    if (former.current.memberEpoch !== LEFT_FOR_A_WHILE && former.subscription.classic === null)
      return instanceInUse(memberId, instanceId, former.memberId);
    return replaceMember(draft, former, memberId);
  }
  if (former === null) return unknownInstance(instanceId);
  if (former.memberId !== memberId) return instanceFenced(memberId, instanceId, former.memberId);
  return epochFault(former, memberEpoch, topicPartitions) ?? former;
}

/** Whom a JoinGroup speaks for. Who comes without a member id gets `newId`, also in place of a former static self. */
export function findClassicMember(
  draft: GroupDraft,
  { memberId, groupInstanceId: instanceId }: JoinRequest,
  newId: string,
  maxSize: number,
): ConsumerMember | Refusal {
  const { group } = draft;
  const isNameless = memberId === '';
  const id = isNameless ? newId : memberId;
  if (group.memberCount >= maxSize && !group.hasMember(id)) return groupIsFull(maxSize);
  if (instanceId === null) return group.member(id) ?? newMember(id);
  const former = group.staticMember(instanceId);
  if (isNameless) return former === null ? newMember(id) : replaceMember(draft, former, id);
  if (former === null) return unknownInstance(instanceId);
  return former.memberId === id ? former : instanceFenced(id, instanceId, former.memberId);
}

export function knownMember(
  group: ConsumerGroup,
  memberId: string,
  instanceId: string | null,
): ConsumerMember | Refusal {
  if (instanceId === null) return group.member(memberId) ?? notAMember(memberId, group.groupId);
  const member = group.staticMember(instanceId);
  if (member === null) return unknownInstance(instanceId);
  return member.memberId === memberId ? member : instanceFenced(memberId, instanceId, member.memberId);
}

/** Who sends a request of the classic protocol in a consumer group, if that is how it speaks. */
export function knownClassicMember(
  group: ConsumerGroup,
  memberId: string,
  instanceId: string | null,
): (ConsumerMember & { readonly terms: ClassicTerms }) | Refusal {
  const member = knownMember(group, memberId, instanceId);
  if (isRefusal(member)) return member;
  const terms = member.subscription.classic;
  return terms === null ? notClassic(memberId) : { ...member, terms };
}

/** The new member goes on where the former left off, so that nobody else is touched. */
function replaceMember(draft: GroupDraft, former: ConsumerMember, memberId: string): ConsumerMember {
  const { group } = draft;
  const { groupId } = group;
  const { subscription } = former;
  const current = { ...former.current, memberEpoch: 0, previousMemberEpoch: 0 };
  const target = group.target(former.memberId);
  writeRemoval(draft, former.memberId);
  draft.write({ kind: 'consumer-member', groupId, memberId, value: subscription });
  draft.write({ kind: 'consumer-target-member', groupId, memberId, value: target });
  draft.write({ kind: 'consumer-current', groupId, memberId, value: current });
  return { memberId, subscription, current };
}

/** The epoch before is let through while the member has nothing that it should not have: an answer may be lost. */
function epochFault({ current }: ConsumerMember, received: number, owned: Owned): Refusal | null {
  if (received > current.memberEpoch) return epochFenced('greater', received, current.memberEpoch);
  if (received === current.memberEpoch) return null;
  if (received === current.previousMemberEpoch && isSubset(owned, current.assigned)) return null;
  return epochFenced('smaller', received, current.memberEpoch);
}

function isSubset(owned: Owned, assigned: OwnedPartitions): boolean {
  if (owned === null) return false;
  return owned.every(({ topicId, partitions }) =>
    partitions.every((partition) => assigned.get(topicId)?.has(partition) === true),
  );
}
