/** Copies of large maps against Maps that are copied whole, under the same random changes. */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../platform/memory/memory-time.ts';
import { copyOf } from './layered-map.ts';

describe('copyOf', () => {
  it('copies small maps as they are', () => {
    const copy = copyOf(new Map([[1, 'a']]));
    expect(copy).toBeInstanceOf(Map);
  });

  it.each([1, 2, 3])(
    'gives what a Map gives, in its order, generation after generation (seed %d)',
    (seed) => {
      const random = new SeededRandom(seed);
      let layered: ReadonlyMap<number, number | undefined> = new Map(
        Array.from({ length: 300 }, (_unused, index) => [index, index]),
      );
      let plain = new Map(layered);
      for (let generation = 0; generation < 200; generation++) {
        const before = [...layered];
        const next = copyOf(layered);
        plain = new Map(plain);
        for (let change = random.below(8); change >= 0; change--) {
          const key = random.below(400);
          if (random.below(3) === 0) expect(next.delete(key)).toBe(plain.delete(key));
          else {
            const value = random.below(20) === 0 ? undefined : generation;
            next.set(key, value);
            plain.set(key, value);
          }
        }
        expect([...layered]).toEqual(before);
        expect([...next]).toEqual([...plain]);
        expect([...next.keys(), ...next.values()]).toEqual([...plain.keys(), ...plain.values()]);
        expect(next.size).toBe(plain.size);
        for (let key = 0; key < 400; key += 7) {
          expect([next.has(key), next.get(key)]).toEqual([plain.has(key), plain.get(key)]);
        }
        const visited: unknown[] = [];
        next.forEach((value, key) => visited.push([key, value]));
        expect(visited).toEqual([...plain]);
        layered = next;
      }
    },
  );
});
