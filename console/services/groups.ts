/**
 * Consumer groups as the last round saw them. Of one whose coordinator does not answer, members and offsets are those that it
 * told last, with their time in `asOf`; its status is not.
 */
import type { List } from '../contracts/envelope.ts';
import type { Group, GroupDetail, GroupPartition } from '../contracts/groups.ts';
import { topicsOfGroup } from '../model/group-summary.ts';
import type { GroupSnapshot } from '../model/snapshot.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { pageOf } from './list-page.ts';
import type { PageQuery } from './list-page.ts';
import { requireSnapshot } from './watched-clusters.ts';

type Standing = Pick<Group, 'lagSeconds' | 'lagSecondsAtLeast' | 'status' | 'reason'>;

function standingOf({
  lagSeconds,
  status,
  reason,
}: Pick<GroupSnapshot, 'lagSeconds' | 'status' | 'reason'>): Standing {
  return {
    lagSeconds: lagSeconds?.seconds ?? null,
    lagSecondsAtLeast: lagSeconds?.atLeast ?? false,
    status,
    reason,
  };
}

function toContract(group: GroupSnapshot): Group {
  const { members, totalLag } = group.lastKnown ?? group;
  const asOfMs = group.lastKnown?.atMs ?? group.asOfMs;
  return {
    id: group.id,
    type: group.type,
    state: group.state,
    members: members?.length ?? null,
    topics: topicsOfGroup(group),
    totalLag,
    ...standingOf(group),
    catchUpSeconds: group.catchUpSeconds,
    asOf: asOfMs === null ? null : new Date(asOfMs).toISOString(),
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
  const rows = group.lastKnown?.partitions ?? group.partitions ?? [];
  return rows.map((row) => ({
    topic: row.topic,
    partition: row.partition,
    committedOffset: row.committedOffset,
    logEndOffset: row.logEndOffset,
    offsetState: row.offsetState,
    lag: row.lag,
    ...standingOf(row),
    ...(group.lastKnown === null ? null : { status: 'unknown', reason: null }),
    memberId: row.memberId,
    clientId: row.clientId,
    host: row.host,
  }));
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
    members: ((group.lastKnown ?? group).members ?? []).map(
      ({ memberId, groupInstanceId, clientId, host, assignment }) => ({
        memberId,
        groupInstanceId,
        clientId,
        host,
        assignment: (assignment ?? []).map(({ topic, partitions }) => ({
          topic,
          partitions: [...partitions],
        })),
      }),
    ),
    partitions: partitionsOf(group),
    asOf,
    stale,
  };
}
