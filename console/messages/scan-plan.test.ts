/** Which offsets are read, in which order, until enough is found. */
import { describe, expect, it } from 'vitest';
import { ScanPlan, type ScanAim, type Step } from './scan-plan.ts';

const range = (partition: number, from: number, to: number) => ({ partition, leader: 1, from, to });
const windows = (steps: readonly Step[]) =>
  steps.map(({ partition, offset, end }) => [partition, offset, end]);
const oldest: ScanAim = { order: 'oldest-first', limit: 10, isFiltered: false };
const newest: ScanAim = { order: 'newest-first', limit: 10, isFiltered: false };

describe('the oldest records', () => {
  it('are read straight ahead, each partition until it has enough or ends', () => {
    const plan = new ScanPlan([range(0, 5, 100), range(1, 0, 3), range(2, 7, 7)], oldest);
    expect(windows(plan.next())).toEqual([
      [0, 5, 100],
      [1, 0, 3],
    ]);
    plan.read(0, 12, 7);
    plan.read(1, 3, 3);
    expect(windows(plan.next())).toEqual([[0, 12, 100]]);
    plan.read(0, 20, 8);
    expect(plan.next()).toEqual([]);
    expect(plan.scanned()).toEqual([
      { partition: 0, from: 5, to: 20 },
      { partition: 1, from: 0, to: 3 },
      { partition: 2, from: 7, to: 7 },
    ]);
    expect(plan.isWhole).toBe(false);
  });

  it('are enough with a filter when all partitions together have them', () => {
    const plan = new ScanPlan([range(0, 0, 1_000), range(1, 0, 1_000)], { ...oldest, isFiltered: true });
    plan.read(0, 500, 6);
    expect(plan.next()).toHaveLength(2);
    plan.read(1, 400, 4);
    expect(plan.next()).toEqual([]);
  });

  it('are whole when every partition was read to its end, also past it', () => {
    const plan = new ScanPlan([range(0, 0, 5)], oldest);
    plan.read(0, 9, 3);
    expect(plan.next()).toEqual([]);
    expect(plan.isWhole).toBe(true);
    expect(plan.scanned()).toEqual([{ partition: 0, from: 0, to: 5 }]);
  });
});

describe('the newest records', () => {
  it('are in a first window as long as what is wanted, and in longer ones before it', () => {
    const plan = new ScanPlan([range(0, 0, 1_000)], newest);
    expect(windows(plan.next())).toEqual([[0, 990, 1_000]]);
    plan.read(0, 995, 2);
    expect(windows(plan.next())).toEqual([[0, 995, 1_000]]);
    expect(plan.scanned()).toEqual([{ partition: 0, from: 1_000, to: 1_000 }]);
    plan.read(0, 1_000, 2);
    expect(windows(plan.next())).toEqual([[0, 950, 990]]);
    expect(plan.scanned()).toEqual([{ partition: 0, from: 990, to: 1_000 }]);
    plan.read(0, 990, 6);
    expect(plan.next()).toEqual([]);
    expect(plan.scanned()).toEqual([{ partition: 0, from: 950, to: 1_000 }]);
  });

  it('end at the start of the log, however few they are', () => {
    const plan = new ScanPlan([range(0, 985, 1_000)], newest);
    plan.read(0, 1_000, 1);
    expect(windows(plan.next())).toEqual([[0, 985, 990]]);
    plan.read(0, 990, 0);
    expect(plan.next()).toEqual([]);
    expect(plan.isWhole).toBe(true);
  });

  it('go on without a partition that cannot be read', () => {
    const plan = new ScanPlan([range(0, 0, 50), range(1, 0, 5)], newest);
    plan.giveUp(0);
    expect(windows(plan.next())).toEqual([[1, 0, 5]]);
    plan.read(1, 5, 5);
    expect(plan.next()).toEqual([]);
    expect(plan.isWhole).toBe(false);
  });
});
