/**
 * The files beside a log's segments, damaged one at a time: flipped, cut short, zeroed, removed. They are short cuts only, so
 * every answer by offset, by time, by leader epoch and to a repeated batch is that of an undamaged log. And damage to one batch
 * of nine in three segments, part by part: what comes before it survives, and a line names the file and the place.
 */
import { describe, expect, it } from 'vitest';
import { createMemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { SeededRandom } from '../../platform/memory/memory-time.ts';
import { openLog, TEST_DIRECTORY } from '../log-test-kit.ts';
import { damagedFiles, DAMAGES, filesBelow, restored, type Files } from './damages.ts';
import { LogHistory } from './log-history.ts';
import { BATCH_BYTES, BATCHES_PER_SEGMENT, RECORDS_PER_BATCH, SMALL_SEGMENTS, write } from './workload.ts';

const ROUNDS = 24;
const BATCHES = 30;
/** Several index entries a segment. */
const LONGER_SEGMENTS = { ...SMALL_SEGMENTS, segmentBytes: 12 * BATCH_BYTES };

interface Written {
  readonly history: LogHistory;
  readonly files: Files;
}

/** A log that was closed cleanly. */
async function written(batches: number, config = SMALL_SEGMENTS): Promise<Written> {
  const platform = createMemoryPlatform();
  const { log } = openLog(config, { platform });
  const history = new LogHistory();
  write(log, history, batches);
  await history.close(log);
  return { history, files: filesBelow(platform, TEST_DIRECTORY) };
}

describe.each(['.index', '.timeindex', '.snapshot', 'leader-epoch-checkpoint'])(
  'a %s file with',
  (suffix) => {
    it.each(Object.keys(DAMAGES))('%s changes no answer', async (name) => {
      const { history, files } = await written(BATCHES, LONGER_SEGMENTS);
      const victims = [...files.keys()].filter((path) => path.endsWith(suffix));
      expect(victims.length).toBeGreaterThan(0);
      const random = new SeededRandom(5);
      for (let round = 0; round < ROUNDS; round++) {
        const victim = victims[round % victims.length] ?? '';
        const damaged = damagedFiles(files, victim, name, random);
        for (const cleanShutdown of [true, false]) {
          const recoveryPoint = cleanShutdown ? history.endOffset : 0;
          const { log } = openLog(SMALL_SEGMENTS, {
            platform: restored(damaged),
            cleanShutdown,
            recoveryPoint,
          });
          try {
            // One digit of an epoch may become another: nothing in Kafka's format tells.
            const hasEpochs = suffix !== 'leader-epoch-checkpoint' || name !== 'a flipped bit';
            history.expectFaithful(log, { kept: 'all', hasEpochs });
          } catch (cause) {
            const what = `${victim}, round ${String(round)}, ${cleanShutdown ? 'clean' : 'unclean'} start`;
            throw new Error(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
          }
          log.abandon();
        }
      }
    });
  },
);

/** What becomes of one batch, in place. Offsets are those of the batch format. */
const PARTS: Readonly<Record<string, (batch: Buffer) => void>> = {
  magic: (batch) => batch.writeInt8(3, 16),
  'old magic': (batch) => batch.writeInt8(1, 16),
  checksum: (batch) => batch.writeUInt32BE((batch.readUInt32BE(17) ^ 1) >>> 0, 17),
  'length, too large': (batch) => batch.writeInt32BE(0x7fff_ffff, 8),
  'length, too small': (batch) => batch.writeInt32BE(4, 8),
  'length, negative': (batch) => batch.writeInt32BE(-1, 8),
  'record count': (batch) => batch.writeInt32BE(RECORDS_PER_BATCH + 1, 57),
  'last offset': (batch) => batch.writeInt32BE(RECORDS_PER_BATCH, 23),
  'base offset': (batch) => batch.writeBigInt64BE(batch.readBigInt64BE(0) + 1n, 0),
  content: (batch) => batch.fill(0x7a, 100, 104),
  'a varint': (batch) => batch.fill(0xff, 61, 72),
  everything: (batch) => void batch.fill(0),
};

describe('damage to one of nine batches in three segments:', () => {
  const batches = 9;
  it.each(Object.keys(PARTS))('%s', async (part) => {
    const { history, files } = await written(batches);
    for (let damagedBatch = 0; damagedBatch < batches; damagedBatch++) {
      const base = Math.floor(damagedBatch / BATCHES_PER_SEGMENT) * BATCHES_PER_SEGMENT * RECORDS_PER_BATCH;
      const path = `${TEST_DIRECTORY}/${String(base).padStart(20, '0')}.log`;
      const bytes = Buffer.from(files.get(path) ?? Buffer.alloc(0));
      const at = (damagedBatch % BATCHES_PER_SEGMENT) * BATCH_BYTES;
      PARTS[part]?.(bytes.subarray(at, at + BATCH_BYTES));
      const damaged = new Map(files).set(path, bytes);
      const unclean = openLog(SMALL_SEGMENTS, { platform: restored(damaged) });
      expect(unclean.log.logEndOffset).toBe(damagedBatch * RECORDS_PER_BATCH);
      expect(unclean.logger.lines.join('\n')).toContain(
        `${path} was cut from ${String(bytes.length)} to ${String(at)} bytes`,
      );
      expect(history.expectNoWrongByte(unclean.log, unclean.logger.lines)).toBe(0);
      const trusting = { platform: restored(damaged), cleanShutdown: true, recoveryPoint: history.endOffset };
      const clean = openLog(SMALL_SEGMENTS, trusting);
      const reports = history.expectNoWrongByte(clean.log, clean.logger.lines);
      if (clean.log.logEndOffset === history.endOffset) expect(reports).toBeGreaterThan(0);
    }
  });
});
