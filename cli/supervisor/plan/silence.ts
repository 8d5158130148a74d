/**
 * When a process that runs but answers nobody counts as hanging, and when it is given up: a minute is longer than any pause of a
 * healthy process on a slow machine, and the cluster has done without a hanging broker since its session ended. Pure.
 *
 * What counts is how many questions in a row went unanswered, not how much time passed: a supervisor that was suspended
 * itself finds one unanswered question when it goes on, not an hour of silence.
 */
export interface SilenceLimits {
  readonly askEveryMs: number;
  readonly answerWithinMs: number;
  /** Questions in a row without an answer, until it is said. */
  readonly saidAfter: number;
  /** And until the process is killed, to be started again. */
  readonly endedAfter: number;
}

export const patience: SilenceLimits = {
  askEveryMs: 5_000,
  answerWithinMs: 5_000,
  saidAfter: 2,
  endedAfter: 12,
};

export type SilenceStep = 'wait' | 'say' | 'end';

/** What to do about a question that stayed unanswered, the n-th in a row. */
export function decideSilence(unanswered: number, { saidAfter, endedAfter }: SilenceLimits): SilenceStep {
  if (unanswered >= endedAfter) return 'end';
  return unanswered === saidAfter ? 'say' : 'wait';
}

/** How long it has been silent by then, in whole seconds. */
export function silentSeconds(unanswered: number, { askEveryMs, answerWithinMs }: SilenceLimits): number {
  return Math.round((unanswered * Math.max(askEveryMs, answerWithinMs)) / 1_000);
}
