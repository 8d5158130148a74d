/**
 * What is left of a log after a crash or damage: the longest good prefix, nothing else, and it can be written on.
 * Every truncation length, every byte's damage, every step of a roll and of retention.
 */
import { describe, expect, it } from 'vitest';
import { SeededRandom, settle } from '../platform/memory/memory-time.ts';
import type { MemoryPlatform } from '../platform/memory/memory-platform.ts';
import { CorruptLogError } from './log-errors.ts';
import { append, batchOf, openLog, readAll, readHeaders, TEST_DIRECTORY } from './log-test-kit.ts';

const T0 = 1_767_225_600_000;
const FIRST = `${TEST_DIRECTORY}/00000000000000000000`;

function overwrite(platform: MemoryPlatform, path: string, content: Buffer): void {
  const file = platform.disk.open(path, { create: true });
  file.truncate(0);
  file.write([content], 0);
  file.close();
}

describe('a torn last batch', () => {
  it('is cut off at every length, one line says where, and the next append takes its offset', () => {
    const { log, platform } = openLog();
    for (let i = 0; i < 3; i++) append(log, batchOf(4));
    const lastBytes = batchOf(4).length;
    const whole = platform.disk.readFile(`${FIRST}.log`);
    for (let missing = 1; missing < lastBytes; missing++) {
      overwrite(platform, `${FIRST}.log`, whole.subarray(0, whole.length - missing));
      const again = openLog({}, { platform });
      expect(again.log.logEndOffset).toBe(8);
      expect(again.logger.lines.filter((line) => line.includes('was cut from'))).toEqual([
        expect.stringContaining(
          `${FIRST}.log was cut from ${whole.length - missing} to ${whole.length - lastBytes} bytes`,
        ),
      ]);
      expect(append(again.log, batchOf(4)).baseOffset).toBe(8);
      expect(platform.disk.readFile(`${FIRST}.log`)).toHaveLength(whole.length);
      again.log.abandon();
    }
  });

  it('is also found when the clean-shutdown mark lies', () => {
    const { log, platform } = openLog();
    for (let i = 0; i < 3; i++) append(log, batchOf(4));
    const whole = platform.disk.readFile(`${FIRST}.log`);
    overwrite(platform, `${FIRST}.log`, whole.subarray(0, whole.length - 7));
    expect(openLog({}, { platform, cleanShutdown: true }).log.logEndOffset).toBe(8);
  });
});

describe('damage', () => {
  it.each([0, 4, 8])(
    'in batch %i of nine over three segments keeps exactly what is before it',
    async (damaged) => {
      const size = batchOf(2).length;
      const config = { segmentBytes: 3 * size };
      const { log, platform } = openLog(config);
      for (let i = 0; i < 9; i++) append(log, batchOf(2));
      await log.flush();
      expect(log.segmentCount).toBe(3);
      const path = `${TEST_DIRECTORY}/${String(Math.floor(damaged / 3) * 6).padStart(20, '0')}.log`;
      const bytes = platform.disk.readFile(path);
      const at = (damaged % 3) * size + 70;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      overwrite(platform, path, bytes);
      const again = openLog(config, { platform });
      expect(again.log.logEndOffset).toBe(damaged * 2);
      expect(again.logger.lines.join()).toContain('the checksum does not match');
      expect(append(again.log, batchOf(2)).baseOffset).toBe(damaged * 2);
      expect(readHeaders(again.log)).toHaveLength(damaged + 1);
    },
  );

  it('below the recovery point is not looked for at start, and never handed out', async () => {
    const { log, platform } = openLog();
    for (let i = 0; i < 5; i++) append(log, batchOf(3));
    const good = readAll(log);
    await log.close();
    const whole = platform.disk.readFile(`${FIRST}.log`);
    const random = new SeededRandom(20);
    for (let seed = 0; seed < 1000; seed++) {
      const bytes = Buffer.from(whole);
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      overwrite(platform, `${FIRST}.log`, bytes);
      const again = openLog({}, { platform, cleanShutdown: true });
      expectPrefixOf(again.log, good, at);
      again.log.abandon();
    }
  });

  /** Base offset and leader epoch lie outside the checksum; everything else that is handed out must be as written. */
  function expectPrefixOf(log: ReturnType<typeof openLog>['log'], good: Buffer, flipped: number): void {
    const inBatch = flipped % (good.length / 5);
    const isUncovered = inBatch < 8 || (inBatch >= 12 && inBatch < 16);
    try {
      const seen = readAll(log);
      if (!isUncovered) expect(seen.equals(good.subarray(0, seen.length))).toBe(true);
    } catch (error) {
      if (!isUncovered) expect(error).toBeInstanceOf(CorruptLogError);
    }
  }
});

describe('index files', () => {
  const config = { segmentBytes: 4000, indexIntervalBytes: 150 };

  function filled() {
    const opened = openLog(config);
    for (let i = 0; i < 120; i++)
      append(opened.log, batchOf(1 + (i % 4), { timestampMs: T0 + ((i * 37) % 100) * 10 }));
    return opened;
  }

  function indexFiles(platform: MemoryPlatform): Map<string, Buffer> {
    const names = platform.disk.list(TEST_DIRECTORY).filter((name) => name.endsWith('index'));
    return new Map(names.map((name) => [name, platform.disk.readFile(`${TEST_DIRECTORY}/${name}`)]));
  }

  it('are built again exactly as they were', async () => {
    const { log, platform } = filled();
    await log.close();
    const original = indexFiles(platform);
    expect(original.size).toBeGreaterThan(4);
    openLog(config, { platform }).log.abandon();
    expect(indexFiles(platform)).toEqual(original);
    for (const name of original.keys()) platform.disk.removeFile(`${TEST_DIRECTORY}/${name}`);
    const again = openLog(config, { platform, cleanShutdown: true });
    readHeaders(again.log);
    again.log.offsetByTime(T0 + 500);
    for (const [name, bytes] of indexFiles(platform))
      expect([name, bytes]).toEqual([name, original.get(name)]);
  });

  it.each(['index', 'timeindex'])('that are damaged in any way (.%s) change no answer', async (suffix) => {
    const { log, platform } = filled();
    const everything = readAll(log);
    const times = [0, T0 + 5, T0 + 455, T0 + 990, T0 + 993, T0 + 2000];
    const answers = times.map((time) => log.offsetByTime(time));
    const youngest = log.offsetOfMaxTime();
    const end = log.logEndOffset;
    await log.close();
    const original = indexFiles(platform);
    const random = new SeededRandom(3);
    for (let round = 0; round < 60; round++) {
      for (const [name, bytes] of original) {
        const damaged = name.endsWith(`.${suffix}`) ? damage(bytes, random) : bytes;
        overwrite(platform, `${TEST_DIRECTORY}/${name}`, damaged);
      }
      const again = openLog(config, { platform, cleanShutdown: true });
      expect(again.log.logEndOffset).toBe(end);
      for (let offset = 0; offset < end; offset += 17) {
        expect(readHeaders(again.log, offset)[0]?.lastOffset).toBeGreaterThanOrEqual(offset);
      }
      expect(readAll(again.log).equals(everything)).toBe(true);
      expect(times.map((time) => again.log.offsetByTime(time))).toEqual(answers);
      expect(again.log.offsetOfMaxTime()).toEqual(youngest);
      again.log.abandon();
    }
  });

  function damage(bytes: Buffer, random: SeededRandom): Buffer {
    const copy = Buffer.from(bytes);
    switch (random.below(4)) {
      case 0:
        return copy.subarray(0, random.below(copy.length + 1));
      case 1:
        return copy.fill(0);
      case 2:
        return Buffer.alloc(0);
      default: {
        const at = random.below(copy.length);
        if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
        return copy;
      }
    }
  }
});

describe('stray files', () => {
  it('are tidied up, and no data comes from them', async () => {
    const { log, platform } = openLog();
    append(log, batchOf(2));
    await settle();
    log.abandon();
    const write = (name: string, content: Buffer): void =>
      overwrite(platform, `${TEST_DIRECTORY}/${name}`, content);
    const batch = platform.disk.readFile(`${FIRST}.log`);
    write('00000000000000000007.log.deleted', batch);
    write('00000000000000000008.log.cleaned', batch);
    write('00000000000000000009.index', Buffer.alloc(8));
    write('00000000000000000002.snapshot.4.tmp', Buffer.alloc(3));
    write('00000000000000000099.snapshot', Buffer.alloc(3));
    write('notes.txt', Buffer.from('mine'));
    // A segment that claims offsets the log before it has already.
    write('00000000000000000001.log', batch);
    const again = openLog({}, { platform });
    expect(again.log.logEndOffset).toBe(2);
    await again.log.flush();
    expect(platform.disk.list(TEST_DIRECTORY)).toEqual([
      '00000000000000000000.log',
      '00000000000000000001.log.deleted',
      'notes.txt',
    ]);
  });

  it('an empty segment at the end is used on', () => {
    const { log, platform } = openLog();
    append(log, batchOf(2));
    log.abandon();
    overwrite(platform, `${TEST_DIRECTORY}/00000000000000000002.log`, Buffer.alloc(0));
    for (const cleanShutdown of [true, false]) {
      const again = openLog({}, { platform, cleanShutdown });
      expect(again.log.logEndOffset).toBe(2);
      again.log.abandon();
    }
    expect(append(openLog({}, { platform }).log, batchOf(1)).baseOffset).toBe(2);
  });
});

describe('a power cut at any step', () => {
  it('leaves a good prefix that holds everything flushed before', async () => {
    const size = batchOf(2, { valueBytes: 50 }).length;
    const config = { segmentBytes: 3 * size, indexIntervalBytes: 100, retentionBytes: 5 * size };
    let cutsTried = 0;
    for (let step = 0; ; step++) {
      const { log, platform } = openLog(config);
      platform.disk.faults.haltAfter(step, step % 90);
      let flushed = 0;
      for (let i = 0; i < 12 && !log.isOffline; i++) {
        append(log, batchOf(2, { valueBytes: 50, label: `b${i}` }));
        if (i % 4 === 3) {
          const end = log.logEndOffset;
          await log.flush().then(
            () => (flushed = end),
            () => undefined,
          );
          log.applyRetention(log.logEndOffset);
        }
      }
      const reached = platform.disk.faults.changes <= step;
      await settle();
      platform.disk.crash({ keep: step % 2 === 0 ? 'nothing' : 'random', seed: step });
      const again = openLog(config, { platform });
      expect(again.log.logEndOffset).toBeGreaterThanOrEqual(flushed);
      const headers = readHeaders(again.log);
      const offsets = headers.map(({ baseOffset }) => baseOffset);
      expect(offsets).toEqual(offsets.map((_, index) => (offsets[0] ?? 0) + index * 2));
      expect(append(again.log, batchOf(2))).toMatchObject({ errorCode: 0 });
      cutsTried++;
      if (reached) break;
    }
    expect(cutsTried).toBeGreaterThan(40);
  });
});
