import { describe, expect, it } from 'vitest';
import { CatchUp } from './catch-up.ts';
import { defaultRules } from './watch-rules.ts';
import { TREND_POINTS, WatchedCommits } from './watched-commits.ts';

function lagsOf(commits: WatchedCommits, slot: number, watchedMs: number): number[] {
  const from = commits.trendFrom(slot, watchedMs);
  return [...commits.trendLags.subarray(from, from + commits.trendLength)];
}

describe('the lags of a trend', () => {
  it('are the least of each minute', () => {
    const commits = new WatchedCommits(defaultRules);
    const slot = commits.add(0, 0, 0);
    for (const [second, lag] of [
      [0, 50],
      [20, 10],
      [40, 90],
      [60, 70],
      [70, 80],
    ] as const) {
      commits.addLag(slot, lag, second * 1_000);
    }
    expect(lagsOf(commits, slot, 70_000)).toEqual([10, 70]);
  });

  it('are the newest ones, each partition its own', () => {
    const commits = new WatchedCommits(defaultRules);
    const slots = Array.from({ length: 200 }, () => commits.add(0, 0, 0));
    for (let minute = 0; minute < 30; minute++) {
      for (const slot of slots) commits.addLag(slot, minute * 1_000 + slot, minute * 60_000);
    }
    const newest = Array.from(
      { length: TREND_POINTS },
      (_, index) => (30 - TREND_POINTS + index) * 1_000 + 150,
    );
    expect(lagsOf(commits, 150, 29 * 60_000)).toEqual(newest.slice(-11));
    expect(lagsOf(commits, 150, 37 * 60_000)).toEqual(newest.slice(-3));
  });
});

it('a slot that is used again remembers nothing', () => {
  const commits = new WatchedCommits(defaultRules);
  const slot = commits.add(10, 0, 0);
  commits.addLag(slot, 5, 0);
  commits.observe(slot, 3, 0, 1_000, 0);
  commits.giveBack(slot);
  expect(commits.add(7, 2, 5_000)).toBe(slot);
  expect(commits.size).toBe(1);
  expect(commits.rewoundFrom[slot]).toBe(-1);
  expect(commits.known[slot]).toBe(0);
  expect(lagsOf(commits, slot, 5_000)).toEqual([]);
});

describe('catching up', () => {
  it('looks at the least lag of each half minute', () => {
    const catchUp = new CatchUp();
    // Falls by 100 a second under a saw of 20 seconds.
    for (let second = 0; second <= 240; second += 10) {
      catchUp.add(second * 1_000, 100_000 - second * 100 + (second % 20 === 0 ? 0 : 40_000), 1);
    }
    expect(catchUp.estimate(76_000)).toBeGreaterThan(740);
    expect(catchUp.estimate(76_000)).toBeLessThan(780);
  });

  it('begins anew when a partition comes or goes, and after a set-back', () => {
    const catchUp = new CatchUp();
    for (let step = 0; step < 5; step++) catchUp.add(step * 30_000, 1_000 - step * 100, 1);
    expect(catchUp.estimate(600)).toBe(180);
    catchUp.add(150_000, 5_000, 2);
    expect(catchUp.estimate(5_000)).toBeNull();
    for (let step = 6; step < 10; step++) catchUp.add(step * 30_000, 5_000 - step * 100, 2);
    expect(catchUp.estimate(4_000)).not.toBeNull();
    catchUp.restart();
    expect(catchUp.estimate(4_000)).toBeNull();
  });
});
