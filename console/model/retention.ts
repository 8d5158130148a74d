/**
 * How long history is kept at which resolution, what is to be made and let go of next, and from which resolution a window is
 * answered.
 *
 * Raw points are one per round (10 s). They are put into chunks of an hour once that hour is over; each coarser step is made out of
 * the finer one, and its last chunk is made anew, longer, with each chunk of the finer one that is whole: a chart of weeks would else read
 * the days since its last chunk minute by minute. What a chunk is made of stays until the chunk is whole. How far each step has come is
 * all the state there is, so work that was cut off is done again from there to the same end.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Stands for raw points, whatever their distance is. */
export const RAW_SECONDS = 0;

export interface ChunkStep {
  /** RAW_SECONDS: the points as collected. */
  readonly resolutionSeconds: number;
  /** What it is made of: null for the rows of rounds, else the chunks of a finer step. */
  readonly fromSeconds: number | null;
  /** The stretch that one chunk covers; it begins at whole multiples. */
  readonly chunkMs: number;
  /** By so much it grows at a time: by a whole chunk of what it is made of. */
  readonly growsByMs: number;
  readonly keepMs: number;
}

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
      // For many lines over weeks, of which each is drawn with fewer points than it has hours.
      { resolutionSeconds: 10_800, fromSeconds: 3_600, keepMs: bound },
    ],
  };
}

/** How many points each step may hold if all lines moved all the time: less than half a gigabyte each. */
const POINTS_PER_STEP_MAX = 20_000_000;
const RAW_POINTS_MAX = 40_000_000;
const KEEP_AT_LEAST_MS = HOUR;

/**
 * The plan that fits a number of lines: with very many of them each step is kept for a shorter time, so that the database
 * stays of bounded size. Coarser steps still reach further back.
 */
export function boundPlan(plan: RetentionPlan, lines: number, rawMs: number): RetentionPlan {
  const bound = (keepMs: number, widthMs: number, pointsMax: number): number => {
    const affordable = Math.floor((pointsMax / Math.max(1, lines)) * widthMs);
    return Math.min(keepMs, Math.max(KEEP_AT_LEAST_MS, affordable));
  };
  return {
    rawKeepMs: bound(plan.rawKeepMs, rawMs, RAW_POINTS_MAX),
    rollups: plan.rollups.map((step) => ({
      ...step,
      keepMs: bound(step.keepMs, step.resolutionSeconds * SECOND, POINTS_PER_STEP_MAX),
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

/** Raw points and the hour's roll-ups of them are cut at whole hours, where every line writes its value anew. */
export const KEY_EVERY_MS = HOUR;
const CHUNK_MS: Readonly<Record<number, number>> = { 600: 6 * HOUR, 3_600: DAY, 10_800: 3 * DAY };

/** Finest first: raw chunks, then one step for each roll-up. */
export function chunkSteps({ rawKeepMs, rollups }: RetentionPlan): ChunkStep[] {
  const steps: ChunkStep[] = [
    {
      resolutionSeconds: RAW_SECONDS,
      fromSeconds: null,
      chunkMs: KEY_EVERY_MS,
      growsByMs: KEY_EVERY_MS,
      keepMs: rawKeepMs,
    },
  ];
  for (const { resolutionSeconds, fromSeconds, keepMs } of rollups) {
    steps.push({
      resolutionSeconds,
      fromSeconds: fromSeconds ?? RAW_SECONDS,
      chunkMs: CHUNK_MS[resolutionSeconds] ?? HOUR,
      growsByMs: steps.at(-1)?.chunkMs ?? HOUR,
      keepMs,
    });
  }
  return steps;
}

/**
 * What a step does next: the first chunk with something new in it (`firstSourceMs`, null: nothing), as far as what it is made of is whole
 * (`sourceEndMs`, exclusive), and how far it has come then. Where there is nothing, only the mark moves.
 */
export function nextChunk(
  { chunkMs, growsByMs }: ChunkStep,
  { firstSourceMs, sourceEndMs }: { readonly firstSourceMs: number | null; readonly sourceEndMs: number },
): { readonly make: { readonly startMs: number; readonly endMs: number } | null; readonly markMs: number } {
  const wholeMs = Math.floor(sourceEndMs / growsByMs) * growsByMs;
  if (firstSourceMs === null || firstSourceMs >= wholeMs) return { make: null, markMs: wholeMs };
  const startMs = Math.floor(firstSourceMs / chunkMs) * chunkMs;
  const endMs = Math.min(startMs + chunkMs, wholeMs);
  return { make: { startMs, endMs }, markMs: endMs };
}

/**
 * Chunks of a step that begin before this may go (epoch ms): all of their time is older than what is kept, and they are in a whole chunk
 * of the coarser step. `coarserDoneMs` is how far that has come, null for not at all; `coarser` undefined: there is none.
 */
export function sweptBeforeMs(
  { chunkMs, keepMs }: ChunkStep,
  coarser: ChunkStep | undefined,
  coarserDoneMs: number | null,
  nowMs: number,
): number | null {
  if (coarser === undefined) return nowMs - keepMs - chunkMs;
  if (coarserDoneMs === null) return null;
  const wholeMs = Math.floor(coarserDoneMs / coarser.chunkMs) * coarser.chunkMs;
  return Math.min(nowMs - keepMs, wholeMs) - chunkMs;
}
