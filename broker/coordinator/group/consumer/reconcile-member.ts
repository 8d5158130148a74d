/**
 * Leads one member a step towards its target (KIP-848; CurrentAssignmentBuilder of Apache Kafka):
 *
 * 1. Partitions that it has and should not have are taken from its assignment and wait to be revoked. It stays in its
 *    epoch, UNREVOKED_PARTITIONS, until it says that it does not own them any more.
 * 2. Then it comes to the epoch of the target and gets what is free. What another member has, or has yet to let go of,
 *    it waits for, UNRELEASED_PARTITIONS.
 * 3. STABLE when it has everything.
 *
 * So no partition is ever given to a second member before the first has let it go.
 */
import type { ConsumerGroup, ConsumerMember, MemberAssignment } from './consumer-group.ts';
import { NOTHING_OWNED, type OwnedPartitions, type TopicPartitions } from './topic-partitions.ts';

/** What a member says it has; null: as it said before. */
export type Owned = readonly { readonly topicId: string; readonly partitions: readonly number[] }[] | null;

export interface Reconciliation {
  /** With the member as it is now. */
  readonly group: ConsumerGroup;
  readonly member: ConsumerMember;
  readonly owned: Owned;
  /** Ids of topics that it subscribes to now. */
  readonly topicIds: ReadonlySet<string>;
  readonly hasSubscriptionChanged: boolean;
}

/** The same object when nothing changes. */
export function reconcileMember(input: Reconciliation): MemberAssignment {
  const { group, member, owned } = input;
  const { current } = member;
  switch (current.state) {
    case 'STABLE':
      if (current.memberEpoch !== group.assignmentEpoch) return nextAssignment(input);
      return input.hasSubscriptionChanged ? withoutUnsubscribed(input) : current;
    case 'UNREVOKED_PARTITIONS':
      if (!ownsAny(owned, current.pendingRevocation)) return nextAssignment(input);
      return input.hasSubscriptionChanged ? withoutUnsubscribed(input) : current;
    case 'UNRELEASED_PARTITIONS':
      return nextAssignment(input);
  }
}

/** Who does not say what it owns may own all of it. */
function ownsAny(owned: Owned, partitions: OwnedPartitions): boolean {
  if (owned === null) return true;
  return owned.some(({ topicId, partitions: each }) =>
    each.some((partition) => partitions.get(topicId)?.has(partition) === true),
  );
}

/** Topics that it does not subscribe to any more go at once, whatever the target says: that is computed later. */
function withoutUnsubscribed({ member, owned, topicIds }: Reconciliation): MemberAssignment {
  const { current } = member;
  const dropped = [...current.assigned].filter(([topicId]) => !topicIds.has(topicId));
  if (dropped.length === 0) return current;
  const assigned = new Map([...current.assigned].filter(([topicId]) => topicIds.has(topicId)));
  const pendingRevocation = new Map(current.pendingRevocation);
  for (const [topicId, partitions] of dropped)
    pendingRevocation.set(topicId, new Map([...(pendingRevocation.get(topicId) ?? []), ...partitions]));
  const previousMemberEpoch = current.memberEpoch;
  return ownsAny(owned, pendingRevocation)
    ? { ...current, previousMemberEpoch, state: 'UNREVOKED_PARTITIONS', assigned, pendingRevocation }
    : { ...current, previousMemberEpoch, assigned };
}

function nextAssignment({ group, member, owned, topicIds }: Reconciliation): MemberAssignment {
  const { current, memberId } = member;
  const wanted = new Map([...group.target(memberId)].filter(([topicId]) => topicIds.has(topicId)));
  const kept = restrict(current.assigned, (topicId, partition) => isIn(wanted, topicId, partition));
  const toRevoke = restrict(current.assigned, (topicId, partition) => !isIn(wanted, topicId, partition));
  if (toRevoke.size > 0 && ownsAny(owned, toRevoke)) {
    return {
      ...{ memberEpoch: current.memberEpoch, previousMemberEpoch: current.memberEpoch },
      ...{ state: 'UNREVOKED_PARTITIONS', assigned: kept, pendingRevocation: toRevoke },
    };
  }
  const { free, isWaiting } = pickFree(group, member, wanted, kept);
  const assigned = new Map([...kept].map(([topicId, partitions]) => [topicId, new Map(partitions)]));
  for (const [topicId, partitions] of free) {
    const known = assigned.get(topicId) ?? new Map<number, number>();
    for (const partition of partitions) known.set(partition, group.assignmentEpoch);
    assigned.set(topicId, known);
  }
  const next: MemberAssignment = {
    ...{ memberEpoch: group.assignmentEpoch, previousMemberEpoch: current.memberEpoch, assigned },
    state: isWaiting ? 'UNRELEASED_PARTITIONS' : 'STABLE',
    pendingRevocation: NOTHING_OWNED,
  };
  // Still waiting for the same: nothing to write.
  const isSame =
    current.state === next.state &&
    free.size === 0 &&
    toRevoke.size === 0 &&
    current.memberEpoch === next.memberEpoch;
  return isSame ? current : next;
}

/** Of what is wanted and not there yet: what nobody else has, and whether that leaves something to wait for. */
function pickFree(
  group: ConsumerGroup,
  member: ConsumerMember,
  wanted: TopicPartitions,
  kept: OwnedPartitions,
): { readonly free: TopicPartitions; readonly isWaiting: boolean } {
  const free = new Map<string, Set<number>>();
  let isWaiting = false;
  for (const [topicId, partitions] of wanted) {
    const missing = [...partitions].filter((partition) => kept.get(topicId)?.has(partition) !== true);
    const unclaimed = missing.filter((partition) => !group.isClaimedBeside(member, topicId, partition));
    if (unclaimed.length > 0) free.set(topicId, new Set(unclaimed));
    if (unclaimed.length < missing.length) isWaiting = true;
  }
  return { free, isWaiting };
}

/** Nobody has any more of what the member waits for. */
export function mayHaveTheRest(group: ConsumerGroup, member: ConsumerMember): boolean {
  return !pickFree(group, member, group.target(member.memberId), member.current.assigned).isWaiting;
}

function isIn(partitions: TopicPartitions, topicId: string, partition: number): boolean {
  return partitions.get(topicId)?.has(partition) === true;
}

function restrict(
  owned: OwnedPartitions,
  which: (topicId: string, partition: number) => boolean,
): OwnedPartitions {
  const result = new Map<string, Map<number, number>>();
  for (const [topicId, partitions] of owned) {
    const chosen = [...partitions].filter(([partition]) => which(topicId, partition));
    if (chosen.length > 0) result.set(topicId, new Map(chosen));
  }
  return result;
}
