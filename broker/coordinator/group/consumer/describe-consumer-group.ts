/** What ConsumerGroupDescribe shows of a group, with names of topics as they are now; deleted ones are left out. */
import type { ConsumerGroup, ConsumerGroupState, ConsumerMember } from './consumer-group.ts';
import type { Refusal } from './refusal.ts';
import { assignorNameOf } from './target-assignment.ts';
import { type OwnedPartitions, type TopicPartitions, toTopicList } from './topic-partitions.ts';
import { topicNameOf, type Topology } from './topology.ts';

interface DescribedAssignment {
  readonly topicPartitions: readonly {
    readonly topicId: string;
    readonly topicName: string;
    readonly partitions: readonly number[];
  }[];
}

export interface DescribedConsumerGroup extends Refusal {
  readonly groupId: string;
  /** Empty for an error. */
  readonly groupState: ConsumerGroupState | '';
  readonly groupEpoch: number;
  readonly assignmentEpoch: number;
  readonly assignorName: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly instanceId: string | null;
    readonly rackId: string | null;
    readonly memberEpoch: number;
    readonly clientId: string;
    readonly clientHost: string;
    readonly subscribedTopicNames: readonly string[];
    readonly subscribedTopicRegex: string | null;
    readonly assignment: DescribedAssignment;
    readonly targetAssignment: DescribedAssignment;
    readonly memberType: number;
  }[];
}

/** What protocol a member speaks (KIP-1099). */
const MEMBER_TYPES = { classic: 0, consumer: 1 };

export function undescribed(groupId: string, refusal: Refusal): DescribedConsumerGroup {
  const nothing = {
    groupState: '',
    groupEpoch: 0,
    assignmentEpoch: 0,
    assignorName: '',
    members: [],
  } as const;
  return { ...refusal, groupId, ...nothing };
}

export function describeConsumerGroup(
  group: ConsumerGroup,
  topology: Topology,
  offered: readonly string[],
): DescribedConsumerGroup {
  const { groupId, groupEpoch, assignmentEpoch, state } = group;
  return {
    ...{ errorCode: 0, errorMessage: null, groupId, groupState: state, groupEpoch, assignmentEpoch },
    assignorName: assignorNameOf(group.preferredAssignor(), offered),
    members: [...group.members()].map((member) => describeMember(group, member, topology)),
  };
}

function describeMember(
  group: ConsumerGroup,
  { memberId, subscription, current }: ConsumerMember,
  topology: Topology,
): DescribedConsumerGroup['members'][number] {
  const { rebalanceTimeoutMs: _timeout, serverAssignor: _assignor, classic, ...shown } = subscription;
  return {
    ...shown,
    ...{
      memberId,
      memberEpoch: current.memberEpoch,
      memberType: MEMBER_TYPES[classic ? 'classic' : 'consumer'],
    },
    assignment: describeAssignment(current.assigned, topology),
    targetAssignment: describeAssignment(group.target(memberId), topology),
  };
}

function describeAssignment(of: OwnedPartitions | TopicPartitions, topology: Topology): DescribedAssignment {
  return {
    topicPartitions: toTopicList(of).flatMap(({ topicId, partitions }) => {
      const topicName = topicNameOf(topology, topicId);
      return topicName === null ? [] : [{ topicId, topicName, partitions }];
    }),
  };
}
