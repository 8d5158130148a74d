/** Time as the collector sees it, so that tests can hold it still. */

export interface CollectorClock {
  /** Wall clock, epoch milliseconds. */
  nowMs(): number;
  /** In [0, 1). */
  random(): number;
  after(delayMs: number, run: () => void): { cancel: () => void };
}

export const systemClock: CollectorClock = {
  nowMs: () => Date.now(),
  random: () => Math.random(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return {
      cancel: () => {
        clearTimeout(timer);
      },
    };
  },
};
