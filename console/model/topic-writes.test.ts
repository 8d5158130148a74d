/** When a topic was last seen to be written to: by ends that move, whatever else happens to them. */
import { expect, test } from 'vitest';
import type { PartitionSnapshot, SeenWrites, TopicSnapshot } from './snapshot.ts';
import { partitionOf, topicOf } from './testing/snapshots.ts';
import { seenWrites, withPastWrites } from './topic-writes.ts';

const ends = (...highWatermarks: (number | null)[]): PartitionSnapshot[] =>
  highWatermarks.map((highWatermark, partition) => partitionOf(partition, { highWatermark }));
const topic = (partitions: PartitionSnapshot[], writes: SeenWrites | null): TopicSnapshot =>
  topicOf('t', partitions, { writes });
const watched = { lastMs: null, sinceMs: 1_000 };
const next = (partitions: PartitionSnapshot[], before: TopicSnapshot | null, isNew = false) =>
  seenWrites(partitions, before, { atMs: 5_000, isNew });

test('at first sight it is watched from now on; what it holds was written at any time before', () => {
  expect(next(ends(7, 0), null)).toEqual({ lastMs: null, sinceMs: 5_000 });
  expect(next(ends(null, null), null)).toBeNull();
});

test('one that is new was written to since the round before, if it holds anything', () => {
  expect(next(ends(0, 3), null, true)).toEqual({ lastMs: 5_000, sinceMs: 5_000 });
  expect(next(ends(0, 0), null, true)).toEqual({ lastMs: null, sinceMs: 5_000 });
});

test.each<[string, PartitionSnapshot[], PartitionSnapshot[], number | null]>([
  ['nothing moved', ends(7, 8), ends(7, 8), null],
  ['one end moved', ends(7, 8), ends(7, 9), 5_000],
  ['an end fell back', ends(7, 8), ends(7, 2), null],
  ['an end is not known now', ends(7, 8), ends(7, null), null],
  ['an end was not known before', ends(7, null), ends(7, 8), null],
  ['a partition is new and empty', ends(7), ends(7, 0), null],
  ['a partition is new and holds records', ends(7), ends(7, 1), 5_000],
])('%s', (_, before, now, lastMs) => {
  expect(next(now, topic(before, watched))).toEqual({ lastMs, sinceMs: 1_000 });
});

test('what was written while a leader was silent is seen when it is back', () => {
  const lastKnown = { atMs: 1, highWatermark: 7, logStartOffset: 0, lastStableOffset: 7 };
  const silent = [partitionOf(0, { highWatermark: null, lastKnown })];
  expect(next(ends(9), topic(silent, watched))?.lastMs).toBe(5_000);
  expect(next(ends(7), topic(silent, watched))?.lastMs).toBeNull();
});

test('history says how it was before this process', () => {
  const seen = { lastMs: null, sinceMs: 5_000 };
  expect(withPastWrites(seen, { lastMs: 300, sinceMs: 100 })).toEqual({ lastMs: 300, sinceMs: 100 });
  expect(withPastWrites({ lastMs: 6_000, sinceMs: 5_000 }, { lastMs: 300, sinceMs: 100 })).toEqual({
    lastMs: 6_000,
    sinceMs: 100,
  });
  expect(withPastWrites(seen, { lastMs: null, sinceMs: 100 })).toEqual({ lastMs: null, sinceMs: 100 });
  expect(withPastWrites(seen, undefined)).toBe(seen);
});
