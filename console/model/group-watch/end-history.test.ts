/** The table of past ends against the truth that it was read from: its bound, its flat stretches, its reach. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EndHistories } from './end-history.ts';

const startMs = Date.UTC(2026, 0, 1);
const stepMs = 10_000;

/** Adds one reading each ten seconds; answers the ends. */
function fill(history: EndHistories, readings: readonly number[], slot = 0): number[] {
  const ends: number[] = [];
  let end = 0;
  for (const [index, grown] of readings.entries()) {
    end += grown;
    ends.push(end);
    history.add(slot, end, startMs + index * stepMs);
  }
  return ends;
}

const readings = fc.array(fc.oneof(fc.constant(0), fc.nat(3), fc.nat(100_000)), {
  minLength: 2,
  maxLength: 3_000,
});

describe('the arrival of a record', () => {
  it('is within one reading, or a sixth of its age (a third from an hour on), of the truth', () => {
    fc.assert(
      fc.property(readings, fc.double({ min: 0, max: 1, noNaN: true }), (growth, share) => {
        const history = new EndHistories();
        const ends = fill(history, growth);
        const last = ends.at(-1) ?? 0;
        const offset = Math.floor(share * last);
        const arrivedMs = history.arrivalOf(0, offset);
        if (offset >= last) {
          expect(arrivedMs).toBeNull();
          return;
        }
        // It arrived between the last reading that had not passed it and the first that had.
        const passed = ends.findIndex((end) => end > offset);
        const nowMs = startMs + (ends.length - 1) * stepMs;
        const [earliest, latest] = [startMs + (passed - 1) * stepMs, startMs + passed * stepMs];
        if (history.isFloor) {
          expect(arrivedMs).toBeGreaterThanOrEqual(latest);
          return;
        }
        const ageMs = nowMs - (arrivedMs ?? NaN);
        const boundMs = Math.max(stepMs, ageMs / (ageMs < 3_600_000 ? 6 : 3) + 100);
        expect(arrivedMs).toBeGreaterThan(earliest - boundMs);
        expect(arrivedMs).toBeLessThan(latest + boundMs);
      }),
      { numRuns: 300 },
    );
  });

  it('never goes back with the offset', () => {
    fc.assert(
      fc.property(
        readings,
        fc.array(fc.nat(1_000_000), { minLength: 2, maxLength: 20 }),
        (growth, offsets) => {
          const history = new EndHistories();
          fill(history, growth);
          const sorted = [...offsets].sort((a, b) => a - b);
          const arrivals = sorted.map((offset) => history.arrivalOf(0, offset) ?? Infinity);
          expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
        },
      ),
    );
  });

  it('after a flat stretch lies behind its right end, however long it was', () => {
    const history = new EndHistories();
    fill(history, [10, ...Array<number>(5_000).fill(0), 5]);
    const lastMs = startMs + 5_001 * stepMs;
    expect(history.points(0)).toHaveLength(3);
    expect(history.arrivalOf(0, 10)).toBeGreaterThan(lastMs - stepMs);
    expect(history.arrivalOf(0, 10)).toBeLessThan(lastMs);
    expect(history.isFloor).toBe(false);
  });

  it('of a lone record is expected in the middle of the interval that it came in', () => {
    const history = new EndHistories();
    fill(history, [10, 1]);
    expect(history.arrivalOf(0, 10)).toBe(startMs + stepMs / 2);
  });

  it('before the table is its first moment, as a floor', () => {
    const history = new EndHistories();
    fill(history, [1_000, 1, 1]);
    expect(history.arrivalOf(0, 500)).toBe(startMs);
    expect(history.isFloor).toBe(true);
    expect(history.arrivalOf(0, 1_002)).toBeNull();
    expect(history.isFloor).toBe(false);
  });
});

describe('the table', () => {
  it('reaches back over a day at a reading each ten seconds, in 76 points', () => {
    const history = new EndHistories();
    for (let index = 0; index < 4 * 8_640; index++) {
      history.add(0, index * 7, startMs + index * stepMs);
      if (index < 3 * 8_640) continue;
      const since = history.since(0) ?? NaN;
      expect(startMs + index * stepMs - since).toBeGreaterThan(86_400_000);
    }
    expect(history.points(0).length).toBeLessThanOrEqual(76);
  });

  it('has neighbours no further apart than is promised', () => {
    const history = new EndHistories();
    for (let index = 0; index < 3 * 8_640; index++) {
      history.add(0, index * 7, startMs + index * stepMs);
      if (index % 97 !== 0) continue;
      const points = history.points(0);
      for (const [at, { atMs }] of points.entries()) {
        const newer = points[at + 1];
        if (newer === undefined) continue;
        const ageMs = startMs + index * stepMs - newer.atMs;
        expect(newer.atMs - atMs).toBeLessThanOrEqual(Math.max(stepMs, ageMs / (ageMs < 3_600_000 ? 6 : 3)));
      }
    }
  });

  it('is cut where the end goes back, and goes on', () => {
    const history = new EndHistories();
    fill(history, [10, 10, 10]);
    history.add(0, 15, startMs + 3 * stepMs);
    history.add(0, 18, startMs + 4 * stepMs);
    const offsets = history.points(0).map((point) => point.offset);
    expect(offsets).toEqual([10, 15, 18]);
  });

  it('holds offsets as large as Kafka gives, and of the fastest partitions what is in reach of the newest', () => {
    const history = new EndHistories();
    const far = 2 ** 52;
    fill(history, [far, 1_000, 2 ** 32 - 2_000, 1_999]);
    expect(history.points(0).map((point) => point.offset - far)).toEqual([
      1_000,
      2 ** 32 - 1_000,
      2 ** 32 + 999,
    ]);
    expect(history.arrivalOf(0, far + 2 ** 31)).toBeCloseTo(startMs + 1.5 * stepMs, 0);
    expect(history.arrivalOf(0, far)).toBe(startMs + stepMs);
    expect(history.isFloor).toBe(true);
    history.add(0, far + 2 ** 40, startMs + 9 * stepMs);
    expect(history.points(0)).toEqual([{ offset: far + 2 ** 40, atMs: startMs + 9 * stepMs }]);
    history.add(0, 7, startMs + 10 * stepMs);
    history.add(0, 9, startMs + 11 * stepMs);
    expect(history.points(0).map((point) => point.offset)).toEqual([7, 9]);
  });

  it('passes over a second reading of one moment, and times that go back', () => {
    const history = new EndHistories();
    fill(history, [10, 10]);
    history.add(0, 25, startMs + stepMs);
    history.add(0, 30, startMs);
    expect(history.points(0).map((point) => point.offset)).toEqual([10, 20]);
  });

  it('keeps partitions apart, over block borders', () => {
    const history = new EndHistories();
    for (let slot = 0; slot < 600; slot++) fill(history, [slot + 1, 1], slot);
    for (let slot = 0; slot < 600; slot++) expect(history.endAt(slot, Infinity)).toBe(slot + 2);
    history.clear(299);
    expect(history.endAt(299, Infinity)).toBeNull();
    expect(history.endAt(300, Infinity)).toBe(302);
  });

  it('tells the end of a moment, between its points by a line', () => {
    const history = new EndHistories();
    fill(history, [10, 10]);
    expect(history.endAt(0, startMs - 1)).toBe(10);
    expect(history.endAt(0, startMs + stepMs / 2)).toBe(15);
    expect(history.endAt(0, startMs + 9 * stepMs)).toBe(20);
  });
});
