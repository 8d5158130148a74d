/**
 * How long to wait before a process that died is started again: 1 s, 2 s, 4 s ... at most 30 s. One that had been up
 * for a minute counts as healthy: its next death starts from 1 s again. Pure.
 */
export const firstDelayMs = 1_000;
export const delayMsMax = 30_000;
export const healthyAfterMs = 60_000;

export interface RestartDecision {
  readonly delayMs: number;
  /** To be handed in at the next death. */
  readonly deathsInARow: number;
}

export function decideRestart(deathsInARow: number, uptimeMs: number): RestartDecision {
  const before = uptimeMs >= healthyAfterMs ? 0 : deathsInARow;
  return {
    delayMs: Math.min(firstDelayMs * 2 ** Math.min(before, 10), delayMsMax),
    deathsInARow: before + 1,
  };
}
