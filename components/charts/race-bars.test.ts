/** How far a group has come on one partition, also where numbers are missing or odd. */
import { expect, it } from 'vitest';
import { raceShares } from './race-bars.tsx';

const bar = { lowOffset: 100, endOffset: 1100, committedOffset: 600, committedPerSec: 5 };

it('is filled to the committed offset, and lighter to where it will be in a minute', () => {
  expect(raceShares(bar)).toEqual({ done: 0.5, soon: 0.8 });
});

it('never runs over its end', () => {
  expect(raceShares({ ...bar, committedPerSec: 1000 })?.soon).toBe(1);
  expect(raceShares({ ...bar, committedOffset: 5000 })?.done).toBe(1);
});

it('begins at the committed offset when that was already deleted', () => {
  expect(raceShares({ ...bar, committedOffset: 50 })).toMatchObject({ done: 0 });
});

it('is full when the log is empty, and nothing when a side is not known', () => {
  expect(raceShares({ ...bar, lowOffset: 5, endOffset: 5, committedOffset: 5 })).toEqual({
    done: 1,
    soon: 1,
  });
  expect(raceShares({ ...bar, committedOffset: null })).toBeNull();
  expect(raceShares({ ...bar, endOffset: null })).toBeNull();
});
