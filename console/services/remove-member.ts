/**
 * Removes one member from a group, static or not. Who the member is, is asked of Kafka at this moment; the group shares out its
 * partitions anew. A program that still runs joins again by itself, which no request can keep it from.
 */
import { describeConsumerGroups } from '../../kafka-client/admin/describe-consumer-groups.ts';
import {
  describeGroups,
  type GroupDescription,
  type GroupMemberDescription,
} from '../../kafka-client/admin/describe-groups.ts';
import { removeMembers, type RemovedMembers } from '../../kafka-client/admin/remove-members.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { refreshAfterChange, requireWritable } from './changing-cluster.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { coordinatorOf, noSuchGroup, requireSettled } from './idle-group.ts';
import { changeFailure, isOpenOutcome, kafkaOf, readFailure } from './kafka-connections.ts';
import { requireCluster } from './watched-clusters.ts';

interface Found {
  readonly coordinatorId: number;
  readonly member: GroupMemberDescription;
  /** Of the protocol of KIP-848, whose members the coordinator lets leave only by themselves, but for static ones. */
  readonly isNewProtocol: boolean;
}

export async function removeMember(
  context: ConsoleContext,
  clusterId: string,
  { groupId, memberId }: { readonly groupId: string; readonly memberId: string },
  note: (detail: string) => void,
): Promise<void> {
  const cluster = requireCluster(context, clusterId);
  requireWritable(cluster);
  const kafka = kafkaOf(cluster.settings);
  const found = await find(kafka, groupId, memberId).catch((error: unknown) => {
    throw readFailure(error);
  });
  const { clientId, host, groupInstanceId } = found.member;
  note(`${memberId}${groupInstanceId === null ? '' : ` (${groupInstanceId})`}, ${clientId} ${host}`);
  let removed: RemovedMembers;
  try {
    const reason = 'removed by an operator in the console';
    removed = await removeMembers(kafka, found.coordinatorId, groupId, [found.member], reason);
  } catch (failure) {
    throw changeFailure(failure);
  }
  requireSettled(groupId, removed.error);
  refuse(removed.error ?? removed.members[0] ?? null, groupId, memberId, found);
  await refreshAfterChange(clusterId);
}

async function find(kafka: KafkaCluster, groupId: string, memberId: string): Promise<Found> {
  const coordinatorId = await coordinatorOf(kafka, groupId);
  const [classic] = await describeGroups(kafka, coordinatorId, [groupId]);
  const isClassic = classic !== undefined && classic.error === null && classic.state !== 'Dead';
  const described: GroupDescription | undefined = isClassic
    ? classic
    : (await describeConsumerGroups(kafka, coordinatorId, [groupId]))[0];
  requireSettled(groupId, described?.error ?? null);
  if (described === undefined || described.error !== null) throw noSuchGroup(groupId);
  const member = described.members.find((each) => each.memberId === memberId);
  if (member === undefined) throw noSuchMember(groupId, memberId);
  return { coordinatorId, member, isNewProtocol: !isClassic };
}

const noSuchMember = (groupId: string, memberId: string) =>
  new ConsoleError('not-found', `Group "${groupId}" has no member "${memberId}" any more.`);

function refuse(error: string | null, groupId: string, memberId: string, { isNewProtocol }: Found): void {
  if (error === null) return;
  if (error === 'UNKNOWN_MEMBER_ID' && isNewProtocol) {
    throw new ConsoleError(
      'refused-by-kafka',
      `Kafka answered ${error}: members of groups of the new protocol (KIP-848) leave by themselves. Stop the program; its place is given up when its session ends.`,
    );
  }
  if (error === 'UNKNOWN_MEMBER_ID') throw noSuchMember(groupId, memberId);
  if (error === 'GROUP_ID_NOT_FOUND') throw noSuchGroup(groupId);
  const type = isOpenOutcome(error) ? 'outcome-unknown' : 'refused-by-kafka';
  throw new ConsoleError(type, `Kafka answered ${error}. Look whether the member is still there.`);
}
