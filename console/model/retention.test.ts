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

  it('of roll-ups grow with each whole chunk of what they are made of, from their beginning', () => {
    if (tens === undefined) throw new Error('no step of ten minutes');
    const grown = (fromHour: number, toHour: number) => ({
      make: { startMs: fromHour * HOUR, endMs: toHour * HOUR },
      markMs: toHour * HOUR,
    });
    expect(nextChunk(tens, { firstSourceMs: 12 * HOUR, sourceEndMs: 13 * HOUR })).toEqual(grown(12, 13));
    expect(nextChunk(tens, { firstSourceMs: 15 * HOUR, sourceEndMs: 16 * HOUR })).toEqual(grown(12, 16));
    expect(nextChunk(tens, { firstSourceMs: 15 * HOUR, sourceEndMs: 21 * HOUR })).toEqual(grown(12, 18));
    expect(nextChunk(tens, { firstSourceMs: 18 * HOUR, sourceEndMs: 18 * HOUR })).toEqual({
      make: null,
      markMs: 18 * HOUR,
    });
  });

  it('go when all of their time is too old and what is made of them is whole', () => {
    if (minutes === undefined || tens === undefined || threeHours === undefined)
      throw new Error('steps are missing');
    const nowMs = 100 * DAY;
    expect(sweptBeforeMs(minutes, tens, null, nowMs)).toBeNull();
    expect(sweptBeforeMs(minutes, tens, nowMs, nowMs)).toBe(nowMs - 8 * DAY - HOUR);
    const earlier = nowMs - 20 * DAY;
    expect(sweptBeforeMs(minutes, tens, earlier, nowMs)).toBe(earlier - HOUR);
    expect(sweptBeforeMs(minutes, tens, earlier + 5 * HOUR, nowMs)).toBe(earlier - HOUR);
    expect(sweptBeforeMs(minutes, tens, earlier + 6 * HOUR, nowMs)).toBe(earlier + 5 * HOUR);
    expect(sweptBeforeMs(threeHours, undefined, null, nowMs)).toBe(nowMs - 93 * DAY);
  });
});
