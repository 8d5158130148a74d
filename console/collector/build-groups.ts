/**
 * The groups of a snapshot. Groups of a coordinator that did not answer stay listed with their values unknown, so that a
 * dead broker does not make groups vanish or fall to a lag of 0. Pure.
 */
import { compareText, groupPartitions, sumOfLags } from '../model/lag.ts';
import { totalRatePerSecond } from '../model/rates.ts';
import { partitionKey, type GroupSnapshot } from '../model/snapshot.ts';
import { committedCountersOf, type RateWindow } from './build-rates.ts';
import type { ListedGroup } from './kafka-reader.ts';
import type { RoundAnswers } from './round-answers.ts';
import type { RoundMemory } from './round-memory.ts';

export interface BuiltGroups {
  readonly snapshots: ReadonlyMap<string, GroupSnapshot>;
  readonly known: RoundMemory['groups'];
}

export function buildGroups(answers: RoundAnswers, memory: RoundMemory, window: RateWindow): BuiltGroups {
  const known = new Map<string, { type: string; protocolType: string; coordinator: number }>();
  const snapshots: GroupSnapshot[] = [];
  for (const { listed, coordinator } of answers.groups.values()) {
    const snapshot = groupOf(listed, coordinator, answers, window);
    known.set(snapshot.id, { type: snapshot.type, protocolType: snapshot.protocolType, coordinator });
    snapshots.push(snapshot);
  }
  for (const [id, before] of memory.groups) {
    if (known.has(id) || !isHidden(before.coordinator, answers)) continue;
    known.set(id, before);
    snapshots.push(unknownGroup(id, before.type, before.protocolType));
  }
  snapshots.sort((a, b) => compareText(a.id, b.id));
  return { snapshots: new Map(snapshots.map((group) => [group.id, group])), known };
}

/** Its coordinator could not be asked, or is gone and another one may still be loading the group. */
function isHidden(coordinator: number, answers: RoundAnswers): boolean {
  if (answers.groupsUnknownOn.has(coordinator)) return true;
  return !answers.metadata.brokers.some((broker) => broker.id === coordinator);
}

function unknownGroup(id: string, type: string, protocolType: string): GroupSnapshot {
  return {
    id,
    type,
    state: 'Unknown',
    protocolType,
    protocol: '',
    coordinator: null,
    members: null,
    partitions: null,
    totalLag: null,
    committedPerSec: null,
    producedPerSec: null,
    asOfMs: null,
    status: 'unknown',
    reason: null,
    lagSeconds: null,
    catchUpSeconds: null,
    lastKnown: null,
  };
}

function groupOf(
  listed: ListedGroup,
  coordinator: number,
  answers: RoundAnswers,
  window: RateWindow,
): GroupSnapshot {
  const { id } = listed;
  const described = answers.described.get(id) ?? null;
  const offsets = answers.committed.get(id) ?? null;
  const members = described?.members ?? null;
  const partitions =
    offsets === null
      ? null
      : groupPartitions(
          offsets.committed,
          members,
          (topic, partition) => answers.offsets.latest.get(partitionKey(topic, partition)) ?? null,
        );
  return {
    id,
    type: listed.type === null || listed.type === '' ? 'classic' : listed.type.toLowerCase(),
    state: described?.state ?? (listed.state === null || listed.state === '' ? 'Unknown' : listed.state),
    protocolType: described?.protocolType ?? listed.protocolType,
    protocol: described?.protocol ?? '',
    coordinator,
    members,
    partitions,
    totalLag: partitions === null ? null : sumOfLags(partitions.map((each) => each.lag)),
    committedPerSec:
      offsets === null || window.before === null
        ? null
        : totalRatePerSecond(
            window.before.committed.get(id),
            window.before.committedAtMs,
            committedCountersOf(offsets),
            answers.committedAtMs,
            window.maxGapMs,
          ),
    producedPerSec: null,
    asOfMs: offsets === null ? null : answers.committedAtMs,
    status: 'unknown',
    reason: null,
    lagSeconds: null,
    catchUpSeconds: null,
    lastKnown: null,
  };
}
