/** Answers that belong together are told as one: stretches join, counts add up, and the last says why it stopped. */
import { expect, it } from 'vitest';
import type { Scanned } from '../../console/contracts/messages.ts';
import { sumOfScans } from './scan-sum.ts';

const scanned = (partitions: [number, number, number][], change: Partial<Scanned> = {}): Scanned => ({
  partitions: partitions.map(([partition, from, to]) => ({
    partition,
    from,
    to,
    startOffset: 0,
    endOffset: 100,
  })),
  records: 10,
  bytes: 1_000,
  seconds: 0.5,
  stoppedBy: 'limit',
  controlBatches: 1,
  abortedBatches: 0,
  unreadable: [],
  unanswered: [],
  ...change,
});
const order = 'newest-first' as const;

it('joins what further answers looked at', () => {
  const sum = sumOfScans([
    {
      scanned: scanned([
        [1, 60, 100],
        [0, 80, 100],
      ]),
      nextCursor: 'on',
      order,
    },
    {
      scanned: scanned(
        [
          [0, 50, 80],
          [1, 100, 100],
        ],
        { stoppedBy: 'time' },
      ),
      nextCursor: null,
      order,
    },
  ]);
  expect(sum?.partitions.map(({ partition, from, to }) => [partition, from, to])).toEqual([
    [0, 50, 100],
    [1, 60, 100],
  ]);
  expect(sum).toMatchObject({
    records: 20,
    bytes: 2_000,
    seconds: 1,
    controlBatches: 2,
    stoppedBy: 'time',
    isAll: true,
  });
});

it('takes the stretch of the answer that looked first', () => {
  const sum = sumOfScans([
    { scanned: scanned([[0, 100, 100]]), nextCursor: 'on', order },
    { scanned: scanned([[0, 70, 100]]), nextCursor: 'on', order },
  ]);
  expect(sum?.partitions[0]).toMatchObject({ from: 70, to: 100 });
  expect(sum?.isAll).toBe(false);
});

it('is nothing before the first answer', () => {
  expect(sumOfScans([])).toBeNull();
});
