/** Replicas move: what is refused, what is recorded, how it ends, how it is given up. */
import { describe, expect, it } from 'vitest';
import { errorOf } from '../../protocol/errors.ts';
import { CLEAN_ONLY, TestCluster } from './cluster-test-kit.ts';
import type { PartitionImage } from './image.ts';
import { alterReassignments, listReassignments } from './partition-reassignment.ts';

function move(
  on: TestCluster,
  replicas: readonly number[] | null,
  options: { readonly name?: string; readonly index?: number; readonly mayChange?: boolean } = {},
): string {
  const { name = 't', index = 0, mayChange = true } = options;
  const topics = [{ name, partitions: [{ partitionIndex: index, replicas }] }];
  const request = { allowReplicationFactorChange: mayChange, topics };
  const { responses } = on.run(alterReassignments(request, on.image, CLEAN_ONLY));
  return errorOf(responses[0]?.partitions[0]?.errorCode ?? -1).name;
}

function withPartition(fields: Pick<PartitionImage, 'replicas'> & Partial<PartitionImage>): TestCluster {
  const made = new TestCluster(1, 2, 3, 4);
  made.addTopic([fields]);
  return made;
}

describe('alterReassignments', () => {
  it.each<[string, readonly number[] | null, Parameters<typeof move>[2], string]>([
    ['a topic that is not there', [1], { name: 'x' }, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['a partition that is not there', [1], { index: 4 }, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['no replicas', [], {}, 'INVALID_REPLICA_ASSIGNMENT'],
    ['a broker twice', [1, 1], {}, 'INVALID_REPLICA_ASSIGNMENT'],
    ['a broker that is not registered', [1, 9], {}, 'INVALID_REPLICA_ASSIGNMENT'],
    ['giving up what is not under way', null, {}, 'NO_REASSIGNMENT_IN_PROGRESS'],
    ['another replication factor, unless allowed', [1], { mayChange: false }, 'INVALID_REPLICATION_FACTOR'],
  ])('refuses %s', (_what, replicas, options, expected) => {
    const on = withPartition({ replicas: [1, 2] });
    expect(move(on, replicas, options)).toBe(expected);
    expect(on.partition().partitionEpoch).toBe(0);
  });

  it('adds the new replicas to the old ones first', () => {
    const on = withPartition({ replicas: [1, 2] });
    expect(move(on, [4, 3], { mayChange: false })).toBe('NONE');
    expect(on.partition()).toMatchObject({
      ...{ replicas: [4, 3, 1, 2], isr: [1, 2], addingReplicas: [3, 4], removingReplicas: [1, 2] },
      ...{ leader: 1, leaderEpoch: 0 },
    });
    const moving = { replicas: [4, 3, 1, 2], addingReplicas: [3, 4], removingReplicas: [1, 2] };
    const listed = [{ name: 't', partitions: [{ partitionIndex: 0, ...moving }] }];
    expect(listReassignments(null, on.image)).toEqual(listed);
    expect(listReassignments([{ name: 't', partitionIndexes: [0, 5] }], on.image)).toEqual(listed);
    expect(listReassignments([{ name: 'x', partitionIndexes: [0] }], on.image)).toEqual([]);
    expect(move(on, [4, 1, 2], { mayChange: false })).toBe('INVALID_REPLICATION_FACTOR');
  });

  it('is done at once when nobody new is needed', () => {
    const on = withPartition({ replicas: [1, 2, 3] });
    expect(move(on, [3, 1])).toBe('NONE');
    expect(on.partition()).toMatchObject({
      ...{
        replicas: [3, 1],
        isr: [1, 3],
        addingReplicas: [],
        removingReplicas: [],
        leader: 1,
        leaderEpoch: 1,
      },
    });
    expect(move(on, [1, 3])).toBe('NONE');
    expect(on.partition()).toMatchObject({ replicas: [1, 3], leader: 1, leaderEpoch: 1 });
    expect(listReassignments(null, on.image)).toEqual([]);
  });

  it('replaces one that is under way', () => {
    const on = withPartition({ replicas: [1, 2] });
    move(on, [3, 1]);
    expect(move(on, [4, 1])).toBe('NONE');
    expect(on.partition()).toMatchObject({
      replicas: [4, 1, 2, 3],
      addingReplicas: [4],
      removingReplicas: [2, 3],
    });
  });

  it('is given up by going back to the replicas of before', () => {
    const on = withPartition({ replicas: [1, 2] });
    move(on, [3, 4]);
    expect(move(on, null)).toBe('NONE');
    expect(on.partition()).toMatchObject({
      ...{
        replicas: [1, 2],
        isr: [1, 2],
        addingReplicas: [],
        removingReplicas: [],
        leader: 1,
        leaderEpoch: 1,
      },
    });
  });

  it.each<[string, Partial<PartitionImage>, string]>([
    ['only new ones are in sync', { isr: [3], leader: 3 }, 'INVALID_REPLICA_ASSIGNMENT'],
    ['an old one is eligible', { isr: [3], leader: 3, elr: [1] }, 'NONE'],
    [
      'a new one is among those that might know most',
      { isr: [], leader: -1, lastKnownElr: [1, 3] },
      'INVALID_REPLICA_ASSIGNMENT',
    ],
    ['an old one is all that is known of', { isr: [], leader: -1, lastKnownElr: [1] }, 'NONE'],
  ])('is not given up where that could lose records: %s', (_what, state, expected) => {
    const moving = { replicas: [3, 1, 2], addingReplicas: [3] };
    const on = withPartition({ ...moving, ...state });
    expect(move(on, null)).toBe(expected);
    if (expected === 'NONE') expect(on.partition()).toMatchObject({ replicas: [1, 2], leader: 1, isr: [1] });
    on.setConfig(2, 't', 'unclean.leader.election.enable', 'true');
    const allowed = withPartition({ ...moving, ...state });
    allowed.setConfig(2, 't', 'unclean.leader.election.enable', 'true');
    expect(move(allowed, null)).toBe('NONE');
    expect(allowed.partition()).toMatchObject({ replicas: [1, 2], leader: 1, isr: [1] });
  });

  it('takes one change for each partition of a request', () => {
    const on = withPartition({ replicas: [1, 2] });
    const partitions = [
      { partitionIndex: 0, replicas: [3, 4] },
      { partitionIndex: 0, replicas: [1, 4] },
    ];
    const request = { allowReplicationFactorChange: true, topics: [{ name: 't', partitions }] };
    const { responses } = on.run(alterReassignments(request, on.image, CLEAN_ONLY));
    expect(responses[0]?.partitions.map(({ errorCode }) => errorCode)).toEqual([0, 42]);
  });
});
