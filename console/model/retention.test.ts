import { describe, expect, it } from 'vitest';
import { boundPlan, chooseResolution, planRetention, rollupEndMs } from './retention.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('planRetention', () => {
  it('keeps what is finer for a shorter time, and makes each step out of the one before', () => {
    const plan = planRetention();
    const keeps = [plan.rawKeepMs, ...plan.rollups.map((step) => step.keepMs)];
    expect(keeps).toEqual([...keeps].sort((a, b) => a - b));
    expect(plan.rollups.map((step) => step.fromSeconds)).toEqual([null, 60, 600]);
  });

  it('never keeps longer than asked', () => {
    const plan = planRetention(1);
    expect(plan.rawKeepMs).toBe(DAY);
    for (const step of plan.rollups) expect(step.keepMs).toBe(DAY);
  });
});

describe('boundPlan', () => {
  it('leaves the plan of a small cluster alone', () => {
    expect(boundPlan(planRetention(), 1_000, 10_000)).toEqual(planRetention());
  });

  it('keeps many lines for a shorter time, coarse ones longer than fine ones, and an hour at least', () => {
    const plan = boundPlan(planRetention(), 20_000, 10_000);
    expect(plan.rawKeepMs).toBe(10_000_000);
    expect(plan.rollups.map((step) => step.keepMs)).toEqual([60_000_000, 600_000_000, 3_600_000_000]);
    expect(boundPlan(planRetention(), 1e9, 10_000).rawKeepMs).toBe(HOUR);
  });
});

describe('chooseResolution', () => {
  const nowMs = 1_000 * DAY;
  const choose = (fromMs: number, toMs: number): number | null =>
    chooseResolution(planRetention(), { fromMs, toMs, nowMs }, 10_000, 4_000).rollupSeconds;

  it.each([
    ['the last hour', nowMs - HOUR, nowMs, null],
    ['a day', nowMs - DAY, nowMs, 60],
    ['an hour of yesterday', nowMs - 30 * HOUR, nowMs - 29 * HOUR, null],
    ['an hour of three days ago', nowMs - 3 * DAY, nowMs - 3 * DAY + HOUR, 60],
    ['seven days', nowMs - 7 * DAY, nowMs, 600],
    ['two months', nowMs - 60 * DAY, nowMs, 3_600],
    ['before everything kept', nowMs - 900 * DAY, nowMs - 899 * DAY, 3_600],
  ])('%s', (_name, fromMs, toMs, expected) => {
    expect(choose(fromMs, toMs)).toBe(expected);
  });
});

it('rolls up only buckets that are over and settled', () => {
  expect(rollupEndMs(119_999, 60, 0)).toBe(60_000);
  expect(rollupEndMs(120_000, 60, 0)).toBe(120_000);
  expect(rollupEndMs(120_000, 60, 1)).toBe(60_000);
});
