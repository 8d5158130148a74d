/**
 * What history kept of the rounds before the first one of this process, and how a new watch lives through them: by the same
 * rules as through any round, so that a group is called after a restart what it was called before.
 *
 * A commit is the end less the lag of the same round; where either was not kept there is no commit, and a round that was not
 * kept is a pause like any other. Not kept are members' assignments, log starts and transactions: they count from now on.
 */
import { compareText, type GroupRow } from '../lag.ts';
import type { PartitionSnapshot, TopicSnapshot } from '../snapshot.ts';
import { topicIdentity } from '../topic-identity.ts';
import type { GroupWatch } from './group-watch.ts';

/** By topic, then partition. One value per round, NaN where none was kept. */
export type PastLines = ReadonlyMap<string, ReadonlyMap<number, Float64Array>>;

export interface PastGroup {
  /** How many members it had; null where that was not kept. */
  readonly members: Float64Array | null;
  readonly lags: PastLines;
}

/** Some rounds in the order of time. */
export interface PastStretch {
  /** When each was read (wall time). */
  readonly atMs: readonly number[];
  readonly ends: PastLines;
  /** By topic. */
  readonly identities: ReadonlyMap<string, Float64Array>;
  readonly groups: ReadonlyMap<string, PastGroup>;
}

/** What is so now, in the first round. */
export interface Present {
  readonly atMs: number;
  readonly topics: ReadonlyMap<string, TopicSnapshot>;
  readonly groups: ReadonlyMap<string, { readonly protocolType: string }>;
}

interface PastRow {
  readonly topic: string;
  readonly partition: number;
  readonly lags: Float64Array;
  readonly ends: Float64Array | null;
}

/** Takes a new watch through the past, oldest stretch first. It may be interrupted after each round. */
export function* relive(
  watch: GroupWatch,
  past: readonly PastStretch[],
  present: Present,
): Generator<void, void, void> {
  for (const stretch of past) {
    const groups = [...stretch.groups]
      .filter(([id]) => present.groups.has(id))
      .map(([id, group]) => ({ id, members: group.members, rows: rowsOf(group, stretch, present) }));
    for (const [round, atMs] of stretch.atMs.entries()) {
      if (atMs >= present.atMs) return;
      watch.beginRound({ topics: topicsAt(stretch, round, present), atMs });
      for (const { id, members, rows } of groups) {
        // Its coordinator was silent, or it was not there.
        if (!rows.some(({ lags }) => !Number.isNaN(lags[round] ?? NaN))) continue;
        watch.judge({
          id,
          state: stateOf(members?.[round] ?? NaN),
          protocolType: present.groups.get(id)?.protocolType ?? '',
          members: null,
          rows: rows.map((row) => rowAt(row, round)),
          committedAtMs: atMs,
        });
      }
      watch.endRound();
      yield;
    }
  }
}

function stateOf(members: number): string {
  if (Number.isNaN(members)) return 'Unknown';
  return members === 0 ? 'Empty' : 'Stable';
}

function rowsOf({ lags }: PastGroup, { ends }: PastStretch, { topics }: Present): PastRow[] {
  const rows: PastRow[] = [];
  for (const [topic, partitions] of lags) {
    if (!topics.has(topic)) continue;
    for (const [partition, values] of partitions) {
      rows.push({ topic, partition, lags: values, ends: ends.get(topic)?.get(partition) ?? null });
    }
  }
  return rows.sort((a, b) => compareText(a.topic, b.topic) || a.partition - b.partition);
}

function rowAt({ topic, partition, lags, ends }: PastRow, round: number): GroupRow {
  const offset = (ends?.[round] ?? NaN) - (lags[round] ?? NaN);
  return { topic, partition, offset: Number.isNaN(offset) ? null : offset, member: null };
}

function topicsAt(stretch: PastStretch, round: number, { topics }: Present): Map<string, TopicSnapshot> {
  const then = new Map<string, TopicSnapshot>();
  for (const [name, lines] of stretch.ends) {
    const now = topics.get(name);
    if (now === undefined) continue;
    const partitions = now.partitions.map((partition) =>
      partitionAt(partition, lines.get(partition.partition)?.[round] ?? NaN),
    );
    const identity = stretch.identities.get(name)?.[round] ?? NaN;
    then.set(name, { ...now, topicId: topicIdAt(identity, now.topicId), partitions });
  }
  return then;
}

/** Only whether it was the same one is known of a topic's id. */
function topicIdAt(identity: number, now: string | null): string | null {
  if (now === null || Number.isNaN(identity)) return null;
  return identity === topicIdentity(now) ? now : `another ${String(identity)}`;
}

function partitionAt(now: PartitionSnapshot, end: number): PartitionSnapshot {
  return {
    ...now,
    highWatermark: Number.isNaN(end) ? null : end,
    logStartOffset: null,
    lastStableOffset: null,
    hasOpenTransaction: null,
  };
}

/** A partition of a group. */
export interface PastPartition {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
}

/**
 * Of whom a stretch does not tell enough: something to read lies there for longer than it, or the commit did not move in
 * all of it. The largest lags first, so that a bound takes the least.
 */
export function standstills({ groups, ends }: PastStretch, most: number): PastPartition[] {
  const found: (PastPartition & { readonly lag: number })[] = [];
  for (const [group, { lags }] of groups) {
    for (const [topic, partitions] of lags) {
      for (const [partition, values] of partitions) {
        const lag = standingLag(values, ends.get(topic)?.get(partition) ?? null);
        if (lag > 0) found.push({ group, topic, partition, lag });
      }
    }
  }
  return found.sort((a, b) => b.lag - a.lag).slice(0, most);
}

/** The last lag of a partition of which more should be known; 0 of any other. */
function standingLag(lags: Float64Array, ends: Float64Array | null): number {
  const last = lags.findLastIndex((lag) => !Number.isNaN(lag));
  const first = lags.findIndex((lag) => !Number.isNaN(lag));
  if (last < 0 || ends === null) return 0;
  const lag = lags[last] ?? 0;
  const commit = (ends[last] ?? NaN) - lag;
  const moved = commit !== (ends[first] ?? NaN) - (lags[first] ?? NaN);
  const isOld = commit < (ends[first] ?? NaN);
  return lag > 0 && (!moved || isOld) ? lag : 0;
}
