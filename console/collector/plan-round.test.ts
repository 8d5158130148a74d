/** Which slow questions fall into which round: their beats, no two of every broker together, none for a round asked for by hand. */
import { expect, it } from 'vitest';
import { isDue, slowBeats } from './beats.ts';
import type { SlowBeat } from '../model/snapshot.ts';

const beats = Object.keys(slowBeats) as SlowBeat[];
const intervalMs = 10_000;
const shiftMs = 1_234;

/** What is due in each round, when every round asks what is due. */
function play(times: readonly number[]): SlowBeat[][] {
  const last = new Map<SlowBeat, number>();
  return times.map((nowMs) => {
    const due = beats.filter((beat) => isDue(beat, last.get(beat) ?? null, { nowMs, intervalMs, shiftMs }));
    for (const beat of due) last.set(beat, nowMs);
    return due;
  });
}

const everyRound = (count: number, fromRound = 1_000): number[] =>
  Array.from({ length: count }, (_, round) => shiftMs + (fromRound + round) * intervalMs + (round % 3) * 40);

it('asks for everything first, then on each beat, and never every broker for two things in one round', () => {
  for (let fromRound = 1_000; fromRound < 1_012; fromRound++) {
    const [first, ...later] = play(everyRound(121, fromRound));
    expect(first).toEqual(beats);
    for (const due of later) {
      if (due.length > 1) expect(due).toEqual(['quorum', 'topicConfigs']);
    }
    for (const beat of beats) {
      const rounds = later.filter((due) => due.includes(beat)).length;
      expect(Math.abs(rounds - 120 / slowBeats[beat].everyRounds)).toBeLessThanOrEqual(1);
    }
  }
});

it('adds nothing to a round that somebody asks for right after one', () => {
  const times = everyRound(30).flatMap((atMs) => [atMs, atMs + 500, atMs + 3_000]);
  const asked = play(times).filter((_, index) => index % 3 !== 0);
  expect(asked.flat()).toEqual([]);
});

it('makes up a round later for a turn that was skipped', () => {
  const all = everyRound(40);
  const skipping = play(all.filter((_, round) => round % 6 !== 2));
  for (const beat of beats) {
    const turns = skipping.filter((due) => due.includes(beat)).length;
    expect(turns).toBeGreaterThanOrEqual(Math.floor(40 / (slowBeats[beat].everyRounds + 2)));
  }
});

it('asks again when the clock went back', () => {
  expect(isDue('logDirs', 50_000_000, { nowMs: 1_000, intervalMs, shiftMs })).toBe(true);
});
