import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planRetention } from '../model/retention.ts';
import type { Sample, SeriesLabels } from '../model/samples.ts';
import { openDatabase, type Database } from './database.ts';
import { rollUpHistory, sweepHistory, sweepSeries } from './history-upkeep.ts';
import { readHistory, type HistoryRequest } from './history.ts';
import { SampleWriter } from './samples.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const start = Date.UTC(2026, 0, 5);
const plan = planRetention(30);

let directory = '';
let database: Database;
let writer: SampleWriter;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-history-'));
  database = await openDatabase(`file:${path.join(directory, 'aquila.db')}`);
});
afterAll(async () => {
  await database.$disconnect();
  rmSync(directory, { recursive: true, force: true });
});

beforeEach(async () => {
  for (const table of ['sample', 'rollup', 'series', 'setting'] as const) {
    await (database[table] as { deleteMany(): Promise<unknown> }).deleteMany();
  }
  writer = new SampleWriter(database);
});

const sample = (name: string, labels: Partial<SeriesLabels>, value: number): Sample => ({
  name,
  labels: { topic: '', group: '', broker: '', partition: '', ...labels },
  value,
});

const lag = (value: number, group = 'g'): Sample => sample('group.lag', { group }, value);

function read(changes: Partial<HistoryRequest>, nowMs = start + HOUR): ReturnType<typeof readHistory> {
  const request = {
    clusterId: 'local',
    name: 'group.lag',
    byPartition: false,
    fromMs: start,
    toMs: start + 50_000,
    points: 300,
  };
  return readHistory(database, { ...request, ...changes }, { plan, rawMs: 10_000, nowMs });
}

describe('points', () => {
  it('come back in order with gaps as null', async () => {
    await writer.write('local', start, [lag(1)]);
    await writer.write('local', start + 10_000, [lag(2)]);
    await writer.write('local', start + 40_000, [lag(-5)]);
    expect(await read({})).toEqual({
      resolutionSeconds: 10,
      total: 1,
      series: [
        {
          labels: { group: 'g' },
          points: [
            [start, 1],
            [start + 10_000, 2],
            [start + 20_000, null],
            [start + 30_000, null],
            [start + 40_000, -5],
          ],
        },
      ],
    });
  });

  it('are not doubled when a round is kept twice, also by another process', async () => {
    await writer.write('local', start, [lag(1)]);
    await new SampleWriter(database).write('local', start, [lag(3)]);
    expect(await database.sample.count()).toBe(1);
    expect(await database.series.count()).toBe(1);
    expect((await read({})).series[0]?.points[0]).toEqual([start, 3]);
  });

  it('of another cluster are not seen', async () => {
    await writer.write('other', start, [lag(1)]);
    expect((await read({})).series).toEqual([]);
  });
});

describe('labels', () => {
  beforeEach(async () => {
    await writer.write('local', start, [
      lag(12),
      sample('group.lag', { group: 'g', topic: 'a' }, 5),
      sample('group.lag', { group: 'g', topic: 'b' }, 7),
      ...[0, 1, 2, 10].map((partition) =>
        sample('group.lag', { group: 'g', topic: 'a', partition: String(partition) }, partition),
      ),
      lag(1, 'other'),
    ]);
  });

  it.each([
    ['one line per group', {}, [{ group: 'g' }, { group: 'other' }]],
    ['one group', { group: 'g' }, [{ group: 'g' }]],
    ['one topic of a group', { group: 'g', topic: 'a' }, [{ group: 'g', topic: 'a' }]],
    [
      'one partition',
      { group: 'g', topic: 'a', partition: '2' },
      [{ group: 'g', topic: 'a', partition: '2' }],
    ],
    [
      'by partition, in the order of numbers',
      { group: 'g', byPartition: true },
      ['0', '1', '2', '10'].map((partition) => ({ group: 'g', topic: 'a', partition })),
    ],
  ])('%s', async (_name, filter, expected) => {
    const answer = await read(filter);
    expect(answer.series.map((line) => line.labels)).toEqual(expected);
    expect(answer.total).toBe(expected.length);
  });
});

describe('upkeep', () => {
  async function keepGoing(nowMs: number): Promise<void> {
    while (await rollUpHistory(database, plan, nowMs));
    await sweepHistory(database, plan, nowMs);
  }

  it('keeps peaks, dips and gaps of what it rolls up, and answers up to now', async () => {
    for (let minute = 0; minute < 30; minute++) {
      if (minute === 10) continue;
      await writer.write('local', start + minute * 60_000, [lag(100 + minute)]);
      await writer.write('local', start + minute * 60_000 + 30_000, [lag(minute === 5 ? 9_999 : 1)]);
    }
    const nowMs = start + 30 * 60_000;
    await keepGoing(nowMs);
    const rollups = await database.rollup.findMany({
      where: { resolutionSeconds: 60 },
      orderBy: { bucketMs: 'asc' },
    });
    expect(rollups).toHaveLength(28);
    expect(rollups[5]).toMatchObject({ min: 105, max: 9_999, sum: 10_104, count: 2, last: 9_999 });
    expect(await database.rollup.count({ where: { resolutionSeconds: 600 } })).toBe(2);

    const answer = await read({ fromMs: start - 7 * DAY + HOUR, toMs: nowMs, points: 2_000 }, nowMs);
    const values = answer.series[0]?.points.map(([, value]) => value) ?? [];
    expect(answer.resolutionSeconds).toBe(600);
    expect(Math.max(...values.filter((value) => value !== null))).toBe(9_999);
    expect(values.at(-1)).not.toBeNull();
    expect(values[0]).toBeNull();
  });

  it('does the same work once, however often it runs', async () => {
    await writer.write('local', start, [lag(1)]);
    await keepGoing(start + 10 * 60_000);
    await keepGoing(start + 10 * 60_000);
    expect(await database.rollup.count({ where: { resolutionSeconds: 60 } })).toBe(1);
  });

  it('lets go of raw points and of lines in their time, and never before they are rolled up', async () => {
    await writer.write('local', start, [lag(1)]);
    await sweepHistory(database, plan, start + 10 * DAY);
    expect(await database.sample.count()).toBe(1);
    await keepGoing(start + 3 * DAY);
    expect(await database.sample.count()).toBe(0);
    expect(await database.rollup.count()).toBe(3);
    await keepGoing(start + 40 * DAY);
    expect(await database.rollup.count()).toBe(0);
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
});
