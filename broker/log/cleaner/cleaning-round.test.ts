/** Whole rounds over a log on a memory disk: what a reader finds after them, what stays, what the files are called. */
import { describe, expect, it } from 'vitest';
import {
  cleanAll,
  DIRECTORY,
  openCompacted,
  readBatches,
  readRecords,
  seal,
  write,
} from './cleaner-test-kit.ts';

const HORIZON = 0x40;

describe('a round', () => {
  it('keeps the last value of each key at its offset, and is then done', async () => {
    const { log, cleaner, platform } = openCompacted();
    for (let i = 0; i < 60; i++) write(log, [[`k${i % 7}`, `v${i}`]]);
    await seal(log);
    const expected = new Map(readRecords(log).map((record) => [record.key, record]));
    const segmentsBefore = log.segmentCount;
    expect(await cleanAll(cleaner)).toBe(1);
    const found = readRecords(log).filter(({ key }) => key.startsWith('k'));
    const byOffset = [...expected.values()].sort((one, other) => one.offset - other.offset);
    expect(found).toEqual(byOffset.filter(({ key }) => key.startsWith('k')));
    expect(log.segmentCount).toBeLessThan(segmentsBefore);
    expect(platform.disk.list(DIRECTORY).filter((name) => /cleaned|swap/.test(name))).toEqual([]);
    expect(platform.disk.readFile('/data/cleaner-offset-checkpoint').toString()).toBe(
      `0\n1\nt 0 ${log.segments.at(-1)?.baseOffset ?? -1}\n`,
    );
  });

  it('keeps a tombstone for delete.retention.ms from the first round that sees it last', async () => {
    const { log, cleaner, platform } = openCompacted({ config: { deleteRetentionMs: 1000 } });
    write(log, [['k', 'v']]);
    write(log, [
      ['k', null],
      ['other', 'x'],
    ]);
    await seal(log);
    await platform.advance(5000);
    await cleanAll(cleaner);
    expect(readRecords(log).filter(({ key }) => key === 'k')).toEqual([{ offset: 1, key: 'k', value: null }]);
    const tombstone = readBatches(log).find(({ header }) => header.lastOffset === 2);
    expect(tombstone?.header.attributes).toBe(HORIZON);
    expect(tombstone?.header.baseTimestampMs).toBe(platform.clock.wallMs() + 1000);
    expect(tombstone?.records.map(({ timestampMs }) => timestampMs)).toEqual([
      1_767_225_600_000, 1_767_225_600_000,
    ]);
    await platform.advance(999);
    await seal(log);
    await cleanAll(cleaner);
    expect(readRecords(log).map(({ key }) => key)).toContain('k');
    await platform.advance(1);
    await seal(log);
    await cleanAll(cleaner);
    expect(readRecords(log).map(({ key }) => key)).not.toContain('k');
    expect(readRecords(log).map(({ key }) => key)).toContain('other');
  });
});
