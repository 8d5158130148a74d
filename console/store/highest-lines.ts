/**
 * Which of many lines were highest in a window. Roll-ups keep every peak, so that a coarse look finds them: a few dozen points of each
 * line, where a chart takes hundreds.
 */
import { setImmediate } from 'node:timers/promises';
import { chooseResolution, RAW_SECONDS, type RetentionPlan } from '../model/retention.ts';
import type { Database } from './database.ts';
import { stretchesOf } from './stored-buckets.ts';
import { boundsOf, visitBounded } from './stored-peaks.ts';

/** As many as tell apart what happened in a window from what was before. */
const POINTS_PER_LINE = 60;
/** The driver answers synchronously: pages and rounds have their turn between two pieces. */
const LINES_PER_PIECE = 200;

export interface HighestRequest {
  readonly clusterId: string;
  /** Of lines, all that are compared. */
  readonly ids: readonly number[];
  /** So many are wanted. */
  readonly top: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  /** Between two rounds. */
  readonly rawMs: number;
}

export interface HighestLines {
  /** Ids, highest first; of equal ones in the order that was given. */
  readonly highest: readonly number[];
  /** How many have a value in the window. */
  readonly total: number;
}

export async function highestLines(
  database: Database,
  plan: RetentionPlan,
  { clusterId, ids, top, fromMs, toMs, nowMs, rawMs }: HighestRequest,
): Promise<HighestLines> {
  const { rollupSeconds, resolutionMs } = chooseResolution(
    plan,
    { fromMs, toMs, nowMs },
    rawMs,
    POINTS_PER_LINE,
  );
  const startMs = Math.floor(fromMs / resolutionMs) * resolutionMs;
  const window = { startMs, endMs: toMs };
  const stretches = await stretchesOf(database, plan, window, rollupSeconds ?? RAW_SECONDS);
  const peaks = new Map<number, number>();
  const see = (id: number, value: number): void => {
    if (value > (peaks.get(id) ?? -Infinity)) peaks.set(id, value);
  };
  const bounds = new Map<number, number>();
  await inPieces(ids, async (piece) => {
    const found = await boundsOf(database, stretches, { ...window, clusterId, ids: piece });
    for (const [id, { peak, upTo }] of found) {
      if (peak !== null) see(id, peak);
      if (upTo !== null) bounds.set(id, upTo);
    }
  });
  // Points are read of those that may be among the highest, and of those that are not known to have a value in the window at all.
  const least = [...peaks.values()].sort((a, b) => b - a)[top - 1] ?? -Infinity;
  const mayBe = (id: number): boolean => {
    const [peak, upTo] = [peaks.get(id), bounds.get(id)];
    return upTo !== undefined && (peak === undefined || (upTo > peak && upTo >= least));
  };
  await inPieces(ids.filter(mayBe), (piece) => visitBounded(database, stretches, piece, see));
  const found = ids.filter((id) => peaks.has(id));
  const inOrder = [...found].sort((a, b) => (peaks.get(b) ?? 0) - (peaks.get(a) ?? 0));
  return { highest: inOrder.slice(0, top), total: found.length };
}

async function inPieces(
  ids: readonly number[],
  work: (piece: readonly number[]) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < ids.length; from += LINES_PER_PIECE) {
    if (from > 0) await setImmediate();
    await work(ids.slice(from, from + LINES_PER_PIECE));
  }
}
