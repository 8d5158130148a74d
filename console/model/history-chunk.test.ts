import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketOf,
  decodeChunk,
  encodeBuckets,
  encodeValues,
  rollUp,
  valuesAtRounds,
  visitJoined,
  visitRounds,
  type Bucket,
} from './history-chunk.ts';

const start = 7_200_000;
const every10s = (count: number, value: (index: number) => number): Bucket[] =>
  Array.from({ length: count }, (_, index) => bucketOf(start + index * 10_000, value(index)));

describe('a value that stays', () => {
  const rounds = [0, 1, 2, 3, 4, 5].map((index) => ({ atMs: index, isKey: index === 0 || index === 4 }));

  it('is held from round to round', () => {
    const values = valuesAtRounds(rounds.slice(0, 4), [{ atMs: 0, value: 7 }]);
    expect(values.map(({ atMs, last }) => [atMs, last])).toEqual([
      [0, 7],
      [1, 7],
      [2, 7],
      [3, 7],
    ]);
  });

  it('is not held where there was no round, where it was said to be gone, and past a key round that it is not in', () => {
    const withGap = rounds.filter(({ atMs }) => atMs !== 1);
    const changes = [
      { atMs: 0, value: 7 },
      { atMs: 3, value: null },
    ];
    expect(valuesAtRounds(withGap, changes).map(({ atMs }) => atMs)).toEqual([0, 2]);
    expect(valuesAtRounds(rounds, [{ atMs: 0, value: 7 }]).map(({ atMs }) => atMs)).toEqual([0, 1, 2, 3]);
  });

  it('that changed in a round that was not kept did not change', () => {
    const values = valuesAtRounds(
      [rounds[0], rounds[2]].flatMap((round) => round ?? []),
      [
        { atMs: 0, value: 7 },
        { atMs: 1, value: 8 },
      ],
    );
    expect(values.map(({ last }) => last)).toEqual([7, 7]);
  });
});

it('is told as runs of rounds that are as far from each other as the ones before', () => {
  const rounds = [0, 10, 20, 30, 50, 60, 70, 80].map((atMs) => ({ atMs, isKey: atMs === 0 || atMs === 70 }));
  const changes = [
    { atMs: 0, value: 7 },
    { atMs: 30, value: 8 },
    { atMs: 60, value: null },
    { atMs: 70, value: 8 },
  ];
  const runs: [number, number, number, number][] = [];
  visitRounds(rounds, changes, ({ atMs, last }, unitMs, repeat) => runs.push([atMs, last, unitMs, repeat]));
  expect(runs).toEqual([
    [0, 7, 10, 2],
    [30, 8, 20, 1],
    [70, 8, 10, 1],
  ]);
});

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
