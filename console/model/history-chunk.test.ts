import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketOf,
  decodeChunk,
  encodeBuckets,
  encodeValues,
  rollUp,
  visitJoined,
  type Bucket,
} from './history-chunk.ts';

const start = 7_200_000;
const every10s = (count: number, value: (index: number) => number): Bucket[] =>
  Array.from({ length: count }, (_, index) => bucketOf(start + index * 10_000, value(index)));

it('is read out of several chunks in the order of time, whatever order they come in', () => {
  const [early, late] = [every10s(3, (index) => index), every10s(2, () => 5)];
  const text = `[9000000,${encodeValues(late, start)}],[7200000,${encodeValues(early, start)}]`;
  const seen: [number, number][] = [];
  visitJoined(text, ({ atMs, last }) => seen.push([atMs, last]));
  expect(seen).toEqual([
    [7_200_000, 0],
    [7_210_000, 1],
    [7_220_000, 2],
    [9_000_000, 5],
  ]);
  expect(() => visitJoined('[0,7]', () => undefined)).toThrow(/no array/);
});

it('is read beside empty ones and those of an older version', () => {
  const text = `[9,[[9,1,3,8,4,2],[10,2,2,2,1,2]]],[7,[]],[${String(start)},${encodeValues(
    every10s(1, () => 5),
    start,
  )}],[8,[[8,0,0,0,1,0]]]`;
  const seen: [number, number][] = [];
  visitJoined(text, ({ atMs, sum }) => seen.push([atMs, sum]));
  expect(seen).toEqual([
    [8, 0],
    [9, 8],
    [10, 2],
    [start, 5],
  ]);
  for (const cut of [text.slice(0, 20), '[7,[1,0,1,1', '[7,[2,0,10000,1,0,0,1]]'])
    expect(() => visitJoined(cut, () => undefined), cut).toThrow();
});

describe('a chunk', () => {
  it('of a line that does not move is as long for an hour as for a minute', () => {
    expect(
      encodeValues(
        every10s(360, () => 5),
        start,
      ),
    ).toBe('[1,0,10000,1,0,359,5]');
    const minutes = rollUp(
      every10s(360, () => 5),
      60_000,
    );
    expect(encodeBuckets(minutes, start)).toBe('[2,0,60000,1,0,59,6,5,0,0,0]');
  });

  it('keeps a gap as a gap', () => {
    const points = every10s(6, () => 5).filter((_, index) => index !== 2 && index !== 3);
    expect(decodeChunk(encodeValues(points, start), start)).toEqual(points);
  });

  it('can be empty, and be one that an older version kept', () => {
    expect(decodeChunk(encodeValues([], start), start)).toEqual([]);
    expect(decodeChunk('[[60000,1,9,12,3,4]]', 0)).toEqual([
      { atMs: 60_000, min: 1, max: 9, sum: 12, count: 3, last: 4 },
    ]);
  });

  it('of another kind is refused', () => {
    expect(() => decodeChunk('[9,0,1,1]', 0)).toThrow(/unknown kind 9/);
    expect(() => decodeChunk('{}', 0)).toThrow(/no array/);
  });

  const value = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }),
  );
  const line = fc
    .array(
      fc.tuple(fc.oneof(fc.constant(10_000), fc.constant(7_000), fc.integer({ min: 1, max: 90_000 })), value),
      {
        maxLength: 60,
      },
    )
    .map((steps) => {
      let atMs = start;
      return steps.map(([stepMs, each]) => bucketOf((atMs += stepMs), each === 0 ? 0 : each));
    });

  it('gives back every raw value, whatever it is', () => {
    fc.assert(
      fc.property(line, (points) => {
        expect(decodeChunk(encodeValues(points, start), start)).toEqual(points);
      }),
    );
  });

  it('gives back every roll-up: extremes, last and count exactly, the sum to a millionth', () => {
    fc.assert(
      fc.property(line, (points) => {
        const minutes = rollUp(points, 60_000);
        const back = decodeChunk(encodeBuckets(minutes, start), start);
        expect(back.map(({ sum: _, ...rest }) => rest)).toEqual(minutes.map(({ sum: _, ...rest }) => rest));
        for (const [index, { sum }] of back.entries()) {
          expect(Math.abs(sum - (minutes[index]?.sum ?? NaN))).toBeLessThanOrEqual(
            1e-6 + Math.abs(sum) * 1e-12,
          );
        }
      }),
    );
  });
});

it('rolls up step by step to the same as at once', () => {
  const whole = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(whole, (values) => {
      const points = every10s(values.length, (index) => values[index] ?? 0);
      expect(rollUp(rollUp(points, 60_000), 600_000)).toEqual(rollUp(points, 600_000));
    }),
  );
});
