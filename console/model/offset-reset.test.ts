/** Where offsets go: each target on both sides of each boundary of the partition. */
import { expect, test } from 'vitest';
import { planReset, type PartitionReading, type ResetAim } from './offset-reset.ts';

const reading: PartitionReading = {
  topic: 'orders',
  partition: 0,
  committedOffset: 40,
  earliestOffset: 10,
  latestOffset: 100,
  offsetAtTime: null,
};
const move = (aim: ResetAim, change: Partial<PartitionReading> = {}) =>
  planReset([{ ...reading, ...change }], aim)[0];

test.each<[ResetAim, number, boolean]>([
  [{ to: 'earliest', value: null }, 10, false],
  [{ to: 'latest', value: null }, 100, false],
  [{ to: 'current', value: null }, 40, false],
  [{ to: 'offset', value: 9 }, 10, true],
  [{ to: 'offset', value: 10 }, 10, false],
  [{ to: 'offset', value: 100 }, 100, false],
  [{ to: 'offset', value: 101 }, 100, true],
  [{ to: 'shift', value: -30 }, 10, false],
  [{ to: 'shift', value: -31 }, 10, true],
  [{ to: 'shift', value: 60 }, 100, false],
  [{ to: 'shift', value: 61 }, 100, true],
])('%o', (aim, newOffset, clamped) => {
  const planned = move(aim);
  expect(planned).toMatchObject({ oldOffset: 40, newOffset, clamped });
  expect(planned?.note === null).toBe(!clamped);
});

test('a time leads to the record that was found, and to the end when there is none', () => {
  expect(move({ to: 'timestamp', value: null }, { offsetAtTime: 55 })).toMatchObject({
    newOffset: 55,
    note: null,
  });
  expect(move({ to: 'duration', value: 5 }, { offsetAtTime: 55 })).toMatchObject({ newOffset: 55 });
  expect(move({ to: 'timestamp', value: null })).toMatchObject({ newOffset: 100, clamped: false });
  expect(move({ to: 'timestamp', value: null })?.note).toContain('taken is the end');
});

test('without a commit `current` is the end, and a shift leaves the partition alone', () => {
  const nothing = { committedOffset: null };
  expect(move({ to: 'current', value: null }, nothing)).toMatchObject({ oldOffset: null, newOffset: 100 });
  const shifted = move({ to: 'shift', value: 5 }, nothing);
  expect(shifted).toMatchObject({ oldOffset: null, newOffset: null });
  expect(shifted?.note).toContain('nothing was committed');
});
