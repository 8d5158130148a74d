/**
 * Groups between two rounds: which came and went, whose state and whose status is another one. A group says nothing while its
 * coordinator is silent, and a rebalance on the way from one state to the same one is no change.
 */
import type { ClusterChange } from '../../contracts/changes.ts';
import type { GroupStatus } from '../../contracts/groups.ts';
import type { ClusterSnapshot, GroupSnapshot } from '../snapshot.ts';
import { Named, NamedByMove } from './named.ts';

interface KnownGroup {
  /** The last one that it settled in; null while none was seen. */
  readonly state: string | null;
  /** The last one that could be judged. */
  readonly status: GroupStatus | null;
  /** A round that heard all coordinators lacked it: one more, and it is gone. */
  readonly isMissing: boolean;
}

export interface KnownGroups {
  /**
   * Whether there was a round in which every coordinator was heard. Before, a group that comes up may have been there all along;
   * afterwards those of silent coordinators are remembered by the collector.
   */
  readonly isComplete: boolean;
  readonly byId: ReadonlyMap<string, KnownGroup>;
}

/** On the way from one assignment to the next (Kafka's ClassicGroupState, ConsumerGroupState), or not told. */
const passing: ReadonlySet<string> = new Set([
  'PreparingRebalance',
  'CompletingRebalance',
  'Assigning',
  'Reconciling',
  'NotReady',
  'Unknown',
  '',
]);

type Seen = Pick<ClusterSnapshot, 'groups' | 'brokers' | 'failures'>;

export function groupChanges(
  before: KnownGroups | null,
  snapshot: Seen,
): { readonly known: KnownGroups; readonly changes: readonly ClusterChange[] } {
  const heardAll = isHeard(snapshot);
  const byId = new Map<string, KnownGroup>();
  const [appeared, lost] = [new Named(), new Named()];
  const states = new NamedByMove<string>();
  const statuses = new NamedByMove<GroupStatus>();
  for (const group of snapshot.groups.values()) {
    const earlier = before?.byId.get(group.id) ?? null;
    const now = knownOf(group, earlier);
    byId.set(group.id, now);
    if (earlier === null) {
      if (before?.isComplete === true) appeared.add(group.id);
      continue;
    }
    states.add(earlier.state, now.state, group.id);
    statuses.add(earlier.status, now.status, group.id);
  }
  for (const [id, group] of before?.byId ?? []) {
    if (snapshot.groups.has(id)) continue;
    if (!heardAll) byId.set(id, group);
    else if (group.isMissing) lost.add(id);
    else byId.set(id, { ...group, isMissing: true });
  }
  const known = { isComplete: heardAll || before?.isComplete === true, byId };
  if (before === null) return { known, changes: [] };
  const changes: ClusterChange[] = [];
  if (appeared.count > 0)
    changes.push({ kind: 'groups-appeared', count: appeared.count, groups: appeared.first });
  if (lost.count > 0) changes.push({ kind: 'groups-lost', count: lost.count, groups: lost.first });
  changes.push(
    ...states.map((from, to, { count, first }): ClusterChange => {
      return { kind: 'groups-state', from, to, count, groups: first };
    }),
    ...statuses.map((from, to, { count, first }): ClusterChange => {
      return { kind: 'groups-status', from, to, count, groups: first };
    }),
  );
  return { known, changes };
}

/** Every broker that is not fenced may coordinate groups: each has to have answered, about its groups, too. */
function isHeard({ brokers, failures }: Seen): boolean {
  if (brokers.some(({ reachable, fenced }) => !reachable && !fenced)) return false;
  return !failures.some(({ part }) => part === 'coordinator');
}

function knownOf({ state, status }: GroupSnapshot, before: KnownGroup | null): KnownGroup {
  return {
    state: passing.has(state) ? (before?.state ?? null) : state,
    status: status === 'unknown' ? (before?.status ?? null) : status,
    isMissing: false,
  };
}
