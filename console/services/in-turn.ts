/**
 * Work that only so much of may run at once: the rest waits, in order, and what is more than may wait is refused at once. So a flood costs
 * bounded time and memory, and whoever comes after it is served again. Pure of what the work is.
 */
import { ConsoleError } from './console-error.ts';

export interface TurnLimits {
  readonly runningMax: number;
  readonly waitingMax: number;
  /** Said to those who may not even wait. */
  readonly refusal: string;
  readonly retryAfterSeconds: number;
}

export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function inTurnOf({ runningMax, waitingMax, refusal, retryAfterSeconds }: TurnLimits): InTurn {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= runningMax) {
      if (waiting.length >= waitingMax)
        throw new ConsoleError('too-many-tries', refusal, { retryAfterSeconds });
      // Whoever ends hands its turn on, so that nobody who comes just then can pass those who wait.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
