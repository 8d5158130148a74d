/**
 * Groups that change between the protocols while they have members (KIP-848, as GroupMetadataManager of Apache Kafka), as
 * far as group.consumer.migration.policy lets them:
 *
 * - upgrade: a member of the consumer protocol joins a classic group. Its members go on as classic members of a consumer
 *   group, in an epoch that is their generation, with what they were assigned last.
 * - downgrade: the last member of the consumer protocol leaves. Those that are left go on as a classic group, whose
 *   generation is the epoch that the group was in. It has no leader until it has rebalanced (restore-group.ts); when a
 *   static member has only been replaced by its classic self and everybody has what the target says, there is nothing to
 *   rebalance.
 *
 * Either is one step: the records of what was end in it, and those of what will be begin.
 */
import { ClassicGroup, type Member } from '../classic-group.ts';
import { readAssignment, readSubscription } from '../embedded-protocol.ts';
import type { GroupContext } from '../group-context.ts';
import type { GroupMetadataRecord } from '../group-record.ts';
import { snapshotGroup } from '../rebalance.ts';
import type { ConsumerGroup, MemberSubscription } from './consumer-group.ts';
import type { ConsumerGroupRecord } from './consumer-record.ts';
import { toTopicIds, writePartitions } from './embedded-partitions.ts';
import type { GroupDraft } from './group-draft.ts';
import { isRefusal, notUpgraded, type Refusal } from './refusal.ts';
import { NOTHING_OWNED, type OwnedPartitions } from './topic-partitions.ts';
import type { Topology } from './topology.ts';

export const MIGRATION_POLICIES = ['bidirectional', 'upgrade', 'downgrade', 'disabled'] as const;
export type MigrationPolicy = (typeof MIGRATION_POLICIES)[number];

const CONSUMER_PROTOCOL_TYPE = 'consumer';

/** The records of the consumer group that a classic one becomes, or why it must stay what it is. */
export function upgrade(
  group: ClassicGroup,
  topology: Topology,
  { config: { consumer } }: GroupContext,
): ConsumerGroupRecord[] | Refusal {
  const { groupId, generationId } = group;
  if (consumer.migrationPolicy !== 'bidirectional' && consumer.migrationPolicy !== 'upgrade')
    return notUpgraded(groupId, 'online upgrade is disabled');
  if (group.protocolType !== CONSUMER_PROTOCOL_TYPE)
    return notUpgraded(groupId, 'the group does not use the consumer embedded protocol');
  if (group.members.size > consumer.maxSize)
    return notUpgraded(groupId, 'the group size exceeds the consumer group maximum size');
  const members: Upgraded[] = [];
  for (const member of group.members.values()) {
    const upgraded = upgradeMember(group, member, topology);
    if (isRefusal(upgraded)) return upgraded;
    members.push(upgraded);
  }
  const epoch = { epoch: generationId, metadataHash: 0n };
  const target = { assignmentEpoch: generationId, assignmentTimestampMs: 0 };
  return [
    ...members.map(({ memberId, subscription: value }) => ({
      ...({ kind: 'consumer-member', groupId, memberId, value } as const),
    })),
    { kind: 'consumer-group', groupId, value: epoch },
    ...members.map(({ memberId, assigned }) => {
      const value = new Map([...assigned].map(([topicId, each]) => [topicId, new Set(each.keys())]));
      return { kind: 'consumer-target-member', groupId, memberId, value } as const;
    }),
    { kind: 'consumer-target', groupId, value: target },
    ...members.map(({ memberId, assigned }) => ({
      ...({ kind: 'consumer-current', groupId, memberId } as const),
      value: {
        ...{ memberEpoch: generationId, previousMemberEpoch: generationId, state: 'STABLE' as const },
        ...{ assigned, pendingRevocation: NOTHING_OWNED },
      },
    })),
  ];
}

interface Upgraded {
  readonly memberId: string;
  readonly subscription: MemberSubscription;
  readonly assigned: OwnedPartitions;
}

function upgradeMember(group: ClassicGroup, member: Member, topology: Topology): Upgraded | Refusal {
  const { groupId, generationId } = group;
  const { memberId, clientId, clientHost, rebalanceTimeoutMs, sessionTimeoutMs, protocols } = member;
  const chosen = group.protocolName ?? protocols[0]?.name;
  const metadata = protocols.find(({ name }) => name === chosen)?.metadata;
  const said = metadata === undefined ? null : readSubscription(metadata);
  const has = readAssignment(member.assignment);
  if (said === null || has === null)
    return notUpgraded(groupId, 'the embedded consumer protocol is malformed');
  if (has.hasUserData)
    return notUpgraded(
      groupId,
      'an unsupported custom assignor is in use. Please refer to the documentation or switch to a default assignor before re-attempting the upgrade',
    );
  const subscription: MemberSubscription = {
    ...{ instanceId: member.groupInstanceId, rackId: said.rackId, clientId, clientHost },
    ...{ subscribedTopicNames: [...new Set(said.topics)].sort(), subscribedTopicRegex: '' },
    ...{ rebalanceTimeoutMs, serverAssignor: null, classic: { sessionTimeoutMs, protocols } },
  };
  const assigned = toTopicIds(has.partitions, topology).map(({ topicId, partitions }) => {
    return [topicId, new Map(partitions.map((partition) => [partition, generationId]))] as const;
  });
  return { memberId, subscription, assigned: new Map(assigned) };
}

/** What takes the group of the draft out of the log and puts a classic one in its place; null when it stays. */
export function downgrade(
  draft: GroupDraft,
  topology: Topology,
  context: GroupContext,
): GroupMetadataRecord | null {
  const { group, stored } = draft;
  if (!mayDowngrade(group, context)) return null;
  const classic = classicGroupOf(draft, topology, context);
  const isBalanced = group.groupEpoch === stored.groupEpoch && group.state === 'Stable';
  if (!isBalanced) classic.leaderId = null;
  const value = snapshotGroup(classic, ({ assignment }) => assignment);
  for (const record of group.tombstones()) draft.write(record);
  return { kind: 'group', groupId: group.groupId, value };
}

function mayDowngrade(group: ConsumerGroup, { config }: GroupContext): boolean {
  const { migrationPolicy } = config.consumer;
  return (
    (migrationPolicy === 'bidirectional' || migrationPolicy === 'downgrade') &&
    group.isAllClassic &&
    group.memberCount <= config.maxGroupSize
  );
}

function classicGroupOf(
  { group, stored }: GroupDraft,
  topology: Topology,
  { now }: GroupContext,
): ClassicGroup {
  const { groupId } = group;
  const classic = new ClassicGroup(groupId, now.wallMs);
  for (const { memberId, subscription } of group.members()) {
    const { instanceId, clientId, clientHost, rebalanceTimeoutMs, classic: terms } = subscription;
    if (terms === null) throw new Error(`member ${memberId} of ${groupId} is not a classic one`);
    const { sessionTimeoutMs, protocols } = terms;
    const member: Member = {
      ...{ memberId, groupInstanceId: instanceId, clientId, clientHost },
      ...{ rebalanceTimeoutMs, sessionTimeoutMs, protocols },
      assignment: writePartitions(group.target(memberId), protocols[0]?.metadata, topology),
      ...{ awaitingJoin: null, awaitingSync: null, isNew: false },
      ...{ sessionDeadlineMs: 0, sessionTimerMs: Number.POSITIVE_INFINITY },
    };
    classic.addMember(member, CONSUMER_PROTOCOL_TYPE);
  }
  classic.generationId = stored.groupEpoch;
  classic.protocolName = classic.selectProtocol();
  return classic;
}
