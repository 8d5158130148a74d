import { expect, it } from 'vitest';
import type { CollectorClock } from './collector-clock.ts';
import { RequestBudget } from './request-budget.ts';

it('lets a burst through and holds what is beyond to the rate, in the order of asking', async () => {
  let nowMs = 0;
  const waits: number[] = [];
  const clock: CollectorClock = {
    nowMs: () => nowMs,
    random: () => 0,
    after: (delayMs, run) => {
      waits.push(delayMs);
      run();
      return { cancel: () => undefined };
    },
  };
  const budget = new RequestBudget(clock, 100, 3);
  expect([budget.take(), budget.take(), budget.take()]).toEqual([null, null, null]);
  await Promise.all([budget.take(), budget.take()]);
  expect(waits).toEqual([10, 20]);
  nowMs = 1_000;
  expect(budget.take()).toBeNull();
});
