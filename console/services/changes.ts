/**
 * What changed in a cluster, as this console saw it. The last day is read from memory, asking neither Kafka nor the database; what is
 * asked for by `from` also from the database, where it is kept as long as history.
 */
import { CHANGES_KEPT_MS, CHANGES_MAX, recentChanges } from '../collector/live-clusters.ts';
import type { Changes, ChangesQuery } from '../contracts/changes.ts';
import type { SeenChange } from '../model/changes/changes.ts';
import { eachChange, foldChanges } from '../model/changes/fold-changes.ts';
import { CHANGES_KEPT_MAX, countChanges, oldestChange, readChanges } from '../store/changes.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { requireSnapshot } from './watched-clusters.ts';

const answeredMax = 500;
const dayMs = 86_400_000;
const iso = (ms: number): string => new Date(ms).toISOString();

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Seen {
  /** Oldest first. */
  readonly changes: readonly SeenChange[];
  /** More than `changes` where not all could be read. */
  readonly total: number;
  readonly knownSinceMs: number;
}

/** Throws 503 before the first snapshot. */
export async function clusterChanges(
  context: ConsoleContext,
  clusterId: string,
  { sinceMinutes, from, to, folded }: ChangesQuery,
): Promise<Changes> {
  const { asOf, stale } = requireSnapshot(context, clusterId);
  const nowMs = context.now().getTime();
  const window = windowOf(from ?? nowMs - sinceMinutes * 60_000, to ?? nowMs);
  const { changes, total, knownSinceMs } =
    from === undefined ? inMemory(clusterId, window, nowMs) : await kept(context, clusterId, window, nowMs);
  const listed = folded === 'true' ? foldChanges(changes) : eachChange(changes);
  const answered = listed.slice(0, answeredMax);
  const isCut = total > changes.length || listed.length > answeredMax;
  const lastMs = answered.at(-1)?.atMs;
  return {
    cluster: clusterId,
    from: iso(window.fromMs),
    items: answered.map(({ atMs, sinceMs, firstAtMs, times, change }) => ({
      at: iso(atMs),
      since: sinceMs === null ? null : iso(sinceMs),
      firstAt: iso(firstAtMs),
      times,
      change,
    })),
    total: listed.length + total - changes.length,
    completeSince: iso(Math.max(window.fromMs, knownSinceMs, isCut && lastMs !== undefined ? lastMs : 0)),
    asOf,
    stale,
  };
}

function windowOf(fromMs: number, toMs: number): Window {
  if (fromMs < toMs) return { fromMs, toMs };
  throw new ConsoleError('invalid', 'from has to be earlier than to.', {
    errors: { from: 'has to be earlier than to' },
  });
}

/** What was before the first round ever was not seen; else all is known that is kept by its age, unless it was too much. */
function knownSince(oldest: SeenChange | null, isFull: boolean, keptFromMs: number): number {
  if (oldest === null) return keptFromMs;
  const isFirst = oldest.change.kind === 'watch-began' && oldest.sinceMs === null;
  return isFirst || isFull ? Math.max(oldest.atMs, keptFromMs) : keptFromMs;
}

const isInside =
  ({ fromMs, toMs }: Window) =>
  ({ atMs }: SeenChange): boolean =>
    atMs >= fromMs && atMs <= toMs;

function inMemory(clusterId: string, window: Window, nowMs: number): Seen {
  const recent = recentChanges(clusterId);
  const changes = recent.filter(isInside(window));
  const isFull = recent.length >= CHANGES_MAX;
  const knownSinceMs = knownSince(recent[0] ?? null, isFull, nowMs - CHANGES_KEPT_MS);
  return { changes, total: changes.length, knownSinceMs };
}

/** What is in memory may not be in the database yet. */
async function kept(
  { database, config }: ConsoleContext,
  clusterId: string,
  window: Window,
  nowMs: number,
): Promise<Seen> {
  const recent = recentChanges(clusterId);
  const memory = recent.filter(isInside(window));
  const beforeMs = Math.min(recent[0]?.atMs ?? Infinity, window.toMs + 1);
  const [earlier, earlierTotal, oldest, all] = await Promise.all([
    readChanges(database, clusterId, window.fromMs, beforeMs),
    countChanges(database, clusterId, window.fromMs, beforeMs),
    oldestChange(database, clusterId),
    countChanges(database, clusterId, 0),
  ]);
  return {
    changes: [...earlier, ...memory],
    total: earlierTotal + memory.length,
    knownSinceMs: knownSince(
      oldest ?? recent[0] ?? null,
      all >= CHANGES_KEPT_MAX,
      nowMs - config.historyDays * dayMs,
    ),
  };
}
