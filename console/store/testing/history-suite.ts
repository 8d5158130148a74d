/** Writing and reading of history: the same on every database. */
import { beforeEach, describe, expect, it } from 'vitest';
import { LineBook } from '../../model/line-book.ts';
import { tellList, type Sample } from '../../model/testing/listed-samples.ts';
import type { Database } from '../database.ts';
import { rollUpHistory } from '../history-upkeep.ts';
import { SHOWN_POINTS_MAX, type HistoryRequest } from '../history.ts';
import { lastRoundMs, readStretch, type StretchRequest } from '../past-rounds.ts';
import { readPastWrites } from '../past-writes.ts';
import { SampleWriter } from '../samples.ts';
import { ListedWriter } from './listed-writer.ts';
import { DAY, emptied, HOUR, lag, plan, readLags, sample, start } from './written-history.ts';

export function historySuite(current: () => Database): void {
  let database: Database;
  let writer: ListedWriter;

  beforeEach(async () => {
    database = current();
    writer = await emptied(database);
  });

  const read = (changes: Partial<HistoryRequest>, nowMs = start + HOUR) => readLags(database, changes, nowMs);

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
      await new ListedWriter(database).write('local', start, [lag(3)]);
      expect(await database.sample.count()).toBe(1);
      expect(await database.series.count()).toBe(1);
      expect((await read({})).series[0]?.points[0]).toEqual([start, 3]);
    });

    it('come back exactly, whatever number they are', async () => {
      const whole = [0, -7, 2 ** 53 - 1, -(2 ** 53) + 1, 2 ** 62, 1e300];
      const broken = [0.1 + 0.2, 1 / 3, -2 / 3, 1e-7, 123_456_789.123_456_78, 5e-324, Math.PI * 1e200];
      for (let turn = 1; turn < 100; turn++) broken.push(Math.tan(turn) * 10 ** ((turn % 31) - 15));
      const numbers = [...whole, ...broken];
      for (const [round, number] of numbers.entries())
        await writer.write('local', start + round * 10_000, [lag(number)]);
      const toMs = start + numbers.length * 10_000;
      const answer = await read({ toMs, points: 4_000 }, toMs);
      expect(answer.series[0]?.points.map(([, value]) => value)).toEqual(numbers);
    });

    it.each([
      ['as rows of an hour', 0, false],
      ['as rows of a part of it', 600_000, false],
      ['out of chunks', 0, true],
      ['as rows behind chunks', -HOUR, true],
    ])('of the lines that were highest in the window, %s', async (_how, laterMs, chunked) => {
      const fromMs = start + laterMs;
      const peaksAtMs = laterMs < 0 ? start + 2 * HOUR : start + HOUR;
      const names = Array.from({ length: 450 }, (_, index) => `g${String(index).padStart(3, '0')}`);
      const peaks = new Map([
        ['g444', 9],
        ['g007', 8],
        ['g201', 7],
      ]);
      const early = names.filter((name) => name !== 'g300').map((name) => lag(peaks.get(name) ?? 3, name));
      await writer.write('local', fromMs - HOUR, [...names.map((name) => lag(99, name))]);
      await writer.write('local', peaksAtMs, [...early, sample('topic.sizeBytes', { topic: 'a' }, 1)]);
      await writer.write('local', peaksAtMs + 10_000, [...names.slice(0, 300).map((name) => lag(1, name))]);
      const nowMs = start + 2 * HOUR + 120_000;
      if (chunked) while (await rollUpHistory(database, plan, nowMs));
      const answer = await read({ fromMs, toMs: nowMs, points: 2_000, top: 2 }, nowMs);
      expect(answer.series.map(({ labels }) => labels['group'])).toEqual(['g007', 'g444']);
      expect(answer.series.map(({ points }) => points.find(([, value]) => value !== null))).toEqual([
        [peaksAtMs, 8],
        [peaksAtMs, 9],
      ]);
      expect(answer.total).toBe(449);
      const all = await read({ fromMs, toMs: nowMs, points: 2_000 }, nowMs);
      expect([all.series.length, all.total]).toEqual([200, 450]);
    });

    it('of the highest line, by the peaks of chunks that are in the window as a whole, and by points of the others', async () => {
      // Before the shorter window `a` is highest, in it `b`, after it `c`.
      for (let atMs = start; atMs <= start + 6 * HOUR; atMs += HOUR / 12)
        await writer.write('local', atMs, [
          lag(atMs === start + 3.25 * HOUR ? 50 : 1, 'a'),
          lag(5, 'b'),
          lag(atMs === start + 4.75 * HOUR ? 60 : 1, 'c'),
        ]);
      const nowMs = start + 6 * HOUR + 120_000;
      while (await rollUpHistory(database, plan, nowMs));
      expect(await database.chunk.count({ where: { peak: null } })).toBe(0);
      const highest = async (fromHours: number, toHours: number): Promise<string | undefined> => {
        const window = { fromMs: start + fromHours * HOUR, toMs: start + toHours * HOUR };
        const answer = await read({ ...window, points: 60, top: 1 }, nowMs);
        return answer.series[0]?.labels['group'];
      };
      const found = async () => [await highest(3.5, 4.5), await highest(0, 6)];
      expect(await found()).toEqual(['b', 'c']);
      // Only a part of the chunk that has its peak.
      expect([await highest(3.2, 3.3), await highest(4.7, 4.8)]).toEqual(['a', 'c']);
      const { id: seriesId } = await database.series.findFirstOrThrow({ where: { groupId: 'a' } });
      await database.chunk.updateMany({ where: { seriesId }, data: { peak: 70 } });
      expect(await found()).toEqual(['b', 'a']);
      // As they were before peaks were kept.
      await database.chunk.updateMany({ data: { peak: null } });
      expect(await found()).toEqual(['b', 'c']);
      // Whose chunks are all lower than what another has for certain is not read point by point.
      expect(await highest(3.2, 6.02)).toBe('c');
      await database.chunk.updateMany({ data: { peak: 4 } });
      expect(await highest(3.2, 6.02)).toBe('b');
    });

    it('are fewer for each line where there are many', async () => {
      const groups = Array.from({ length: 61 }, (_, index) => `g${String(index)}`);
      await writer.write(
        'local',
        start,
        groups.map((group) => sample('group.lag', { group }, 1)),
      );
      const asked = { group: undefined, fromMs: start, toMs: start + 3.5 * HOUR, points: 2_000 };
      const many = (await read(asked, start + 3.5 * HOUR)).series;
      const share = Math.floor(SHOWN_POINTS_MAX / groups.length);
      expect(many).toHaveLength(groups.length);
      for (const { points } of many) {
        expect(points.length).toBeLessThanOrEqual(share);
        expect(points.length).toBeGreaterThan(share / 2);
      }
      const one = (await read({ ...asked, group: 'g7' }, start + 3.5 * HOUR)).series;
      expect(one[0]?.points.length).toBeGreaterThan(share);
    });

    it('of another cluster are not seen', async () => {
      await writer.write('other', start, [lag(1)]);
      expect((await read({})).series).toEqual([]);
    });
  });

  describe('past writes', () => {
    const rate = (topic: string, value: number): Sample => sample('topic.messagesInPerSec', { topic }, value);
    const written = (nowMs: number) =>
      readPastWrites(database, plan, { clusterId: 'local', nowMs, signal: new AbortController().signal });

    it('are the last moments with a rate, from how it was kept, and since when it was', async () => {
      await writer.write('local', start, [rate('early', 3), rate('late', 0), rate('never', 0)]);
      await writer.write('local', start + 10_000, [rate('early', 0), rate('late', 0), rate('never', 0)]);
      await writer.write('local', start + 3 * HOUR, [rate('early', 0), rate('late', 2), rate('never', 0)]);
      await writer.write('local', start + 3 * HOUR + 10_000, [rate('early', 0), rate('late', 2)]);
      const expected = new Map([
        ['early', { lastMs: start, sinceMs: start }],
        ['late', { lastMs: start + 3 * HOUR + 10_000, sinceMs: start + 3 * HOUR }],
        ['never', { lastMs: null, sinceMs: start }],
      ]);
      const nowMs = start + 3 * HOUR + 20_000;
      expect(await written(nowMs)).toEqual(expected);
      while (await rollUpHistory(database, plan, nowMs));
      expect(await written(nowMs)).toEqual(expected);
      expect((await written(start + 8 * DAY)).get('early')?.lastMs).toBe(start);
      const stopped = { clusterId: 'local', nowMs, signal: AbortSignal.abort() };
      expect(await readPastWrites(database, plan, stopped)).toEqual(new Map());
    });
  });

  describe('past rounds', () => {
    const round = (end: number, behind: number, members: number): Sample[] => [
      sample('topic.identity', { topic: 'a' }, 7),
      sample('topic.endOffset', { topic: 'a', partition: '0' }, end),
      sample('topic.endOffset', { topic: 'b', partition: '0' }, 2 * end),
      sample('group.lag', { group: 'g', topic: 'a', partition: '0' }, behind),
      sample('group.members', { group: 'g' }, members),
    ];
    const minutes = 12;
    const stretch = (changes: Partial<StretchRequest>) =>
      readStretch(database, plan, {
        ...{
          clusterId: 'local',
          intervalMs: 10_000,
          slotMs: 60_000,
          readingsMax: 1_000,
          resolutionSeconds: 60,
        },
        ...{
          startMs: start,
          endMs: start + minutes * 60_000,
          only: null,
          signal: new AbortController().signal,
        },
        ...changes,
      });

    beforeEach(async () => {
      for (let minute = 0; minute < minutes; minute++)
        await writer.write('local', start + minute * 60_000 + 50_000, round(100 + minute, minute, 2));
      await writer.write('other', start + HOUR, round(1, 1, 1));
    });

    it('are the last values of each slot, as kept and as rolled up', async () => {
      const raw = await stretch({ resolutionSeconds: 0 });
      expect(raw.atMs).toEqual(Array.from({ length: minutes }, (_, at) => start + at * 60_000 + 50_000));
      expect([...(raw.ends.get('a')?.get(0) ?? [])]).toEqual(
        Array.from({ length: minutes }, (_, at) => 100 + at),
      );
      expect([...(raw.groups.get('g')?.lags.get('a')?.get(0) ?? [])]).toEqual([...Array(minutes).keys()]);
      expect(raw.groups.get('g')?.members?.[0]).toBe(2);
      expect(raw.identities.get('a')?.[0]).toBe(7);
      expect([...raw.ends.keys()]).toEqual(['a', 'b']);
      while (await rollUpHistory(database, plan, start + DAY));
      expect(await stretch({})).toEqual(raw);
    });

    it('are those of the partitions that are asked for, in longer slots where they would be too many', async () => {
      const only = [{ group: 'g', topic: 'a', partition: 0 }];
      const some = await stretch({ resolutionSeconds: 0, only, readingsMax: (4 * minutes) / 3 });
      expect([...some.ends.keys()]).toEqual(['a']);
      expect([...(some.ends.get('a')?.get(0) ?? [])]).toEqual([102, 105, 108, 111]);
    });

    it('end with the last one of the cluster, and with what time allows', async () => {
      expect(await lastRoundMs(database, 'local', start + DAY)).toBe(start + (minutes - 1) * 60_000 + 50_000);
      expect(await lastRoundMs(database, 'local', start + 60_000)).toBe(start + 50_000);
      expect(await lastRoundMs(database, 'nobody', start + DAY)).toBeNull();
      expect((await stretch({ signal: AbortSignal.abort() })).ends).toEqual(new Map());
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
        ...['1', '2'].map((broker) => sample('broker.bytesInPerSec', { broker }, 3)),
      ]);
    });

    it.each([
      ['one line per group', {}, [{ group: 'g' }, { group: 'other' }]],
      ['one group', { group: 'g' }, [{ group: 'g' }]],
      ['several groups', { groups: ['other', 'g', 'nobody'] }, [{ group: 'g' }, { group: 'other' }]],
      ['of several groups those that are there', { groups: ['other', 'nobody'] }, [{ group: 'other' }]],
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
      ['one broker', { name: 'broker.bytesInPerSec', broker: '2' }, [{ broker: '2' }]],
    ])('%s', async (_name, filter, expected) => {
      const answer = await read(filter);
      expect(answer.series.map((line) => line.labels)).toEqual(expected);
      expect(answer.total).toBe(expected.length);
    });
  });

  describe('a value that stays', () => {
    const values = async (group = 'g') =>
      (await read({ group, toMs: start + 60_000 })).series[0]?.points.map(([, value]) => value);

    it('is written once, and is there in each round', async () => {
      for (let round = 0; round < 6; round++) await writer.write('local', start + round * 10_000, [lag(7)]);
      expect(await database.sample.count()).toBe(1);
      expect(await values()).toEqual([7, 7, 7, 7, 7, 7]);
    });

    it('is written anew after a round that was told and not written', async () => {
      const [keeper, book] = [new SampleWriter(database), new LineBook()];
      const isKey = async (): Promise<boolean[]> =>
        (await database.round.findMany({ orderBy: { atMs: 'asc' } })).map((round) => round.isKey);
      for (const atMs of [start, start + 10_000]) {
        tellList(book, [lag(7)]);
        await keeper.write('local', atMs, book);
      }
      expect(await isKey()).toEqual([true, false]);
      tellList(book, []);
      tellList(book, [lag(7)]);
      await keeper.write('local', start + 20_000, book);
      expect(await isKey()).toEqual([true, false, true]);
      expect(await database.sample.count()).toBe(2);
    });

    it('is not there in a round that was not kept, nor after it was gone', async () => {
      await writer.write('local', start, [lag(7), lag(1, 'other')]);
      await writer.write('local', start + 10_000, [lag(7), lag(1, 'other')]);
      await writer.write('local', start + 30_000, [lag(1, 'other')]);
      await writer.write('local', start + 40_000, [lag(1, 'other')]);
      await writer.write('local', start + 50_000, [lag(7), lag(1, 'other')]);
      expect(await values()).toEqual([7, 7, null, null, null, 7]);
      expect(await values('other')).toEqual([1, 1, null, 1, 1, 1]);
      expect(await database.sample.count({ where: { value: { not: null } } })).toBe(3);
    });

    it('is not carried over a restart or another process, where the line may have gone in between', async () => {
      await writer.write('local', start, [lag(7), lag(1, 'other')]);
      await new ListedWriter(database).write('local', start + 10_000, [lag(1, 'other')]);
      expect(await values()).toEqual([7, null, null, null, null, null]);
      // The first writer does not know what the second wrote, and says everything again.
      await writer.write('local', start + 20_000, [lag(1, 'other'), lag(8)]);
      expect(await values()).toEqual([7, null, 8, null, null, null]);
      expect(await values('other')).toEqual([1, 1, 1, null, null, null]);
    });

    it('is written anew each hour', async () => {
      for (const minute of [0, 30, 59, 60, 90])
        await writer.write('local', start + minute * 60_000, [lag(7)]);
      expect(await database.sample.count()).toBe(2);
      expect(await database.round.count({ where: { isKey: true } })).toBe(2);
    });

    it('of times that a clock set back has still to come to gives way', async () => {
      await writer.write('local', start + 30_000, [lag(3)]);
      await writer.write('local', start + 40_000, [lag(4)]);
      await writer.write('local', start + 10_000, [lag(1)]);
      await writer.write('local', start + 20_000, [lag(1)]);
      expect(await values()).toEqual([null, 1, 1, null, null, null]);
    });

    it('comes back in order when the clock was set back an hour, and ahead again', async () => {
      const set = [0, 10_000, 20_000, 20_000 - HOUR, 30_000 - HOUR, 40_000, 50_000];
      for (const [index, offset] of set.entries()) {
        await writer.write('local', start + HOUR + offset, [lag(index)]);
      }
      const window = { fromMs: start, toMs: start + HOUR + 60_000, points: 2_000 };
      const points = (await read(window, start + 2 * HOUR)).series[0]?.points ?? [];
      const times = points.map(([atMs]) => atMs);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      const known = points.filter(([, value]) => value !== null);
      expect(known).toEqual([
        [start + 20_000, 3],
        [start + 30_000, 4],
        [start + HOUR + 40_000, 5],
        [start + HOUR + 50_000, 6],
      ]);
    });

    it('goes on past the last second of 32 bits', async () => {
      const turn = 2 ** 31 * 1_000 - 8_000;
      for (const [index, atMs] of [turn, turn + 10_000, turn + 20_000].entries()) {
        await writer.write('local', atMs, [lag(index)]);
      }
      const window = { fromMs: turn, toMs: turn + 30_000, points: 300 };
      const answer = await read(window, turn + 40_000);
      expect(answer.series[0]?.points.filter(([, value]) => value !== null)).toEqual([
        [turn, 0],
        [turn + 10_000, 1],
        [turn + 20_000, 2],
      ]);
    });

    it('is not lost with a round that could not be kept', async () => {
      await writer.write('local', start, [lag(1)]);
      await database.$executeRaw`ALTER TABLE "Sample" RENAME TO "Away"`;
      await expect(writer.write('local', start + 10_000, [lag(2)])).rejects.toThrow();
      await database.$executeRaw`ALTER TABLE "Away" RENAME TO "Sample"`;
      await writer.write('local', start + 20_000, [lag(2)]);
      expect(await values()).toEqual([1, null, 2, null, null, null]);
    });
  });
}
