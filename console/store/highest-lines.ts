/**
 * Which of many lines were highest in a window. Roll-ups keep every peak, so that a coarse look finds them: a few dozen points of each
 * line, where a chart takes hundreds.
 */
import { setImmediate } from 'node:timers/promises';
import { chooseResolution, RAW_SECONDS, type RetentionPlan } from '../model/retention.ts';
import type { Database } from './database.ts';
import { peaksOf } from './stored-buckets.ts';

/** As many as tell apart what happened in a window from what was before. */
const POINTS_PER_LINE = 60;
/** The driver answers synchronously: pages and rounds have their turn between two pieces. */
const LINES_PER_PIECE = 200;

export interface HighestRequest {
  readonly clusterId: string;
  /** Of lines, all that are compared. */
  readonly ids: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  /** Between two rounds. */
  readonly rawMs: number;
}

/** Ids of those with a value in the window, highest first; of equal ones in the order of `ids`. */
export async function highestLines(
  database: Database,
  plan: RetentionPlan,
  { clusterId, ids, fromMs, toMs, nowMs, rawMs }: HighestRequest,
): Promise<number[]> {
  const { rollupSeconds, resolutionMs } = chooseResolution(
    plan,
    { fromMs, toMs, nowMs },
    rawMs,
    POINTS_PER_LINE,
  );
  const startMs = Math.floor(fromMs / resolutionMs) * resolutionMs;
  const peaks = new Map<number, number>();
  for (let from = 0; from < ids.length; from += LINES_PER_PIECE) {
    if (from > 0) await setImmediate();
    const reading = { clusterId, ids: ids.slice(from, from + LINES_PER_PIECE), startMs, endMs: toMs };
    for (const [id, peak] of await peaksOf(database, plan, reading, rollupSeconds ?? RAW_SECONDS))
      peaks.set(id, peak);
  }
  return ids.filter((id) => peaks.has(id)).sort((a, b) => (peaks.get(b) ?? 0) - (peaks.get(a) ?? 0));
}
