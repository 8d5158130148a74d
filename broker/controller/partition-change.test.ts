/** The rules of one change of one partition, as tables; Kafka's PartitionChangeBuilder decides the same, but for what is named. */
import { describe, expect, it } from 'vitest';
import { type PartitionImage, partitionImage } from './image.ts';
import { changedPartition } from './image-builder.ts';
import { decidePartitionChange, type PartitionTarget } from './partition-change.ts';

type Fields = Pick<PartitionImage, 'replicas'> & Partial<PartitionImage>;

/** What becomes of a partition: [isr, leader, leader epochs begun, elr, lastKnownElr]; null when nothing changes. */
function outcome(fields: Fields, alive: readonly number[], target: Partial<PartitionTarget> = {}) {
  const partition = partitionImage({ partition: 0, ...fields });
  const isAcceptableLeader = (id: number): boolean => alive.includes(id);
  const change = { topicId: 'T', partition, isAcceptableLeader, minInsyncReplicas: 2, ...target };
  const record = decidePartitionChange(change);
  if (record === null) return null;
  const after = changedPartition(partition, record);
  expect(after.partitionEpoch).toBe(partition.partitionEpoch + 1);
  return [after.isr, after.leader, after.leaderEpoch - partition.leaderEpoch, after.elr, after.lastKnownElr];
}

const three = { replicas: [1, 2, 3] };

describe('an election', () => {
  it.each<[string, Fields, number[], Partial<PartitionTarget>, unknown]>([
    ['changes nothing while the leader is good', { ...three, leader: 2 }, [1, 2, 3], {}, null],
    [
      'takes the first in the order of replicas',
      { replicas: [3, 1, 2] },
      [1, 2],
      { isr: [2, 1] },
      [[2, 1], 1, 1, [], []],
    ],
    [
      'prefers the first replica when asked to',
      { ...three, leader: 2 },
      [1, 2, 3],
      { election: 'preferred' },
      [[1, 2, 3], 1, 1, [], []],
    ],
    [
      'keeps the leader when the first replica is not in sync',
      { ...three, isr: [2, 3], leader: 2 },
      [1, 2, 3],
      { election: 'preferred' },
      null,
    ],
    ['finds nobody outside the ISR', { ...three, isr: [1] }, [2, 3], { isr: [] }, [[], -1, 1, [1], []]],
    [
      'takes anybody where that is allowed, and trusts nobody else then',
      { ...three, isr: [1], elr: [2], lastKnownElr: [3] },
      [3],
      { isr: [], election: 'unclean' },
      [[3], 3, 1, [], []],
    ],
    [
      'takes an eligible replica before it takes anybody',
      { ...three, isr: [], leader: -1, elr: [3] },
      [2, 3],
      { election: 'unclean' },
      [[3], 3, 1, [], []],
    ],
    [
      'leaves the other eligible ones eligible',
      { ...three, isr: [], leader: -1, elr: [1, 3] },
      [3],
      {},
      [[3], 3, 1, [1], []],
    ],
    [
      'does not look at the eligible ones while the ISR has members',
      { ...three, isr: [1], elr: [2] },
      [2],
      {},
      [[1], -1, 1, [2], []],
    ],
    [
      'takes the only one that is known to have had everything',
      { ...three, isr: [], leader: -1, lastKnownElr: [2] },
      [2, 3],
      {},
      [[2], 2, 1, [], []],
    ],
    [
      'does not choose between several of those',
      { ...three, isr: [], leader: -1, lastKnownElr: [2, 3] },
      [1, 2, 3],
      {},
      null,
    ],
  ])('%s', (_what, fields, alive, target, expected) => {
    expect(outcome(fields, alive, target)).toEqual(expected);
  });
});

describe('who leaves the ISR', () => {
  it.each<[string, Fields, number[], Partial<PartitionTarget>, unknown]>([
    ['is forgotten while the ISR is full enough', three, [1, 2], { isr: [1, 2] }, [[1, 2], 1, 0, [], []]],
    ['stays eligible below min.insync.replicas', three, [1], { isr: [1] }, [[1], 1, 0, [2, 3], []]],
    [
      'needs no more than there are replicas',
      { replicas: [1] },
      [],
      { isr: [], minInsyncReplicas: 3 },
      [[], -1, 1, [1], []],
    ],
    [
      'is not eligible after an unclean restart, but remembered',
      { ...three, isr: [1, 2] },
      [1],
      { isr: [1], uncleanShutdown: 2 },
      [[1], 1, 0, [], [2]],
    ],
    [
      'is remembered after an unclean restart even while the ISR is full enough: the others may be as dead',
      three,
      [1, 2, 3],
      { isr: [1, 2], uncleanShutdown: 3 },
      [[1, 2], 1, 0, [], [3]],
    ],
    [
      'is not remembered then without its disks',
      three,
      [1, 2, 3],
      { isr: [1, 2], uncleanShutdown: 3, lostLog: 3 },
      [[1, 2], 1, 0, [], []],
    ],
    [
      'takes those with it that were remembered, when it alone was enough and its disks are gone',
      { ...three, isr: [1], lastKnownElr: [2, 3] },
      [2, 3],
      { isr: [], minInsyncReplicas: 1, uncleanShutdown: 1, lostLog: 1 },
      [[], -1, 1, [], []],
    ],
    [
      'leaves those remembered that had as much, when its disks are gone',
      { ...three, isr: [1], lastKnownElr: [2, 3] },
      [2, 3],
      { isr: [], uncleanShutdown: 1, lostLog: 1 },
      [[], -1, 1, [], [2, 3]],
    ],
    [
      'is remembered until a leader that lives has enough in sync',
      { ...three, isr: [1, 2], lastKnownElr: [3] },
      [1, 2, 3],
      { isr: [1, 2, 3] },
      [[1, 2, 3], 1, 0, [], []],
    ],
    [
      'loses its eligibility by an unclean restart',
      { ...three, isr: [1], elr: [2, 3] },
      [1],
      { isr: [1], uncleanShutdown: 3 },
      [[1], 1, 0, [2], [3]],
    ],
    [
      'is forgotten when its disks are gone',
      { ...three, isr: [], leader: -1, lastKnownElr: [2, 3] },
      [2],
      { uncleanShutdown: 3, lostLog: 3 },
      [[2], 2, 1, [], []],
    ],
    [
      'is remembered without its disks when there never was another replica',
      { replicas: [3] },
      [],
      { isr: [], uncleanShutdown: 3, lostLog: 3 },
      [[], -1, 1, [], [3]],
    ],
    [
      'is forgotten when enough are in sync again',
      { ...three, isr: [1], elr: [2], lastKnownElr: [3] },
      [1, 2],
      { isr: [1, 2] },
      [[1, 2], 1, 0, [], []],
    ],
    [
      'is in one list only when it comes back',
      { ...three, isr: [1], elr: [2], lastKnownElr: [3] },
      [1, 3],
      { isr: [1, 3], minInsyncReplicas: 3 },
      [[1, 3], 1, 0, [2], []],
    ],
  ])('%s', (_what, fields, alive, target, expected) => {
    expect(outcome(fields, alive, target)).toEqual(expected);
  });
});

describe('a reassignment', () => {
  const moving = {
    replicas: [4, 5, 1, 2],
    isr: [1, 2],
    addingReplicas: [4, 5],
    removingReplicas: [1, 2],
    leader: 1,
  };
  const alive = [1, 2, 4, 5];

  function after(fields: Fields, target: Partial<PartitionTarget> = {}) {
    const partition = partitionImage({ partition: 0, ...fields });
    const isAcceptableLeader = (id: number): boolean => alive.includes(id);
    const change = { topicId: 'T', partition, isAcceptableLeader, minInsyncReplicas: 2, ...target };
    const record = decidePartitionChange(change);
    return record === null ? partition : changedPartition(partition, record);
  }

  it('goes on while one that shall stay is not in sync', () => {
    expect(after(moving, { isr: [1, 2, 4] })).toMatchObject({
      replicas: [4, 5, 1, 2],
      leader: 1,
      leaderEpoch: 0,
    });
  });

  it('ends when all that shall stay are in sync, in a new leader epoch', () => {
    expect(after(moving, { isr: [1, 2, 4, 5] })).toMatchObject({
      ...{
        replicas: [4, 5],
        isr: [4, 5],
        addingReplicas: [],
        removingReplicas: [],
        leader: 4,
        leaderEpoch: 1,
      },
      ...{ elr: [], lastKnownElr: [] },
    });
  });

  it('begins a leader epoch when replicas go, also under the same leader', () => {
    const shrinking = { replicas: [1, 2], removingReplicas: [2] };
    expect(after(shrinking)).toMatchObject({ replicas: [1], isr: [1], leader: 1, leaderEpoch: 1 });
  });

  it('keeps nobody eligible who is no replica any more', () => {
    const record = after({ replicas: [1, 2, 3], isr: [1], elr: [2, 3] }, { replicas: [1, 3] });
    expect(record).toMatchObject({ replicas: [1, 3], isr: [1], elr: [3] });
  });

  it('begins no leader epoch when replicas are added', () => {
    const record = after({ replicas: [1, 2] }, { replicas: [1, 2, 4], addingReplicas: [4] });
    expect(record).toMatchObject({ replicas: [1, 2, 4], addingReplicas: [4], leader: 1, leaderEpoch: 0 });
  });
});
