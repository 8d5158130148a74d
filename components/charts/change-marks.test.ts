/** Marks of changes: what concerns a chart, what shares a mark, how many there are at most. */
import { describe, expect, it } from 'vitest';
import type { ChangeEntry, ClusterChange } from '../../console/contracts/changes.ts';
import {
  changesQuestion,
  concerns,
  markNear,
  marksBegin,
  marksIn,
  type ChangesAbout,
} from './change-marks.ts';

const orders: ChangesAbout = { of: 'topic', name: 'orders', brokers: [1, 2] };
const billing: ChangesAbout = { of: 'group', id: 'billing', topics: ['orders'] };
const cluster: ChangesAbout = { of: 'cluster' };
const lost = (brokerId: number): ClusterChange => ({ kind: 'broker-lost', brokerId });
const moved = (topic: string): ClusterChange => ({
  kind: 'leaders-moved',
  ...{ from: 1, to: 2, partitions: 1, topics: [topic], topicCount: 1 },
});
const emptied = (group: string): ClusterChange => ({
  kind: 'groups-state',
  ...{ from: 'Stable', to: 'Empty', count: 1, groups: [group] },
});

const entryAt = (atMs: number, change: ClusterChange = lost(1)): ChangeEntry => {
  const at = new Date(atMs).toISOString();
  return { at, since: null, firstAt: at, times: 1, change };
};

describe('what concerns a chart', () => {
  it('is of a topic what names it, and the brokers that hold it', () => {
    expect(concerns(moved('orders'), orders, false)).toBe(true);
    expect(concerns(moved('payments'), orders, false)).toBe(false);
    expect(concerns(lost(2), orders, false)).toBe(true);
    expect(concerns(lost(3), orders, false)).toBe(false);
    expect(concerns(emptied('billing'), orders, true)).toBe(false);
  });

  it('is of a group what became of it, its topics and any broker', () => {
    expect(concerns(emptied('billing'), billing, true)).toBe(true);
    expect(concerns(emptied('search'), billing, true)).toBe(false);
    expect(concerns(moved('orders'), billing, true)).toBe(true);
    expect(concerns(moved('payments'), billing, true)).toBe(false);
    expect(concerns(lost(3), billing, true)).toBe(true);
  });

  it('is of a broker where it was one of the two', () => {
    const broker: ChangesAbout = { of: 'broker', id: 2 };
    expect(concerns(moved('orders'), broker, false)).toBe(true);
    expect(concerns(moved('orders'), { of: 'broker', id: 3 }, false)).toBe(false);
    expect(concerns({ kind: 'controller-moved', from: 2, to: 3 }, broker, false)).toBe(true);
    expect(concerns({ kind: 'topics-created', count: 1, topics: ['orders'] }, broker, false)).toBe(false);
  });

  it('is of the cluster everything, groups only where lines are groups, and never that they fell behind', () => {
    const status: ClusterChange = {
      kind: 'groups-status',
      ...{ from: 'ok', to: 'slow', count: 1, groups: ['billing'] },
    };
    expect(concerns(moved('orders'), cluster, false)).toBe(true);
    expect(concerns(emptied('billing'), cluster, false)).toBe(false);
    expect(concerns(emptied('billing'), cluster, true)).toBe(true);
    expect(concerns(status, cluster, true)).toBe(false);
    expect(concerns(status, billing, true)).toBe(true);
    expect(concerns({ kind: 'watch-began' }, cluster, false)).toBe(false);
  });
});

describe('marks', () => {
  const window = { fromMs: 0, toMs: 600_000 };

  it('stand in the order of time, and those that could not be told apart are one', () => {
    const entries = [entryAt(300_000), entryAt(105_000), entryAt(100_000), entryAt(-1), entryAt(600_001)];
    const marks = marksIn(entries, window, 600);
    expect(marks.map(({ atMs, entries: { length } }) => [atMs, length])).toEqual([
      [100_000, 2],
      [300_000, 1],
    ]);
  });

  it('are never more than can be read, and lose nothing', () => {
    const many = Array.from({ length: 500 }, (_, index) => entryAt(index * 1_200));
    const marks = marksIn(many, window, 600);
    expect(marks.length).toBeLessThanOrEqual(16);
    expect(marks.flatMap(({ entries }) => entries)).toHaveLength(500);
  });

  it('are found near a moment, the nearer one first', () => {
    const marks = marksIn([entryAt(100_000), entryAt(150_000)], window, 600);
    expect(markNear(marks, 120_000, 30_000)?.atMs).toBe(100_000);
    expect(markNear(marks, 131_000, 30_000)?.atMs).toBe(150_000);
    expect(markNear(marks, 400_000, 30_000)).toBeNull();
  });
});

describe('what is asked for', () => {
  const hour = 3_600_000;
  const day = 24 * hour;
  const now = 10 * day + 90_000;

  it('is in steps of the last day', () => {
    expect(changesQuestion(now - 900_000, now, now)).toEqual({ sinceMinutes: 60 });
    expect(changesQuestion(now - hour, now, now)).toEqual({ sinceMinutes: 60 });
    expect(changesQuestion(now - hour - 60_000, now, now)).toEqual({ sinceMinutes: 360 });
    expect(changesQuestion(now - 20 * hour, now - 19 * hour, now)).toEqual({ sinceMinutes: 1_440 });
  });

  it('is whole hours of what is older, with an end where the window has one', () => {
    expect(changesQuestion(now - 7 * day, now, now)).toEqual({ from: 3 * day });
    expect(changesQuestion(now - 7 * day + hour / 2, now - 5_000, now)).toEqual({ from: 3 * day });
    expect(changesQuestion(now - 3 * day, now - 2 * day, now)).toEqual({ from: 7 * day, to: 8 * day + hour });
  });
});

describe('where marks begin', () => {
  const window = { fromMs: 0, toMs: 1_000 };

  it('is said when lines reach further back', () => {
    expect(marksBegin(500, 0, window)).toBe(500);
    expect(marksBegin(500, 300, window)).toBe(500);
    expect(marksBegin(2_000, 0, window)).toBe(2_000);
  });

  it('is not said when both begin together, or nothing is drawn', () => {
    expect(marksBegin(0, 0, window)).toBeNull();
    expect(marksBegin(500, 495, window)).toBeNull();
    expect(marksBegin(500, 700, window)).toBeNull();
    expect(marksBegin(500, null, window)).toBeNull();
    expect(marksBegin(null, 0, window)).toBeNull();
  });
});
