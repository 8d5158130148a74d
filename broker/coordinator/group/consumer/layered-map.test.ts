import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LayeredMap } from './layered-map.ts';
import { PartitionClaims } from './partition-claims.ts';

const key = fc.nat(6);
const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, value: fc.nat(99) }),
  fc.record({ kind: fc.constant('delete' as const), key, value: fc.constant(0) }),
);
const changes = fc.array(change, { maxLength: 20 });

type Change = typeof change extends fc.Arbitrary<infer Each> ? Each : never;

function apply(
  map: Pick<Map<number, number>, 'delete' | 'set'> | LayeredMap<number, number>,
  all: Change[],
): void {
  for (const each of all) {
    if (each.kind === 'set') map.set(each.key, each.value);
    else map.delete(each.key);
  }
}

describe('a layered map', () => {
  it('has what a copy of its origin would have, in the same order, and leaves the origin alone', () => {
    fc.assert(
      fc.property(changes, changes, changes, (first, second, third) => {
        const plain = new Map<number, number>();
        const origin = new LayeredMap<number, number>();
        apply(plain, first);
        apply(origin, first);
        const before = [...origin];
        const draft = origin.draft();
        apply(plain, second);
        apply(draft, second);
        const next = draft.draft();
        apply(plain, third);
        apply(next, third);
        expect([...next]).toEqual([...plain]);
        expect([[...next.keys()], [...next.values()], next.size]).toEqual([
          [...plain.keys()],
          [...plain.values()],
          plain.size,
        ]);
        for (let each = 0; each <= 6; each++)
          expect([next.has(each), next.get(each)]).toEqual([plain.has(each), plain.get(each)]);
        expect([...origin]).toEqual(before);
      }),
    );
  });
});

describe('claims of partitions', () => {
  const owned = (...partitions: number[]) =>
    new Map([['t', new Map(partitions.map((partition) => [partition, 1]))]]);

  it('count in a draft what was claimed before, and are not touched by it', () => {
    const claims = new PartitionClaims();
    claims.add(owned(0, 1), 1);
    const draft = claims.draft();
    draft.add(owned(0), -1);
    draft.add(owned(2), 1);
    draft.add(owned(2), 1);
    const countsOf = (of: PartitionClaims): number[] => [0, 1, 2].map((partition) => of.of('t', partition));
    expect([countsOf(draft), countsOf(claims)]).toEqual([
      [0, 1, 2],
      [1, 1, 0],
    ]);
    expect(draft.of('u', 0)).toBe(0);
  });
});
