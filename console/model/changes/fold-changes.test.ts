/** What is listed: newest first, the same thing over and over as one line. */
import { expect, it } from 'vitest';
import type { ClusterChange } from '../../contracts/changes.ts';
import { foldChanges } from './fold-changes.ts';

const at = (atMs: number, change: ClusterChange) => ({ atMs, sinceMs: atMs - 10, change });
const lost: ClusterChange = { kind: 'broker-lost', brokerId: 2 };
const back = (lastSeen: string | null): ClusterChange => ({ kind: 'broker-back', brokerId: 2, lastSeen });
const moved = (partitions: number): ClusterChange => ({
  ...{ kind: 'leaders-moved', from: 2, to: 1, partitions, topics: ['a'], topicCount: 1 },
});

it('lists the newest first, and those of one round as they were seen', () => {
  const seen = [at(100, moved(3)), at(200, lost), at(200, moved(4))];
  expect(foldChanges(seen).map(({ change }) => change)).toEqual([lost, moved(4), moved(3)]);
});

it('says once what happened again and again, where it happened last', () => {
  const seen = [at(100, lost), at(110, back('x')), at(150, moved(1)), at(200, lost), at(210, back('y'))];
  expect(foldChanges(seen)).toEqual([
    { ...at(210, back('y')), times: 2, firstAtMs: 110 },
    { ...at(200, lost), times: 2, firstAtMs: 100 },
    { ...at(150, moved(1)), times: 1, firstAtMs: 150 },
  ]);
});

it('tells other numbers apart, and a broker that was never seen from one that is back', () => {
  expect(foldChanges([at(100, back(null)), at(200, back('x'))])).toHaveLength(2);
  expect(foldChanges([at(100, moved(1)), at(200, moved(2))])).toHaveLength(2);
});
