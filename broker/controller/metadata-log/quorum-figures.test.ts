import { describe, expect, it } from 'vitest';
import { QuorumFigures } from './quorum-figures.ts';

function bench() {
  const clock = { now: 5_000, wallMs: () => 0, monotonicMs: () => clock.now };
  return { clock, figures: new QuorumFigures(clock) };
}

describe('figures of the quorum', () => {
  it('tell how long commits took, and how many records came a second', () => {
    const { clock, figures } = bench();
    expect(figures.commitLatency).toEqual({ mean: Number.NaN, max: Number.NaN });
    expect(figures.appendedPerSecond).toBe(0);
    const first = figures.appends(20);
    clock.now += 10;
    first();
    const second = figures.appends(40);
    clock.now += 30;
    second();
    expect(figures.commitLatency).toEqual({ mean: 20, max: 30 });
    // As Kafka's Rate: one of its two windows is taken as over.
    expect(figures.appendedPerSecond).toBeCloseTo(60 / 30.04, 5);
    figures.fetched(60);
    expect(figures.fetchedPerSecond).toBe(2);
    clock.now += 61_000;
    expect(figures.fetchedPerSecond).toBe(0);
    expect(figures.commitLatency.max).toBeNaN();
  });

  it('tell how long there was no leader', () => {
    const { clock, figures } = bench();
    figures.leaderIs(1);
    expect(figures.electionLatency.max).toBeNaN();
    figures.leaderIs(null);
    clock.now += 100;
    figures.leaderIs(null);
    clock.now += 50;
    figures.leaderIs(2);
    expect(figures.electionLatency).toEqual({ mean: 150, max: 150 });
  });
});
