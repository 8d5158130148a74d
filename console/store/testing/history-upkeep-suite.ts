/** Rolling up and letting go of history: the same on every database. */
import { beforeEach, expect, it } from 'vitest';
import { decodeChunk } from '../../model/history-chunk.ts';
import type { Database } from '../database.ts';
import { rollUpHistory, sweepHistory, sweepSeries } from '../history-upkeep.ts';
import type { HistoryRequest } from '../history.ts';
import type { ListedWriter } from './listed-writer.ts';
import { DAY, emptied, HOUR, lag, plan, readLags, sample, start } from './written-history.ts';

export function historyUpkeepSuite(current: () => Database): void {
  let database: Database;
  let writer: ListedWriter;

  beforeEach(async () => {
    database = current();
    writer = await emptied(database);
  });

  const read = (changes: Partial<HistoryRequest>, nowMs = start + HOUR) => readLags(database, changes, nowMs);

  async function keepGoing(nowMs: number): Promise<void> {
    while (await rollUpHistory(database, plan, nowMs));
    await sweepHistory(database, plan, nowMs);
  }
  const chunks = (resolutionSeconds: number) => database.chunk.count({ where: { resolutionSeconds } });

  /** Two hours and a bit, with a gap of ten minutes and one peak. */
  async function writeHours(): Promise<number> {
    for (let minute = 0; minute < 130; minute++) {
      if (minute >= 20 && minute < 30) continue;
      await writer.write('local', start + minute * 60_000, [lag(100 + minute)]);
      await writer.write('local', start + minute * 60_000 + 30_000, [lag(minute === 5 ? 9_999 : 1)]);
    }
    return start + 130 * 60_000;
  }

  it('keeps peaks, dips and gaps of what it rolls up, and answers up to now', async () => {
    const nowMs = await writeHours();
    await keepGoing(nowMs);
    expect([await chunks(0), await chunks(60), await chunks(600)]).toEqual([2, 2, 1]);
    const answer = await read({ fromMs: start - 7 * DAY + 3 * HOUR, toMs: nowMs, points: 2_000 }, nowMs);
    const known = answer.series[0]?.points.flatMap(([atMs, value]) =>
      value === null ? [] : [[atMs, value]],
    );
    const values = known?.map(([, value]) => value ?? NaN) ?? [];
    expect(answer.resolutionSeconds).toBe(600);
    expect(Math.max(...values)).toBe(9_999);
    expect(Math.min(...values)).toBe(1);
    expect(answer.series[0]?.points.at(-1)?.[1]).not.toBeNull();
    expect(answer.series[0]?.points[0]?.[1]).toBeNull();
  });

  it('answers the same before and after points went into chunks', async () => {
    const nowMs = await writeHours();
    const window = { toMs: nowMs, points: 2_000 };
    const before = await read(window, nowMs);
    await keepGoing(nowMs);
    expect(await database.sample.count()).toBeLessThan(200);
    expect(await read(window, nowMs)).toEqual(before);
    expect(before.series[0]?.points.filter(([, value]) => value === null).length).toBeGreaterThan(300);
  });

  it('makes coarse steps out of finer ones once their time is over', async () => {
    for (let minute = 0; minute < 26 * 60; minute += 5) {
      await writer.write('local', start + minute * 60_000, [lag(minute), lag(3, 'still')]);
    }
    const nowMs = start + 26 * HOUR;
    await keepGoing(nowMs);
    expect([await chunks(0), await chunks(60), await chunks(600), await chunks(3_600)]).toEqual([
      50, 50, 10, 2,
    ]);
    const rows = await database.chunk.findMany({
      where: { resolutionSeconds: 3_600 },
      orderBy: { seriesId: 'asc' },
    });
    const hours = decodeChunk(rows[0]?.points ?? '', start);
    expect(hours[1]).toEqual({ atMs: start + HOUR, min: 60, max: 115, sum: 1_050, count: 12, last: 115 });
    expect(rows[1]?.points).toBe('[2,0,3600000,1,0,23,12,3,0,0,0]');
    expect(await chunks(10_800)).toBe(2);
    const laterMs = start + 3 * DAY;
    await keepGoing(laterMs);
    const coarsest = await database.chunk.findFirst({
      where: { resolutionSeconds: 10_800 },
      orderBy: { seriesId: 'asc' },
    });
    const [first] = decodeChunk(coarsest?.points ?? '', Number(coarsest?.startMs));
    expect(first).toEqual({ atMs: start, min: 0, max: 175, sum: 3_150, count: 36, last: 175 });
  });

  it('grows a coarse chunk with each whole finer one, to what it would be if it were made at once', async () => {
    const growing: { chunks: string[]; known: number }[] = [];
    const tens = () =>
      database.chunk.findMany({ where: { resolutionSeconds: 600 }, orderBy: { startMs: 'asc' } });
    for (let hour = 0; hour < 8; hour++) {
      for (let minute = 0; minute < 60; minute += 10)
        if (hour !== 2)
          await writer.write('local', start + hour * HOUR + minute * 60_000, [lag(hour * 60 + minute)]);
      await keepGoing(start + (hour + 1) * HOUR + 120_000);
      const rows = await tens();
      const buckets = rows.flatMap(({ points, startMs }) => decodeChunk(points, Number(startMs)));
      growing.push({ chunks: rows.map(({ points }) => points), known: buckets.length });
    }
    expect(growing.map(({ known }) => known)).toEqual([6, 12, 12, 18, 24, 30, 36, 42]);
    expect(growing.map(({ chunks: { length } }) => length)).toEqual([1, 1, 1, 1, 1, 1, 2, 2]);
    await database.chunk.deleteMany({ where: { resolutionSeconds: 600 } });
    await database.setting.deleteMany({ where: { key: 'history.chunkedTo.600' } });
    await keepGoing(start + 8 * HOUR + 120_000);
    expect((await tens()).map(({ points }) => points)).toEqual(growing.at(-1)?.chunks);
  });

  it('answers many lines over a month in the coarsest step, with what that has not got yet from finer ones', async () => {
    const names = Array.from({ length: 150 }, (_, index) => `g${String(index)}`);
    const lags = (value: number) => names.map((name, index) => lag(value + index, name));
    const nowMs = start + 30 * DAY + 90 * 60_000;
    const firstMs = nowMs - 29 * DAY;
    for (const atMs of [
      firstMs,
      firstMs + DAY,
      nowMs - 26 * HOUR,
      nowMs - 3 * HOUR,
      nowMs - HOUR,
      nowMs - 60_000,
    ])
      await writer.write('local', atMs, lags((atMs - firstMs) / 60_000));
    await keepGoing(nowMs);
    const answer = await read({ fromMs: nowMs - 30 * DAY, toMs: nowMs, points: 600 }, nowMs);
    expect(answer.series).toHaveLength(150);
    const of17 = answer.series.find(({ labels }) => labels['group'] === 'g17');
    const seen = new Set(of17?.points.flatMap(([, value]) => (value === null ? [] : [value])));
    expect([...seen]).toEqual(
      [
        0,
        24 * 60,
        (27 * DAY) / 60_000 + 22 * 60,
        (29 * DAY) / 60_000 - 180,
        (29 * DAY) / 60_000 - 60,
        (29 * DAY) / 60_000 - 1,
      ].map((value) => value + 17),
    );
  });

  it('does the same work once, however often it runs', async () => {
    const nowMs = await writeHours();
    await keepGoing(nowMs);
    const before = await database.chunk.findMany();
    await keepGoing(nowMs);
    expect(await database.chunk.findMany()).toEqual(before);
  });

  it('comes to the same end when it is cut off after any statement', async () => {
    const nowMs = await writeHours();
    for (let statements = 1; ; statements++) {
      const failing = failingAfter(statements);
      try {
        while (await rollUpHistory(failing, plan, nowMs));
        await sweepHistory(failing, plan, nowMs);
        expect(statements).toBeGreaterThan(10);
        break;
      } catch (error) {
        if (!(error instanceof Error && error.message === 'cut off')) throw error;
      }
      const seen = await read({ toMs: nowMs, points: 2_000 }, nowMs);
      expect(seen.series[0]?.points.filter(([, value]) => value === null)).toHaveLength(540);
    }
    expect([await chunks(0), await chunks(60)]).toEqual([2, 2]);
  });

  /** The database, but the nth statement does not take place any more. */
  function failingAfter(statements: number): Database {
    let left = statements;
    const guarded = <T extends object>(target: T): T =>
      new Proxy(target, {
        get(object, name) {
          const value: unknown = Reflect.get(object, name);
          if (typeof name === 'symbol') return value;
          if (typeof value === 'object' && value !== null) return guarded(value);
          if (typeof value !== 'function') return value;
          return (...parameters: unknown[]) => {
            if (--left < 0) throw new Error('cut off');
            return Reflect.apply(value, object, parameters) as unknown;
          };
        },
      });
    return guarded(database);
  }

  it('lets go of points and of lines in their time, and never before they are rolled up', async () => {
    await writer.write('local', start, [lag(1)]);
    await sweepHistory(database, plan, start + 10 * DAY);
    expect(await database.sample.count()).toBe(1);
    await keepGoing(start + 3 * DAY);
    expect(await database.sample.count()).toBe(0);
    expect(await database.round.count()).toBe(0);
    expect([await chunks(0), await chunks(60), await chunks(600), await chunks(3_600)]).toEqual([0, 1, 1, 1]);
    await keepGoing(start + 40 * DAY);
    expect(await database.chunk.count()).toBe(0);
    expect(await sweepSeries(database, start + 40 * DAY)).toBe(1);
    writer.forgetSeries();
    await writer.write('local', start + 40 * DAY, [lag(2)]);
    expect(await database.series.count()).toBe(1);
  });

  it('does not confuse the name of a topic with SQL', async () => {
    const topic = `x'); DROP TABLE "Sample"; --`;
    await writer.write('local', start, [sample('topic.records', { topic }, 1)]);
    expect((await read({ name: 'topic.records', topic })).series[0]?.labels).toEqual({ topic });
  });
}
