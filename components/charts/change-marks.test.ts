/** Marks of changes: what concerns a chart, what shares a mark, how many there are at most. */
import { describe, expect, it } from 'vitest';
import type { ChangeEntry, ClusterChange } from '../../console/contracts/changes.ts';
import { concerns, markNear, marksIn, minutesFor, MOST_MARKS, type ChangesAbout } from './change-marks.ts';

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
    expect(marks.length).toBeLessThanOrEqual(MOST_MARKS);
    expect(marks.flatMap(({ entries }) => entries)).toHaveLength(500);
  });

  it('are found near a moment, the nearer one first', () => {
    const marks = marksIn([entryAt(100_000), entryAt(150_000)], window, 600);
    expect(markNear(marks, 120_000, 30_000)?.atMs).toBe(100_000);
    expect(markNear(marks, 131_000, 30_000)?.atMs).toBe(150_000);
    expect(markNear(marks, 400_000, 30_000)).toBeNull();
  });
});

it('asks in steps, a day at most, and not at all for what nobody remembers', () => {
  const now = 10 * 86_400_000;
  expect(minutesFor(now - 900_000, now, now)).toBe(60);
  expect(minutesFor(now - 3_600_000, now, now)).toBe(60);
  expect(minutesFor(now - 3_660_000, now, now)).toBe(360);
  expect(minutesFor(now - 7 * 86_400_000, now, now)).toBe(1_440);
  expect(minutesFor(now - 3 * 86_400_000, now - 2 * 86_400_000, now)).toBeNull();
});
