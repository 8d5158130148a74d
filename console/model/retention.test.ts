import { describe, expect, it } from 'vitest';
import {
  boundPlan,
  chooseResolution,
  chunkSteps,
  nextChunk,
  planRetention,
  sweptBeforeMs,
} from './retention.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('planRetention', () => {
  it('keeps what is finer for a shorter time, and makes each step out of the one before', () => {
    const plan = planRetention();
    const keeps = [plan.rawKeepMs, ...plan.rollups.map((step) => step.keepMs)];
    expect(keeps).toEqual([...keeps].sort((a, b) => a - b));
    expect(plan.rollups.map((step) => step.fromSeconds)).toEqual([null, 60, 600, 3_600]);
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
    expect(plan.rawKeepMs).toBe(20_000_000);
    expect(plan.rollups.map((step) => step.keepMs)).toEqual([
      60_000_000,
      600_000_000,
      3_600_000_000,
      90 * DAY,
    ]);
    expect(boundPlan(planRetention(), 1e9, 10_000).rawKeepMs).toBe(HOUR);
  });
});

describe('chooseResolution', () => {
  const nowMs = 1_000 * DAY;
  const choose = (fromMs: number, toMs: number, slotsMax = 4_000): number | null =>
    chooseResolution(planRetention(), { fromMs, toMs, nowMs }, 10_000, slotsMax).rollupSeconds;

  it.each([
    ['the last hour', nowMs - HOUR, nowMs, null],
    ['a day', nowMs - DAY, nowMs, 60],
    ['an hour of yesterday', nowMs - 30 * HOUR, nowMs - 29 * HOUR, null],
    ['an hour of three days ago', nowMs - 3 * DAY, nowMs - 3 * DAY + HOUR, 60],
    ['seven days', nowMs - 7 * DAY, nowMs, 600],
    ['two months', nowMs - 60 * DAY, nowMs, 3_600],
    ['before everything kept', nowMs - 900 * DAY, nowMs - 899 * DAY, 10_800],
  ])('%s', (_name, fromMs, toMs, expected) => {
    expect(choose(fromMs, toMs)).toBe(expected);
  });

  it('a month of so many lines that each has room for less than its hours', () => {
    expect(choose(nowMs - 30 * DAY, nowMs, 400)).toBe(10_800);
  });
});

describe('chunks', () => {
  const [raw, minutes, tens, , threeHours] = chunkSteps(planRetention(90));

  it('are made out of the finer ones, of which whole ones fit into each', () => {
    const steps = chunkSteps(planRetention(90));
    expect(steps.map((step) => step.fromSeconds)).toEqual([null, 0, 60, 600, 3_600]);
    for (const [index, { chunkMs }] of steps.entries()) {
      expect(chunkMs % (steps[index - 1]?.chunkMs ?? 1)).toBe(0);
    }
  });

  it('are made once all of their time is over, and not where there is nothing', () => {
    if (raw === undefined) throw new Error('no raw step');
    const firstSourceMs = 5 * HOUR + 10_000;
    const waiting = { make: null, markMs: 5 * HOUR };
    expect(nextChunk(raw, { firstSourceMs, sourceEndMs: 6 * HOUR - 1 })).toEqual(waiting);
    const made = { make: { startMs: 5 * HOUR, endMs: 6 * HOUR }, markMs: 6 * HOUR };
    expect(nextChunk(raw, { firstSourceMs, sourceEndMs: 6 * HOUR })).toEqual(made);
    expect(nextChunk(raw, { firstSourceMs, sourceEndMs: 9 * HOUR })).toEqual(made);
    const nothing = { make: null, markMs: 9 * HOUR };
    expect(nextChunk(raw, { firstSourceMs: null, sourceEndMs: 9 * HOUR + 5 })).toEqual(nothing);
  });

  it('go when all of their time is too old and what is made of them is made', () => {
    if (minutes === undefined || tens === undefined || threeHours === undefined)
      throw new Error('steps are missing');
    const nowMs = 100 * DAY;
    expect(sweptBeforeMs(minutes, null, nowMs)).toBeNull();
    expect(sweptBeforeMs(minutes, nowMs, nowMs)).toBe(nowMs - 8 * DAY - HOUR);
    expect(sweptBeforeMs(minutes, nowMs - 20 * DAY, nowMs)).toBe(nowMs - 20 * DAY - HOUR);
    expect(sweptBeforeMs(threeHours, undefined, nowMs)).toBe(nowMs - 93 * DAY);
  });
});
