/**
 * What changed between two rounds, as data. A picture is what is known of a cluster after a round: what that round saw, and of
 * what it did not see what was known before, so that silence is never taken for a change.
 *
 * Rules (docs/changes.md has them in words, the tests beside this file a case for each):
 * - A broker that does not answer is lost, and nothing else: groups and partitions of which only it could tell keep their place.
 * - What is absent from a round that should have named it is called gone when the next such round lacks it, too, with the time of
 *   the first one: a broker that answers from old metadata makes nothing vanish and come back.
 * - Metadata with an older leader epoch than is known is old news and says nothing.
 * - Settings of topics are asked on a slower beat: what changed of them was not so yet when they were asked before.
 * - The first round of a process has nothing before it: it says only that watching began.
 */
import type { ClusterChange } from '../../contracts/changes.ts';
import type { BrokerSnapshot, ClusterSnapshot } from '../snapshot.ts';
import { groupChanges, type KnownGroups } from './group-changes.ts';
import { topicChanges, type KnownTopics } from './topic-changes.ts';

/** A change with the round that saw it and the one before, in which it was not so yet. Epoch milliseconds. */
export interface SeenChange {
  readonly atMs: number;
  /** Null: nothing was seen before. */
  readonly sinceMs: number | null;
  readonly change: ClusterChange;
}

export interface ClusterPicture {
  readonly atMs: number;
  readonly controllerId: number | null;
  readonly brokers: ReadonlyMap<number, Pick<BrokerSnapshot, 'reachable' | 'lastSeenMs'>>;
  readonly topics: KnownTopics;
  /** When settings of all topics were asked last; null: not yet. */
  readonly settingsAtMs: number | null;
  readonly groups: KnownGroups;
}

type Seen = Omit<ClusterSnapshot, 'changes'>;

export interface Changed {
  readonly picture: ClusterPicture;
  /** Causes before their effects: brokers, controller, partitions, topics, groups. */
  readonly changes: readonly SeenChange[];
}

/** `watchedUntilMs`: for a first round, when one was seen before this process; null when that is not known. */
export function changesIn(
  before: ClusterPicture | null,
  snapshot: Seen,
  watchedUntilMs: number | null,
): Changed {
  const topics = topicChanges(before?.topics ?? null, snapshot);
  const groups = groupChanges(before?.groups ?? null, snapshot);
  const picture: ClusterPicture = {
    atMs: snapshot.asOfMs,
    controllerId: snapshot.controllerId ?? before?.controllerId ?? null,
    brokers: new Map(snapshot.brokers.map((broker) => [broker.id, broker])),
    topics: topics.known,
    settingsAtMs: snapshot.cost.beats.includes('topicConfigs')
      ? snapshot.asOfMs
      : (before?.settingsAtMs ?? null),
    groups: groups.known,
  };
  if (before === null) {
    const change: ClusterChange = { kind: 'watch-began' };
    return { picture, changes: [{ atMs: snapshot.asOfMs, sinceMs: watchedUntilMs, change }] };
  }
  const all = [
    ...brokerChanges(before, snapshot),
    ...controllerChange(before, snapshot),
    ...topics.changes,
    ...groups.changes,
  ];
  const seen = all.map((change) => ({
    atMs: snapshot.asOfMs,
    sinceMs: change.kind === 'topics-configured' ? (before.settingsAtMs ?? before.atMs) : before.atMs,
    change,
  }));
  return { picture, changes: seen };
}

function brokerChanges({ brokers: before }: ClusterPicture, { brokers }: Seen): ClusterChange[] {
  const changes: ClusterChange[] = [];
  for (const { id, reachable } of brokers) {
    const known = before.get(id);
    if (known === undefined) {
      if (reachable) changes.push({ kind: 'broker-joined', brokerId: id });
    } else if (known.reachable && !reachable) changes.push({ kind: 'broker-lost', brokerId: id });
    else if (!known.reachable && reachable) {
      const lastSeen = known.lastSeenMs === null ? null : new Date(known.lastSeenMs).toISOString();
      changes.push({ kind: 'broker-back', brokerId: id, lastSeen });
    }
  }
  const named = new Set(brokers.map(({ id }) => id));
  for (const [id, { reachable }] of before) {
    if (reachable && !named.has(id)) changes.push({ kind: 'broker-lost', brokerId: id });
  }
  return changes;
}

/** Nobody being controller for a while is not a move; the next one is, from the last one that was known. */
function controllerChange(
  { controllerId: from }: ClusterPicture,
  { controllerId: to }: Seen,
): ClusterChange[] {
  return from === null || to === null || from === to ? [] : [{ kind: 'controller-moved', from, to }];
}
