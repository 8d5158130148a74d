/**
 * How long history is kept at which resolution, and from which of them a window is answered.
 *
 * Raw points are one per round (10 s). Each coarser step is made out of the finer one before that one is swept, and a
 * bucket is rolled up only once it is over: its values do not change any more.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface RollupStep {
  readonly resolutionSeconds: number;
  /** What it is made of: null for raw points, else the resolution of a finer roll-up. */
  readonly fromSeconds: number | null;
  readonly keepMs: number;
}

export interface RetentionPlan {
  readonly rawKeepMs: number;
  /** Finest first. */
  readonly rollups: readonly RollupStep[];
}

const RAW_KEEP_MS = 2 * DAY;
export const DEFAULT_RETAIN_DAYS = 90;

/** `retainDays` bounds every step (Kafka Eagle's metrics.retain means the same). */
export function planRetention(retainDays: number = DEFAULT_RETAIN_DAYS): RetentionPlan {
  const bound = Math.max(1, retainDays) * DAY;
  const keep = (ms: number): number => Math.min(ms, bound);
  return {
    rawKeepMs: keep(RAW_KEEP_MS),
    rollups: [
      { resolutionSeconds: 60, fromSeconds: null, keepMs: keep(8 * DAY) },
      { resolutionSeconds: 600, fromSeconds: 60, keepMs: keep(32 * DAY) },
      { resolutionSeconds: 3_600, fromSeconds: 600, keepMs: bound },
    ],
  };
}

/** How many points each step may hold over all lines: about a gigabyte each. */
const POINTS_PER_STEP_MAX = 20_000_000;
const KEEP_AT_LEAST_MS = HOUR;

/**
 * The plan that fits a number of lines: with very many of them each step is kept for a shorter time, so that the database
 * stays of bounded size. Coarser steps still reach further back.
 */
export function boundPlan(plan: RetentionPlan, lines: number, rawMs: number): RetentionPlan {
  const bound = (keepMs: number, widthMs: number): number => {
    const affordable = Math.floor((POINTS_PER_STEP_MAX / Math.max(1, lines)) * widthMs);
    return Math.min(keepMs, Math.max(KEEP_AT_LEAST_MS, affordable));
  };
  return {
    rawKeepMs: bound(plan.rawKeepMs, rawMs),
    rollups: plan.rollups.map((step) => ({
      ...step,
      keepMs: bound(step.keepMs, step.resolutionSeconds * SECOND),
    })),
  };
}

export interface Resolution {
  /** Null: raw points. */
  readonly rollupSeconds: number | null;
  readonly resolutionMs: number;
}

/**
 * The finest kept resolution that reaches back to `fromMs` and does not read more than about `slotsMax` stored points per
 * line. A window older than everything kept is answered from the coarsest.
 */
export function chooseResolution(
  plan: RetentionPlan,
  window: { readonly fromMs: number; readonly toMs: number; readonly nowMs: number },
  rawMs: number,
  slotsMax: number,
): Resolution {
  const candidates = [
    { rollupSeconds: null, resolutionMs: rawMs, keepMs: plan.rawKeepMs },
    ...plan.rollups.map((step) => ({
      rollupSeconds: step.resolutionSeconds,
      resolutionMs: step.resolutionSeconds * SECOND,
      keepMs: step.keepMs,
    })),
  ];
  const length = window.toMs - window.fromMs;
  const fits = candidates.find(
    (each) => window.nowMs - window.fromMs <= each.keepMs && length / each.resolutionMs <= slotsMax,
  );
  const { rollupSeconds, resolutionMs } = fits ??
    candidates.at(-1) ?? { rollupSeconds: null, resolutionMs: rawMs };
  return { rollupSeconds, resolutionMs };
}

/** The latest end of whole buckets that are over at `nowMs`, leaving `settleMs` for a round that is still being written. */
export function rollupEndMs(nowMs: number, resolutionSeconds: number, settleMs: number): number {
  const widthMs = resolutionSeconds * SECOND;
  return Math.floor((nowMs - settleMs) / widthMs) * widthMs;
}
