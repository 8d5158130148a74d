/**
 * The groups of a snapshot. Groups of a coordinator that did not answer stay listed with their values unknown and what they
 * told last apart, so that a dead broker does not make groups vanish, fall to a lag of 0 or recover. Pure, but for the watch.
 */
import { GroupWatch } from '../model/group-watch/group-watch.ts';
import { relive, type PastStretch } from '../model/group-watch/past.ts';
import { durationText } from '../model/group-watch/words.ts';
import { compareText } from '../model/lag.ts';
import type { GroupSnapshot, TopicSnapshot } from '../model/snapshot.ts';
import type { ListedGroup } from './kafka-reader.ts';
import { rowsOf } from './group-rows.ts';
import { groupTypeOf, type RoundAnswers } from './round-answers.ts';
import type { RememberedGroup, RoundMemory } from './round-memory.ts';
import { isSliceOver, nextSlice } from '../../kafka-client/slices.ts';

export interface BuiltGroups {
  readonly snapshots: ReadonlyMap<string, GroupSnapshot>;
  readonly known: RoundMemory['groups'];
  readonly watch: GroupWatch;
}

export interface GroupsFrame {
  /** Those of this round. */
  readonly topics: ReadonlyMap<string, TopicSnapshot>;
  readonly intervalMs: number;
  /** What was kept of rounds before the first one; none in any other. */
  readonly past: readonly PastStretch[];
}

type Identity = Pick<
  GroupSnapshot,
  'id' | 'type' | 'state' | 'protocolType' | 'protocol' | 'coordinator' | 'members'
>;

export async function buildGroups(
  answers: RoundAnswers,
  memory: RoundMemory,
  frame: GroupsFrame,
): Promise<BuiltGroups> {
  const watch = memory.watch ?? (await newWatch(answers, frame));
  const known = new Map<string, RememberedGroup>();
  const snapshots: GroupSnapshot[] = [];
  watch.beginRound({
    topics: frame.topics,
    atMs: answers.offsetsAtMs,
    endsAtMs: answers.offsetTimes.latest,
  });
  for (const { listed, coordinator } of answers.groups.values()) {
    if (isSliceOver()) await nextSlice();
    const before = memory.groups.get(listed.id)?.told ?? null;
    const snapshot = groupOf(identityOf(listed, coordinator, answers), before, answers, watch);
    const { id, type, protocolType, members, partitions, totalLag, asOfMs } = snapshot;
    const told =
      asOfMs === null || partitions === null ? before : { atMs: asOfMs, members, partitions, totalLag };
    known.set(id, { type, protocolType, coordinator, told });
    snapshots.push(snapshot);
  }
  watch.endRound();
  for (const [id, before] of memory.groups) {
    if (known.has(id) || !isHidden(before.coordinator, answers)) continue;
    known.set(id, before);
    const { type, protocolType, coordinator, told } = before;
    const identity = {
      id,
      type,
      state: 'Unknown',
      protocolType,
      protocol: '',
      coordinator: null,
      members: null,
    };
    snapshots.push(untold(identity, coordinator, told, answers));
  }
  snapshots.sort((a, b) => compareText(a.id, b.id));
  return { snapshots: new Map(snapshots.map((group) => [group.id, group])), known, watch };
}

async function newWatch(
  answers: RoundAnswers,
  { topics, intervalMs, past }: GroupsFrame,
): Promise<GroupWatch> {
  const watch = new GroupWatch(intervalMs);
  const groups = new Map<string, { readonly protocolType: string }>();
  for (const { listed, coordinator } of answers.groups.values()) {
    groups.set(listed.id, identityOf(listed, coordinator, answers));
  }
  for (const _ of relive(watch, past, { atMs: answers.offsetsAtMs, topics, groups })) {
    if (isSliceOver()) await nextSlice();
  }
  return watch;
}

/** Its coordinator could not be asked, or is gone and another one may still be loading the group. */
function isHidden(coordinator: number, answers: RoundAnswers): boolean {
  if (answers.groupsUnknownOn.has(coordinator)) return true;
  return !answers.metadata.brokers.some((broker) => broker.id === coordinator);
}

function identityOf(listed: ListedGroup, coordinator: number, answers: RoundAnswers): Identity {
  const described = answers.described.get(listed.id) ?? null;
  return {
    id: listed.id,
    type: groupTypeOf(listed),
    state: described?.state ?? (listed.state === null || listed.state === '' ? 'Unknown' : listed.state),
    protocolType: described?.protocolType ?? listed.protocolType,
    protocol: described?.protocol ?? '',
    coordinator,
    members: described?.members ?? null,
  };
}

function groupOf(
  identity: Identity,
  before: RememberedGroup['told'],
  answers: RoundAnswers,
  watch: GroupWatch,
): GroupSnapshot {
  const offsets = answers.committed.get(identity.id) ?? null;
  if (offsets === null) return untold(identity, identity.coordinator, before, answers);
  const committedAtMs = answers.committedTimes.get(identity.coordinator ?? -1) ?? answers.committedAtMs;
  const verdict = watch.judge({
    id: identity.id,
    state: identity.state,
    protocolType: identity.protocolType,
    members: identity.members,
    rows: rowsOf(offsets.committed, identity.members),
    committedAtMs,
  });
  return { ...identity, ...verdict, asOfMs: committedAtMs, lastKnown: null };
}

/** Its offsets were not told in this round: nothing is said of it but that, and nothing has got better. */
function untold(
  identity: Identity,
  coordinator: number | null,
  told: RememberedGroup['told'],
  answers: RoundAnswers,
): GroupSnapshot {
  const who = coordinator === null ? 'its coordinator' : `its coordinator, broker ${String(coordinator)},`;
  const since = told === null ? '' : ` for ${durationText(Math.max(0, answers.committedAtMs - told.atMs))}`;
  return {
    ...identity,
    partitions: null,
    totalLag: null,
    committedPerSec: null,
    producedPerSec: null,
    asOfMs: null,
    status: 'unknown',
    reason: `${who} has not told its offsets${since}`,
    lagSeconds: null,
    catchUpSeconds: null,
    lastKnown: told,
  };
}
