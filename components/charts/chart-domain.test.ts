/** Axes people can read: round ticks, few of them, one unit; the whole window; gaps that stay gaps. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { silentStretches, timeTicks, valueAxis, valueNear, withGaps, type Point } from './chart-domain.ts';

describe('valueAxis', () => {
  it('starts at zero and ends on a round number above the highest value', () => {
    const axis = valueAxis('count', 120, 870, 'en');
    expect(axis.ticks).toEqual([0, 250, 500, 750, 1000]);
    expect(axis.unit).toBe('');
  });

  it('says all ticks in one unit', () => {
    const axis = valueAxis('bytesPerSec', 0, 1.4 * 1024 * 1024, 'en');
    expect(axis.unit).toBe('MiB/s');
    expect(axis.ticks.map(axis.label)).toEqual(['0', '0.5', '1', '1.5']);
  });

  it('goes below zero only when a value does, because lag is signed', () => {
    expect(valueAxis('count', -30, 100, 'en').min).toBeLessThan(0);
    expect(valueAxis('count', 0, 100, 'en').min).toBe(0);
  });

  it('does not blow a flat zero up to a full chart', () => {
    expect(valueAxis('count', 0, 0, 'en').max).toBeGreaterThanOrEqual(2);
    expect(valueAxis('bytes', 0, 0, 'en').max).toBeGreaterThanOrEqual(1024);
  });

  it('marks times as clocks do, each mark with its unit', () => {
    const marks = (high: number): string[] => {
      const axis = valueAxis('duration', 0, high, 'en');
      return axis.ticks.map(axis.label);
    };
    expect(marks(40)).toEqual(['0', '10 s', '20 s', '30 s', '40 s']);
    expect(marks(7 * 60)).toEqual(['0', '2 min', '4 min', '6 min', '8 min']);
    expect(marks(3.2 * 3_600)).toEqual(['0', '1 h', '2 h', '3 h', '4 h']);
    expect(marks(2.5 * 86_400)).toEqual(['0', '12 h', '24 h', '36 h', '48 h', '60 h']);
  });

  it('has three to six whole-looking ticks that cover the values', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('count', 'bytes', 'bytesPerSec', 'perSec', 'percent', 'seconds'),
        fc.double({ min: 0, max: 1e13, noNaN: true }),
        (kind, high) => {
          const axis = valueAxis(kind, 0, high, 'en');
          expect(axis.ticks.length).toBeGreaterThanOrEqual(3);
          expect(axis.ticks.length).toBeLessThanOrEqual(6);
          expect(axis.max).toBeGreaterThanOrEqual(high * 0.999);
          expect(new Set(axis.ticks.map(axis.label)).size).toBe(axis.ticks.length);
        },
      ),
    );
  });

  it('does so for times of up to a year', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 365 * 86_400, noNaN: true }), (high) => {
        const axis = valueAxis('duration', 0, high, 'en');
        expect(axis.ticks.length).toBeGreaterThanOrEqual(3);
        expect(axis.ticks.length).toBeLessThanOrEqual(6);
        expect(axis.max).toBeGreaterThanOrEqual(high * 0.999);
        expect(new Set(axis.ticks.map(axis.label)).size).toBe(axis.ticks.length);
      }),
    );
  });
});

describe('timeTicks', () => {
  const noon = Date.UTC(2026, 0, 5, 12, 0, 0);

  it('stands on round local times', () => {
    const ticks = timeTicks(noon + 90_000, noon + 3_600_000, 6, 5.5 * 3_600_000);
    expect(ticks.map((tick) => new Date(tick.atMs).toISOString().slice(11, 16))).toEqual([
      '12:10',
      '12:20',
      '12:30',
      '12:40',
      '12:50',
      '13:00',
    ]);
  });

  it('marks local midnight as a day', () => {
    const ticks = timeTicks(noon, noon + 86_400_000, 6, 3_600_000);
    expect(ticks.filter((tick) => tick.unit === 'day').map((tick) => tick.atMs)).toEqual([
      Date.UTC(2026, 0, 5, 23, 0, 0),
    ]);
  });

  it('never gives more ticks than fit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 90 * 86_400_000 }),
        fc.integer({ min: 2, max: 12 }),
        (span, most) => {
          expect(timeTicks(noon, noon + span, most, 0).length).toBeLessThanOrEqual(most + 1);
        },
      ),
    );
  });
});

describe('gaps', () => {
  const points: Point[] = [
    [0, 1],
    [10, 2],
    [60, 3],
  ];

  it('breaks the line where points are missing and nowhere else', () => {
    expect(withGaps(points, 10)).toEqual([
      [0, 1],
      [10, 2],
      [20, null],
      [60, 3],
    ]);
    expect(withGaps(points, 30)).toEqual(points);
  });

  it('finds the nearest point, not one beyond reach', () => {
    expect(valueNear(points, 12, 10)).toEqual([10, 2]);
    expect(valueNear(points, 35, 10)).toBeNull();
    expect(valueNear([], 35, 10)).toBeNull();
    expect(valueNear(points, 59, 10)).toEqual([60, 3]);
  });

  it('names a silence only when every series is silent', () => {
    const until60 = { toMs: 60, open: false };
    expect(silentStretches([points], 0, 60, 30)).toEqual([{ fromMs: 10, ...until60 }]);
    expect(silentStretches([points, [[30, 5]]], 0, 60, 30)).toEqual([{ fromMs: 30, ...until60 }]);
    expect(silentStretches([points, [[30, null]]], 0, 60, 30)).toEqual([{ fromMs: 10, ...until60 }]);
  });

  it('leaves a silence open that goes on to the end of the window', () => {
    expect(silentStretches([points], 0, 90, 40)).toEqual([{ fromMs: 10, toMs: 60, open: false }]);
    expect(silentStretches([points], 0, 100, 40)).toEqual([
      { fromMs: 10, toMs: 60, open: false },
      { fromMs: 60, toMs: 100, open: true },
    ]);
    expect(silentStretches([[]], 0, 100, 40)).toEqual([]);
  });
});
