import { describe, expect, it } from 'vitest';
import { changesIn, valuesAtRounds, visitRounds } from './held-values.ts';

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

  it('is told as runs of rounds that are as far from each other as the ones before', () => {
    const rounds = [0, 10, 20, 30, 40, 60, 70, 80, 90].map((atMs) => ({
      atMs,
      isKey: atMs === 0 || atMs === 70,
    }));
    const changes = [
      { atMs: 0, value: 7 },
      { atMs: 30, value: 8 },
      { atMs: 70, value: 8 },
      { atMs: 80, value: null },
      { atMs: 90, value: 8 },
    ];
    const runs: [number, number, number, number][] = [];
    visitRounds(rounds, changes, ({ atMs, last }, unitMs, repeat) => runs.push([atMs, last, unitMs, repeat]));
    expect(runs).toEqual([
      [0, 7, 10, 2],
      [30, 8, 10, 1],
      [60, 8, 10, 1],
      [90, 8, 0, 0],
    ]);
  });
});

it('reads changes in the order of time, whatever order they come in', () => {
  expect(changesIn('[20,null],[10,-0.5]')).toEqual([
    { atMs: 10, value: -0.5 },
    { atMs: 20, value: null },
  ]);
});
