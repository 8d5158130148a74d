import { describe, expect, it } from 'vitest';
import { placeReplicas, rackAlternated } from './replica-placement.ts';

function brokers(...racks: (string | null)[]) {
  return racks.map((rack, brokerId) => ({ brokerId, rack }));
}

function counts(
  lists: readonly (readonly number[])[],
  pick: (list: readonly number[]) => readonly number[],
): number[] {
  const totals = new Map<number, number>();
  for (const list of lists) for (const id of pick(list)) totals.set(id, (totals.get(id) ?? 0) + 1);
  return [...totals].sort(([a], [b]) => a - b).map(([, count]) => count);
}

const NONE = brokers(null, null, null, null, null);

describe('placeReplicas', () => {
  it('spreads 50 single-replica partitions on 5 brokers as 10 each, with stride 5', () => {
    const lists = placeReplicas({
      brokers: NONE,
      partitionCount: 50,
      replicationFactor: 1,
      firstPartition: 0,
      startIndex: 1,
      shift: 0,
    });
    expect(counts(lists, (list) => list)).toEqual([10, 10, 10, 10, 10]);
    expect(lists.flatMap((list, partition) => (list[0] === 0 ? [partition] : []))).toEqual([
      4, 9, 14, 19, 24, 29, 34, 39, 44, 49,
    ]);
  });

  it('evens out leaders and followers, and spreads a dead broker over all others', () => {
    const lists = placeReplicas({
      brokers: NONE,
      partitionCount: 20,
      replicationFactor: 3,
      firstPartition: 0,
      startIndex: 3,
      shift: 2,
    });
    expect(counts(lists, (list) => list.slice(0, 1))).toEqual([4, 4, 4, 4, 4]);
    expect(counts(lists, (list) => list)).toEqual([12, 12, 12, 12, 12]);
    expect(lists.every((list) => new Set(list).size === 3)).toBe(true);
    const secondOfZero = new Set(lists.filter((list) => list[0] === 0).map((list) => list[1]));
    expect(secondOfZero.size).toBe(4);
  });

  it('puts no two replicas into one rack while another has none', () => {
    const racked = brokers('a', 'a', 'b', 'b', 'c', 'c');
    const rackOf = (id: number) => racked[id]?.rack ?? '';
    for (let startIndex = 0; startIndex < 6; startIndex++) {
      const lists = placeReplicas({
        brokers: racked,
        partitionCount: 12,
        replicationFactor: 3,
        firstPartition: 0,
        startIndex,
        shift: startIndex,
      });
      expect(lists.every((list) => new Set(list.map(rackOf)).size === 3)).toBe(true);
    }
    const uneven = placeReplicas({
      brokers: brokers('a', 'a', 'a', 'b'),
      partitionCount: 8,
      replicationFactor: 3,
      firstPartition: 0,
      startIndex: 0,
      shift: 0,
    });
    expect(uneven.every((list) => list.includes(3) && list.length === 3)).toBe(true);
  });

  it('goes on where the earlier partitions stopped', () => {
    const common = { brokers: NONE, replicationFactor: 2, startIndex: 0, shift: 0 };
    const all = placeReplicas({ ...common, partitionCount: 10, firstPartition: 0 });
    const later = placeReplicas({ ...common, partitionCount: 4, firstPartition: 6 });
    expect(later).toEqual(all.slice(6));
  });

  it('lets racks take turns in the ring', () => {
    expect(rackAlternated(brokers('a', 'a', 'b', null)).map(({ brokerId }) => brokerId)).toEqual([
      3, 0, 2, 1,
    ]);
  });
});
