/**
 * When a cluster is collected next. Pure: times in, a delay out.
 *
 * Rounds begin at whole multiples of the interval plus a fixed shift per cluster, so that clusters do not all start
 * together and each round falls into a slot of its own. The delay is always positive and at most one interval, whatever
 * the wall clock does; when that was set back since the round before, at most one and a half and at least half of one, so that no
 * slot is gone through twice in a hurry. While a cluster does not answer, tries come at doubling distances up to a cap.
 */

const BACK_OFF_FIRST_MS = 1_000;
const BACK_OFF_CAP_MS = 15_000;
/** The shift of a cluster lies in the first part of a slot, so that a round starts and ends within it. */
const SHIFT_SHARE = 0.3;

/** The fixed shift of a cluster inside its interval, the same after every restart. */
export function shiftOf(clusterId: string, intervalMs: number): number {
  let hash = 2_166_136_261;
  for (const byte of Buffer.from(clusterId)) hash = Math.imul(hash ^ byte, 16_777_619) >>> 0;
  return Math.floor((hash / 2 ** 32) * intervalMs * SHIFT_SHARE);
}

/** Milliseconds until the next round. `random` is in [0, 1) and spreads retries. */
export function delayUntilNextRound(
  state: {
    readonly nowMs: number;
    readonly consecutiveFailures: number;
    /** When the round before began, by the clock as it was then. */
    readonly lastStartMs?: number | null;
  },
  plan: { readonly intervalMs: number; readonly shiftMs: number },
  random: number,
): number {
  if (state.consecutiveFailures > 0) {
    const doubled = BACK_OFF_FIRST_MS * 2 ** Math.min(state.consecutiveFailures - 1, 10);
    const capped = Math.min(doubled, BACK_OFF_CAP_MS);
    return Math.round(capped * (0.8 + 0.2 * random));
  }
  const { intervalMs, shiftMs } = plan;
  const slot = Math.floor((state.nowMs - shiftMs) / intervalMs);
  const delay = (slot + 1) * intervalMs + shiftMs - state.nowMs;
  const wasSetBack = (state.lastStartMs ?? -Infinity) > state.nowMs;
  if (wasSetBack && delay < intervalMs / 2) return delay + intervalMs;
  return Math.min(intervalMs, Math.max(1, delay));
}

const JITTER_SHARE = 0.02;

/** What a round begins later than its time, so that several consoles that watch one cluster do not ask it in step. */
export function jitterMs(intervalMs: number, random: number): number {
  return Math.floor(JITTER_SHARE * intervalMs * random);
}

/** How many rounds were due between two that were begun. */
export function skippedRounds(
  previousMs: number,
  startedAtMs: number,
  { intervalMs, shiftMs }: { readonly intervalMs: number; readonly shiftMs: number },
): number {
  const slot = (ms: number): number => Math.floor((ms - shiftMs) / intervalMs);
  return Math.max(0, slot(startedAtMs) - slot(previousMs) - 1);
}

const PATIENCE_SHARE = 0.4;
const PATIENCE_MAX_MS = 10_000;
/** However often is collected, a broker that is merely busy is not taken for one that hangs. */
const PATIENCE_MIN_MS = { answered: 2_000, silent: 1_000 };

/**
 * How long a round waits for one answer of a broker. A broker that did not answer in the last round gets less, so that
 * one that hangs for hours costs each round little; as soon as it answers within that, it has the whole time again.
 */
export function patienceMs(answeredLastTime: boolean, intervalMs: number): number {
  const whole = Math.min(PATIENCE_SHARE * intervalMs, PATIENCE_MAX_MS);
  return Math.round(
    answeredLastTime
      ? Math.max(whole, PATIENCE_MIN_MS.answered)
      : Math.max(whole / 4, PATIENCE_MIN_MS.silent),
  );
}

/** The slot of history that a round belongs to: all series of a round share this time. */
export function slotOf(startedAtMs: number, intervalMs: number): number {
  return Math.floor(startedAtMs / intervalMs) * intervalMs;
}
