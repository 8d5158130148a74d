import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { delayUntilNextRound, patienceMs, shiftOf, slotOf } from './schedule.ts';

const plan = { intervalMs: 10_000, shiftMs: 1_200 };

it('waits less than half a round for a broker, and a quarter of that when it did not answer last time', () => {
  expect(patienceMs(true, 10_000)).toBe(4_000);
  expect(patienceMs(false, 10_000)).toBe(1_000);
  expect(patienceMs(true, 3_600_000)).toBe(10_000);
});

it('gives a busy broker its time, however short the rounds are', () => {
  expect(patienceMs(true, 1_000)).toBe(2_000);
  expect(patienceMs(false, 1_000)).toBe(1_000);
  expect(patienceMs(false, 3_600_000)).toBe(2_500);
});

describe('a cluster that answers', () => {
  it.each([
    ['just after a round', 1_201, 9_999],
    ['exactly at a round', 1_200, 10_000],
    ['just before a round', 11_199, 1],
    ['after a round that took long', 10_500, 700],
  ])('%s', (_name, nowMs, expected) => {
    expect(delayUntilNextRound({ nowMs, consecutiveFailures: 0 }, plan, 0.5)).toBe(expected);
  });

  it('is asked once per slot, also when the clock is set', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_102_444_800_000 }),
        fc.integer({ min: 0, max: 2_999 }),
        (nowMs, shiftMs) => {
          const delay = delayUntilNextRound(
            { nowMs, consecutiveFailures: 0 },
            { intervalMs: 10_000, shiftMs },
            0,
          );
          expect(delay).toBeGreaterThan(0);
          expect(delay).toBeLessThanOrEqual(10_000);
          expect((nowMs + delay - shiftMs) % 10_000).toBe(0);
          expect(slotOf(nowMs + delay, 10_000)).toBe(nowMs + delay - shiftMs);
        },
      ),
    );
  });
});

it('backs off by doubling up to a cap while a cluster does not answer', () => {
  const delays = [1, 2, 3, 4, 5, 60].map((consecutiveFailures) =>
    delayUntilNextRound({ nowMs: 0, consecutiveFailures }, plan, 0.999),
  );
  expect(delays).toEqual([1_000, 2_000, 3_999, 7_998, 14_997, 14_997]);
});

it('shifts clusters apart, always by the same', () => {
  expect(shiftOf('local', 10_000)).toBe(shiftOf('local', 10_000));
  expect(shiftOf('local', 10_000)).not.toBe(shiftOf('kafka', 10_000));
  for (const id of ['a', 'local', 'größer']) expect(shiftOf(id, 10_000)).toBeLessThan(3_000);
});
