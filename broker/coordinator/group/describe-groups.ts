/**
 * What DescribeGroups shows of classic groups, and ListGroups of all. As in Kafka's ClassicGroup metadata is shown of Stable
 * groups only, but a member's assignment as long as it has one: while others join it still works on it.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import { type ClassicGroup, EMPTY_BYTES } from './classic-group.ts';
import type { ConsumerGroup, ConsumerGroupState } from './consumer/consumer-group.ts';
import type { GroupState } from './group-state.ts';

export interface DescribedGroup {
  readonly errorCode: number;
  /** From version 6 on. */
  readonly errorMessage: string | null;
  readonly groupId: string;
  /** Empty for an error. */
  readonly groupState: GroupState | '';
  readonly protocolType: string;
  readonly protocolData: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly clientId: string;
    readonly clientHost: string;
    readonly memberMetadata: Buffer;
    readonly memberAssignment: Buffer;
  }[];
}

export interface ListedGroup {
  readonly groupId: string;
  readonly protocolType: string;
  readonly groupState: GroupState | ConsumerGroupState;
  readonly groupType: 'classic' | 'consumer';
}

/** A group that is not there, or not a classic one, is `Dead` with GROUP_ID_NOT_FOUND, which old versions leave out. */
export function describeMissing(
  groupId: string,
  errorCode: number,
  errorMessage: string | null,
): DescribedGroup {
  const groupState = errorCode === ErrorCode.GROUP_ID_NOT_FOUND ? 'Dead' : '';
  return { errorCode, errorMessage, groupId, groupState, protocolType: '', protocolData: '', members: [] };
}

export function describeGroup(group: ClassicGroup): DescribedGroup {
  const isStable = group.state === 'Stable';
  // Assignments that are being handed out are nobody's before they are stored.
  const isSettling = group.state === 'CompletingRebalance';
  return {
    errorCode: 0,
    errorMessage: null,
    groupId: group.groupId,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: isStable ? (group.protocolName ?? '') : '',
    members: [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: isStable ? group.metadataOf(member) : EMPTY_BYTES,
      memberAssignment: isSettling ? EMPTY_BYTES : member.assignment,
    })),
  };
}

/** Filters are compared without regard to case; an empty one lets everything through. */
export function listGroups(
  groups: Iterable<ClassicGroup>,
  consumerGroups: Iterable<ConsumerGroup>,
  statesFilter: readonly string[],
  typesFilter: readonly string[],
): ListedGroup[] {
  const states = new Set(statesFilter.map((state) => state.toLowerCase()));
  const types = new Set(typesFilter.map((type) => type.toLowerCase()));
  const listed: ListedGroup[] = [];
  for (const { groupId, protocolType, state } of groups)
    listed.push({ groupId, protocolType: protocolType ?? '', groupState: state, groupType: 'classic' });
  for (const { groupId, state } of consumerGroups)
    listed.push({ groupId, protocolType: 'consumer', groupState: state, groupType: 'consumer' });
  return listed.filter(
    ({ groupState, groupType }) =>
      (states.size === 0 || states.has(groupState.toLowerCase())) &&
      (types.size === 0 || types.has(groupType)),
  );
}
