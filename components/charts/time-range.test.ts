/** Ranges survive the way through the URL, and nonsense in the URL does not break a page. */
import { describe, expect, it } from 'vitest';
import {
  parseRange,
  rangeParameters,
  stepMsOf,
  windowOf,
  zoomTo,
  RANGE_NAMES,
  type TimeRange,
} from './time-range.ts';

const search = (text: string): URLSearchParams => new URLSearchParams(text);

describe('parseRange', () => {
  it('reads what rangeParameters wrote', () => {
    const ranges: TimeRange[] = [
      ...RANGE_NAMES.map((name) => ({ name })),
      { name: 'custom', fromMs: 1_000_000, toMs: 2_000_000 },
    ];
    for (const range of ranges) {
      const parameters = new URLSearchParams();
      for (const [key, value] of Object.entries(rangeParameters(range, '1h'))) {
        if (value !== null) parameters.set(key, value);
      }
      expect(parseRange(parameters, '1h')).toEqual(range);
    }
  });

  it.each([
    'range=custom',
    'range=custom&from=5&to=x',
    'range=custom&from=20000&to=10000',
    'range=never',
    '',
  ])('falls back on %j', (text) => {
    expect(parseRange(search(text), 'today')).toEqual({ name: 'today' });
  });
});

describe('windowOf', () => {
  const now = new Date(2026, 10, 21, 15, 30).getTime();

  it('counts days from local midnight', () => {
    expect(windowOf({ name: 'today' }, now)).toEqual({
      fromMs: new Date(2026, 10, 21).getTime(),
      toMs: now,
      moving: true,
    });
    expect(windowOf({ name: 'yesterday' }, now)).toEqual({
      fromMs: new Date(2026, 10, 20).getTime(),
      toMs: new Date(2026, 10, 21).getTime(),
      moving: false,
    });
    expect(windowOf({ name: '7d' }, now).fromMs).toBe(new Date(2026, 10, 15).getTime());
  });

  it.each([
    ['to summer time', 'Europe/Berlin', '2026-03-29', 23],
    ['to winter time', 'Europe/Berlin', '2026-10-25', 25],
    ['to winter time over there', 'America/New_York', '2026-11-01', 25],
  ])('a day with the change %s begins and ends at midnight', (_name, zone, date, hours) => {
    const before = process.env['TZ'];
    process.env['TZ'] = zone;
    try {
      const noon = new Date(`${date}T12:00:00`).getTime();
      const today = windowOf({ name: 'today' }, noon + 20 * 60_000);
      const yesterday = windowOf({ name: 'yesterday' }, noon + 24 * 3_600_000);
      expect((yesterday.toMs - yesterday.fromMs) / 3_600_000).toBe(hours);
      expect(today.fromMs).toBe(yesterday.fromMs);
      expect(new Date(today.fromMs).getHours()).toBe(0);
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  it('is never empty, not even at midnight', () => {
    const midnight = new Date(2026, 10, 21).getTime();
    for (const name of RANGE_NAMES) {
      const window = windowOf({ name }, midnight);
      expect(window.toMs - window.fromMs).toBeGreaterThanOrEqual(10_000);
    }
  });
});

describe('stepMsOf', () => {
  it('is a round in short windows, and in long ones less than can be seen', () => {
    const hour = 3_600_000;
    const stepOf = (spanMs: number): number => stepMsOf({ fromMs: 7, toMs: 7 + spanMs });
    expect([hour / 4, hour, 6 * hour, 24 * hour, 72 * hour, 168 * hour].map(stepOf)).toEqual([
      10_000, 10_000, 10_000, 60_000, 60_000, 300_000,
    ]);
    for (const spanMs of [6, 24, 72, 168].map((hours) => hours * hour))
      expect(stepOf(spanMs) / spanMs).toBeLessThan(1 / 600);
  });
});

describe('zoomTo', () => {
  it('takes a drag in either direction and ignores a twitch', () => {
    expect(zoomTo(60_500, 20_200)).toEqual({ name: 'custom', fromMs: 20_000, toMs: 61_000 });
    expect(zoomTo(20_000, 22_000)).toBeNull();
  });
});
