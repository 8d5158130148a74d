/**
 * What a watch over groups learns from history when the console starts: the last quarter of an hour of everything, round by
 * round, and a day, minute by minute, of the partitions of which that does not tell enough: those that stand.
 */
import { standstills, type PastStretch } from '../model/group-watch/past.ts';
import { RAW_SECONDS, type RetentionPlan } from '../model/retention.ts';
import type { Database } from '../store/database.ts';
import { lastRoundMs, readStretch } from '../store/past-rounds.ts';

const MINUTE_MS = 60_000;
/** The window of the rules, and half of it. */
const RECENT_MS = 15 * MINUTE_MS;
/** Two rhythms of who commits each hour, and any pause of a day, fit in. */
const LONG_MS = 26 * 60 * MINUTE_MS;
const STANDING_MAX = 200;
/** What this many readings do not hold is read at every second round, or third, or ... */
const READINGS_MAX = 500_000;
const READ_LIMIT_MS = 4_000;

export interface PastFrame {
  readonly clusterId: string;
  readonly intervalMs: number;
  /** By how much later than its slot of history a round is. */
  readonly shiftMs: number;
  readonly nowMs: number;
  readonly plan: RetentionPlan;
}

/** Oldest stretch first; nothing where nothing was kept for a day. */
export async function readPast(database: Database, frame: PastFrame): Promise<PastStretch[]> {
  const { clusterId, intervalMs, shiftMs, nowMs, plan } = frame;
  const lastMs = await lastRoundMs(database, clusterId, nowMs);
  if (lastMs === null || nowMs - lastMs > LONG_MS) return [];
  const recentFromMs = wholeMinute(lastMs - RECENT_MS);
  const base = {
    clusterId,
    intervalMs,
    readingsMax: READINGS_MAX,
    signal: AbortSignal.timeout(READ_LIMIT_MS),
  };
  const recent = await readStretch(database, plan, {
    ...base,
    ...{ startMs: recentFromMs, endMs: lastMs + 1, slotMs: intervalMs, resolutionSeconds: RAW_SECONDS },
    only: null,
  });
  const only = standstills(recent, STANDING_MAX);
  const long = await readStretch(database, plan, {
    ...base,
    ...{ startMs: wholeMinute(lastMs - LONG_MS), endMs: recentFromMs },
    ...{ slotMs: MINUTE_MS, resolutionSeconds: MINUTE_MS / 1_000 },
    only,
  });
  return [long, recent].map((stretch) => ({ ...stretch, atMs: stretch.atMs.map((atMs) => atMs + shiftMs) }));
}

function wholeMinute(ms: number): number {
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}
