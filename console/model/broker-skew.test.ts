import { expect, it } from 'vitest';
import { brokerSkews } from './broker-skew.ts';

const skewsOf = (counts: readonly (readonly [replicas: number, leaders: number])[], partitions: number) =>
  brokerSkews(
    counts.map(([replicas, leaders]) => ({ replicas, leaders })),
    partitions,
  ).map(({ skewPercent, leaderSkewPercent }) => [skewPercent, leaderSkewPercent]);

it('is none where no other division were more even', () => {
  expect(skewsOf([[5, 2], [5, 3], [4, 2]], 7)).toEqual([[0, 0], [0, 0], [0, 0]]); // prettier-ignore
});

it('is what a broker carries beyond the share that is rounded up', () => {
  // 14 replicas and 7 leaders on three brokers: at most 5 and 3, at least 4 and 2.
  expect(skewsOf([[8, 6], [4, 1], [2, 0]], 7)).toEqual([[60, 100], [0, -50], [-50, -100]]); // prettier-ignore
});

it('shares out partitions that nobody leads', () => {
  expect(skewsOf([[2, 2], [2, 0]], 4)).toEqual([[0, 0], [0, -100]]); // prettier-ignore
});

it('is not below none where there is less than one for each', () => {
  expect(skewsOf([[1, 1], [0, 0], [0, 0]], 1)).toEqual([[0, 0], [0, 0], [0, 0]]); // prettier-ignore
});

it('is not known of nothing', () => {
  expect(skewsOf([[0, 0]], 0)).toEqual([[null, null]]);
  expect(brokerSkews([], 0)).toEqual([]);
});
