/** Rounds of commands over a log that commits when the test says so, fills up, and loses the leadership in every phase. */
import { describe, expect, it } from 'vitest';
import type { CommandResult } from './command.ts';
import { CommandRounds } from './command-rounds.ts';
import { SILENT, topicRecords } from './controller-test-kit.ts';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import type { MetadataImage } from './image.ts';
import type { MetadataLogListener } from './metadata-log/metadata-log.ts';
import { MetadataPublisher } from './metadata-publisher.ts';
import type { MetadataRecord } from './metadata-record.ts';
import { MemoryMetadataLog } from './memory-metadata-log.ts';

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

async function startRounds() {
  const fatal: string[] = [];
  const onFatal = (message: string): void => void fatal.push(message);
  const publisher = new MetadataPublisher({
    ...{ platform: createMemoryPlatform(), logger: SILENT, clusterId: 'cluster', onFatal },
    snapshotDue: { bytes: Infinity, intervalMs: 0 },
  });
  const metadataLog = new MemoryMetadataLog();
  const listener: MetadataLogListener = {
    snapshotLoaded: (id, records) => publisher.snapshotLoaded(id, records),
    committed: (records, position) => publisher.committed(records, position),
    leaderChanged: () => undefined,
    becameActive: () => undefined,
    lostLeadership: () => undefined,
  };
  await metadataLog.start(listener);
  const begin = (): CommandRounds =>
    new CommandRounds({
      ...{ epoch: metadataLog.leader.epoch, metadataLog, logger: SILENT, onFatal },
      image: () => publisher.image(),
    });
  return { rounds: begin(), begin, publisher, metadataLog, fatal };
}

const topicId = (index: number): string => {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(index + 1, 12);
  return bytes.toString('base64url');
};

/** Creates topic `name` unless it is there; says how many topics were there before. */
function create(index: number): (image: MetadataImage) => CommandResult<number> {
  return (image) => {
    const name = `t${String(index)}`;
    const records = image.topicsByName.has(name) ? [] : topicRecords(name, topicId(index), [[0]]);
    return { records, response: image.topicsByName.size };
  };
}

const code = (error: unknown): unknown => (error as { readonly errorCode?: number }).errorCode;

describe('CommandRounds', () => {
  it('decides each command upon what those before it left, and appends a round at once', async () => {
    const { rounds, metadataLog, publisher } = await startRounds();
    const answers = await Promise.all([0, 1, 0, 2].map((index) => rounds.run(create(index))));
    expect(answers).toEqual([0, 1, 2, 2]);
    expect(metadataLog.appends).toEqual([3]);
    expect([...publisher.image().topicsByName.keys()]).toEqual(['t0', 't1', 't2']);
  });

  it('answers only what is committed and published here, and decides what came meanwhile on top of that', async () => {
    const { rounds, metadataLog, publisher } = await startRounds();
    metadataLog.holdsBack = true;
    const answered: string[] = [];
    void rounds
      .run(create(0))
      .then(() => answered.push(`0 of ${String(publisher.image().topicsByName.size)}`));
    await settle();
    void rounds.run(create(1)).then((before) => answered.push(`1 after ${String(before)}`));
    void rounds.run(create(2)).then((before) => answered.push(`2 after ${String(before)}`));
    await settle();
    expect([answered, metadataLog.appends, publisher.image().topicsByName.size]).toEqual([[], [1], 0]);
    metadataLog.commit();
    await settle();
    expect([answered, metadataLog.appends]).toEqual([['0 of 1'], [1, 2]]);
    metadataLog.commit();
    await settle();
    expect(answered).toEqual(['0 of 1', '1 after 1', '2 after 2']);
  });

  it('gives records the offsets that they were decided with', async () => {
    const { rounds, publisher, metadataLog } = await startRounds();
    const offsets: number[] = [];
    const note = (index: number) => (image: MetadataImage) => {
      offsets.push(image.offset + 1);
      return create(index)(image);
    };
    await Promise.all([rounds.run(note(0)), rounds.run(note(1))]);
    await rounds.run(note(2));
    // One control record of the leader stands in front.
    expect(offsets).toEqual([1, 3, 5]);
    expect([publisher.image().offset, metadataLog.endOffset]).toEqual([6, 7]);
  });

  it('writes nothing for what changes nothing', async () => {
    const { rounds, metadataLog } = await startRounds();
    metadataLog.holdsBack = true;
    expect(await rounds.run(() => ({ records: [], response: 'as it was' }))).toBe('as it was');
    expect(metadataLog.appends).toEqual([]);
  });

  it('writes a command that may be divided as several batches of one append', async () => {
    const { rounds, metadataLog, publisher } = await startRounds();
    const replicas = Array.from({ length: 12_000 }, () => [0]);
    const records = topicRecords('big', topicId(0), replicas);
    await rounds.run(() => ({ records, response: null, divisible: true }));
    expect(metadataLog.appends).toEqual([2]);
    expect(publisher.image().topicsByName.get('big')?.partitions.size).toBe(12_000);
  });

  it('leaves the others of a round alone when one fails, whether it throws or contradicts the image', async () => {
    const { rounds, publisher, fatal } = await startRounds();
    const nonsense: MetadataRecord[] = [
      ...topicRecords('half', topicId(7), [[0]]),
      { type: 'RemoveTopicRecord', topicId: topicId(99) },
    ];
    const results = await Promise.allSettled([
      rounds.run(create(0)),
      rounds.run(() => {
        throw new Error('a mistake');
      }),
      rounds.run(() => ({ records: nonsense, response: null })),
      rounds.run(create(0)),
      rounds.run(create(1)),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect([...publisher.image().topicsByName.keys()]).toEqual(['t0', 't1']);
    expect(fatal).toEqual([]);
  });

  it('refuses a round that the disk has no room for, and decides the next as if it had not been', async () => {
    const { rounds, metadataLog, publisher, fatal } = await startRounds();
    metadataLog.isFull = true;
    const refused = await Promise.allSettled([rounds.run(create(0)), rounds.run(create(1))]);
    expect(refused.map((result) => result.status === 'rejected' && code(result.reason))).toEqual([56, 56]);
    metadataLog.isFull = false;
    expect(await rounds.run(create(0))).toBe(0);
    expect([publisher.image().topicsByName.size, fatal]).toEqual([1, []]);
  });

  it('ends the process when the log fails in a way that nobody knows', async () => {
    const { rounds, metadataLog, fatal } = await startRounds();
    metadataLog.append = () => Promise.reject(new Error('broken'));
    await expect(rounds.run(create(0))).rejects.toMatchObject({ errorCode: 56 });
    expect(fatal).toHaveLength(1);
  });

  describe('when leadership is lost', () => {
    it('answers NOT_CONTROLLER to what is under way, what waits and what comes', async () => {
      const { rounds, metadataLog, publisher } = await startRounds();
      metadataLog.holdsBack = true;
      const underWay = rounds.run(create(0)).catch(code);
      await settle();
      const waiting = rounds.run(create(1)).catch(code);
      rounds.end('lost');
      expect(await Promise.all([underWay, waiting, rounds.run(create(2)).catch(code)])).toEqual([41, 41, 41]);
      metadataLog.lose();
      await settle();
      expect([publisher.image().topicsByName.size, metadataLog.appends]).toEqual([0, [1]]);
    });

    it('before the first turn of a round, appends nothing', async () => {
      const { rounds, metadataLog } = await startRounds();
      const waiting = rounds.run(create(0)).catch(code);
      rounds.end('lost');
      expect(await waiting).toBe(41);
      await settle();
      expect(metadataLog.appends).toEqual([]);
    });

    it('and the append says so first, answers NOT_CONTROLLER as well', async () => {
      const { rounds, metadataLog } = await startRounds();
      metadataLog.holdsBack = true;
      const underWay = rounds.run(create(0)).catch(code);
      await settle();
      metadataLog.lose();
      expect(await underWay).toBe(41);
    });

    it.each([0, 1])('begins anew with what is committed, %d lost appends of it', async (kept) => {
      const { rounds, begin, metadataLog, publisher } = await startRounds();
      metadataLog.holdsBack = true;
      const underWay = rounds.run(create(0)).catch(code);
      await settle();
      rounds.end('lost');
      metadataLog.lose(kept);
      metadataLog.holdsBack = false;
      metadataLog.win();
      const next = begin();
      expect(await underWay).toBe(41);
      expect(await next.run(create(1))).toBe(kept);
      expect(publisher.image().topicsByName.size).toBe(kept + 1);
    });
  });

  it('takes 10,000 waiting commands and refuses more, but never its own', async () => {
    const { rounds, metadataLog } = await startRounds();
    metadataLog.holdsBack = true;
    void rounds.run(create(0));
    await settle();
    const nothing = () => ({ records: [], response: 1 });
    const waiting = Array.from({ length: 10_000 }, () => rounds.run(nothing));
    expect(await rounds.run(nothing).catch(code)).toBe(7);
    const own = rounds.run(nothing, true);
    metadataLog.holdsBack = false;
    metadataLog.commit();
    expect(await Promise.all([...waiting, own])).toHaveLength(10_001);
  });

  it('does not let a round grow without end', async () => {
    const { rounds, metadataLog } = await startRounds();
    await Promise.all(Array.from({ length: 2_500 }, (_unused, index) => rounds.run(create(index))));
    expect(metadataLog.appends).toEqual([1_000, 1_000, 500]);
  });
});
