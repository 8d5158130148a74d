/** Consumer groups as the last round saw them. Seconds behind and status are not worked out yet: null and `unknown`. */
import type { List } from '../contracts/envelope.ts';
import type { Group, GroupDetail, GroupPartition } from '../contracts/groups.ts';
import { topicsOfGroup } from '../model/group-summary.ts';
import type { GroupSnapshot } from '../model/snapshot.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { pageOf } from './list-page.ts';
import type { PageQuery } from './list-page.ts';
import { requireSnapshot } from './watched-clusters.ts';

function toContract(group: GroupSnapshot): Group {
  return {
    id: group.id,
    type: group.type,
    state: group.state,
    members: group.members?.length ?? null,
    topics: topicsOfGroup(group),
    totalLag: group.totalLag,
    lagSeconds: null,
    status: 'unknown',
    reason: null,
  };
}

export function listGroups(context: ConsoleContext, clusterId: string, query: PageQuery): List<Group> {
  const { snapshot, asOf, stale } = requireSnapshot(context, clusterId);
  const shape = {
    textOf: (group: Group) => `${group.id} ${group.topics.join(' ')}`,
    keyOf: (group: Group) => group.id,
  };
  return pageOf([...snapshot.groups.values()].map(toContract), query, shape, { asOf, stale });
}

function partitionsOf(group: GroupSnapshot): GroupPartition[] {
  return (group.partitions ?? []).map(
    ({ topic, partition, committedOffset, logEndOffset, lag, memberId, clientId, host }) => ({
      topic,
      partition,
      committedOffset,
      logEndOffset,
      lag,
      lagSeconds: null,
      status: 'unknown',
      memberId,
      clientId,
      host,
    }),
  );
}

export function groupDetail(context: ConsoleContext, clusterId: string, id: string): GroupDetail {
  const { snapshot, asOf, stale } = requireSnapshot(context, clusterId);
  const group = snapshot.groups.get(id);
  if (group === undefined) throw new ConsoleError('not-found', `There is no group "${id}".`);
  const coordinator = snapshot.brokers.find((broker) => broker.id === group.coordinator);
  return {
    ...toContract(group),
    coordinator:
      group.coordinator === null
        ? null
        : { id: group.coordinator, host: coordinator?.host ?? null, port: coordinator?.port ?? null },
    protocol: group.protocol === '' ? null : group.protocol,
    members: (group.members ?? []).map(({ memberId, groupInstanceId, clientId, host, assignment }) => ({
      memberId,
      groupInstanceId,
      clientId,
      host,
      assignment: (assignment ?? []).map(({ topic, partitions }) => ({ topic, partitions: [...partitions] })),
    })),
    partitions: partitionsOf(group),
    asOf,
    stale,
  };
}
