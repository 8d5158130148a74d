/** What holds of every verdict, whatever rounds come in whatever order: properties; clocks, rates and what is forgotten. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupStatusSchema } from '../../contracts/groups.ts';
import type { GroupVerdict } from './group-watch.ts';
import { keepUp, Story } from './testing/story.ts';
import { WatchClock } from './watch-clock.ts';

interface Step {
  readonly seconds: number;
  readonly produce: number;
  readonly commit: number;
  readonly event:
    | 'none'
    | 'leave'
    | 'join'
    | 'remake'
    | 'trim'
    | 'truncate'
    | 'leaderless'
    | 'miss'
    | 'transaction'
    | 'drop';
}

const step: fc.Arbitrary<Step> = fc.record({
  // Clocks go back, rounds are late, come twice in one moment, and after a night.
  seconds: fc.oneof(
    { weight: 8, arbitrary: fc.constant(10) },
    fc.integer({ min: -7_200, max: 100_000 }),
    fc.constant(0),
  ),
  produce: fc.oneof(fc.constant(0), fc.nat(100_000)),
  commit: fc.oneof(fc.constant(0), fc.integer({ min: -50_000, max: 200_000 })),
  event: fc.oneof(
    { weight: 20, arbitrary: fc.constant('none' as const) },
    fc.constantFrom(
      'leave',
      'join',
      'remake',
      'trim',
      'truncate',
      'leaderless',
      'miss',
      'transaction',
      'drop',
    ),
  ),
});

function take(story: Story, { seconds, produce, commit, event }: Step, index: number): GroupVerdict | null {
  story.nowMs += seconds * 1_000;
  const end = Math.max(story.ends[0] ?? 0, 0) + produce;
  story.ends = [end];
  story.commits = [Math.max(0, (story.commits[0] ?? 0) + commit)];
  story.stables = [event === 'transaction' ? Math.max(0, end - 50) : null];
  if (event === 'leave') story.leave();
  if (event === 'join') Object.assign(story, { state: 'Stable', assignments: [[0]] });
  if (event === 'remake')
    Object.assign(story, { topicId: `id ${String(index)}`, ends: [produce], starts: [0] });
  if (event === 'trim') story.starts = [end];
  if (event === 'truncate') story.ends = [Math.floor(end / 2)];
  if (event === 'drop') story.commits = [null];
  if (event === 'leaderless') {
    story.ends = [null];
    const verdict = story.round();
    story.ends = [end];
    return verdict;
  }
  if (event === 'miss') {
    story.miss();
    return null;
  }
  return story.round();
}

function expectSane(verdict: GroupVerdict): void {
  expect(groupStatusSchema.options).toContain(verdict.status);
  if (verdict.status !== 'ok') expect(verdict.reason).not.toBeNull();
  const numbers = [
    verdict.totalLag,
    verdict.catchUpSeconds,
    verdict.lagSeconds?.seconds,
    verdict.committedPerSec,
  ];
  for (const number of [...numbers, verdict.producedPerSec]) {
    if (number === null || number === undefined) continue;
    expect(Number.isFinite(number)).toBe(true);
    expect(number).toBeGreaterThanOrEqual(0);
  }
  for (const row of verdict.partitions) {
    if (row.offsetState !== 'live') expect(row.lagSeconds).toBeNull();
    if (row.lag === 0) expect(row).toMatchObject({ status: 'ok' });
    if (row.lag !== null) expect(row.lag).toBe((row.logEndOffset ?? NaN) - (row.committedOffset ?? NaN));
    if (row.lagSeconds !== null) expect(row.lagSeconds.seconds).toBeGreaterThanOrEqual(0);
  }
  expect(JSON.stringify(verdict)).not.toMatch(/NaN|Infinity|undefined/);
  expect(verdict.reason ?? '').not.toMatch(/NaN|Infinity|undefined| -\d/);
}

describe('whatever happens', () => {
  it('seconds are never negative, nothing is NaN, and what is not well has a reason', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 120 }), fc.boolean(), (steps, hasIds) => {
        const story = new Story({ topicId: hasIds ? 'first' : null });
        for (const [index, each] of steps.entries()) {
          const verdict = take(
            story,
            hasIds ? each : { ...each, event: each.event === 'remake' ? 'none' : each.event },
            index,
          );
          if (verdict !== null) expectSane(verdict);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('who has more to read is not fewer seconds behind', () => {
    const shared = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(
        shared,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 }),
        (grown, shares) => {
          const seconds = shares
            .sort((a, b) => a - b)
            .map((share) => {
              const story = new Story();
              for (const records of grown) {
                story.pass();
                story.ends[0] = (story.ends[0] ?? 0) + records;
                story.round();
              }
              story.commits = [Math.floor(share * (story.ends[0] ?? 0))];
              story.round();
              return story.row().lagSeconds?.seconds ?? 0;
            });
          expect(seconds).toEqual([...seconds].sort((a, b) => b - a));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('clocks', () => {
  it('one that is set back an hour neither stalls nor loses the group', () => {
    const story = new Story();
    story.play(10, keepUp(story, 100));
    story.nowMs -= 3_600_000;
    expect(story.play(10, keepUp(story, 100))).toMatchObject({ status: 'ok', totalLag: 0 });
    story.play(1, () => (story.ends[0] = (story.ends[0] ?? 0) + 1_000));
    expect(story.row().lagSeconds?.seconds).toBeCloseTo(60, 0);
  });

  it('one that leaps, or a night without rounds, is no stall', () => {
    const story = new Story();
    story.play(10, keepUp(story, 100));
    story.play(1, () => (story.ends[0] = (story.ends[0] ?? 0) + 1_000));
    story.nowMs += 8 * 3_600_000;
    expect(story.round().status).toBe('ok');
    expect(story.play(1, keepUp(story, 100)).status).toBe('ok');
  });

  it('counts a gap as watched for a minute at most', () => {
    const clock = new WatchClock(60_000);
    clock.advance(1_000_000);
    clock.advance(1_010_000);
    clock.advance(9_010_000);
    expect([clock.nowMs, clock.watchedMs]).toEqual([9_010_000, 70_000]);
    expect(clock.advance(5_000_000)).toBe(0);
    clock.advance(5_010_000);
    expect([clock.nowMs, clock.watchedMs]).toEqual([9_020_000, 80_000]);
    expect(clock.wall(clock.nowMs)).toBe(5_010_000);
    expect(clock.steady(5_009_000)).toBe(9_019_000);
  });
});

describe('rates', () => {
  it('are those of the last interval, and stay for a round that comes within a blink', () => {
    const story = new Story();
    const verdict = story.play(2, keepUp(story, 100));
    expect(verdict).toMatchObject({ committedPerSec: 100, producedPerSec: 100 });
    story.ends = [(story.ends[0] ?? 0) + 5];
    story.pass(0.2);
    expect(story.round()).toMatchObject({ committedPerSec: 100, producedPerSec: 100 });
  });

  it('are unknown at first, after a set-back and after a gap', () => {
    const story = new Story({ ends: [1_000], commits: [1_000] });
    expect(story.round()).toMatchObject({ committedPerSec: null, producedPerSec: null });
    story.play(1, () => undefined);
    story.commits = [0];
    story.pass();
    expect(story.round()).toMatchObject({ committedPerSec: null, producedPerSec: 0 });
    story.pass(60);
    expect(story.round()).toMatchObject({ committedPerSec: null, producedPerSec: null });
  });
});

it('loses its rate for a round when a partition is not told any more', () => {
  const story = new Story({ ends: [0, 0], commits: [0, 0], starts: [0, 0], assignments: [] });
  story.play(1, keepUp(story, 100));
  story.commits = [story.commits[0] ?? 0, null];
  expect(story.play(1 / 6, keepUp(story, 100)).committedPerSec).toBeNull();
  expect(story.play(1 / 6, keepUp(story, 100)).committedPerSec).toBe(100);
});

it('is at least as far behind as its worst partition, and at least that when another one is older than the table', () => {
  const story = new Story({ ends: [1_000, 0], commits: [0, 0], starts: [0, 0], assignments: [[0, 1]] });
  story.round();
  story.play(1, () => (story.ends[1] = (story.ends[1] ?? 0) + 10));
  expect(story.row(0).lagSeconds).toEqual({ seconds: 60, atLeast: true });
  expect(story.row(1).lagSeconds?.atLeast).toBe(false);
  expect(story.last?.lagSeconds).toEqual({ seconds: 60, atLeast: true });
});

it('takes each end with its own time', () => {
  const story = new Story({ endsAgeMs: 4_000 });
  story.play(2, () => (story.ends[0] = (story.ends[0] ?? 0) + 1_000));
  const [seconds, late] = [story.row().lagSeconds?.seconds ?? NaN, 4];
  story.endsAgeMs = 0;
  expect(seconds).toBeGreaterThan(110 + late - 1);
});

it('forgets a group that is gone after an hour, and its topic two hours later', () => {
  const story = new Story();
  story.play(1, keepUp(story, 1));
  expect(story.watch.size).toEqual({ commits: 1, ends: 1 });
  for (let round = 0; round < 400; round++) story.miss();
  expect(story.watch.size.commits).toBe(0);
  for (let round = 0; round < 800; round++) story.miss();
  expect(story.watch.size).toEqual({ commits: 0, ends: 0 });
  expect(story.play(1, keepUp(story, 1)).status).toBe('ok');
});
