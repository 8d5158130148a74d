/**
 * A log whose files rot: single bits of the `.log` files flipped anywhere, while it runs, before a clean start and before one
 * that recovers. What is read is what was written, or damage is reported; a log that was cut says so.
 */
import { describe, expect, it } from 'vitest';
import { createMemoryPlatform, type MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { SeededRandom } from '../../platform/memory/memory-time.ts';
import { openLog, TEST_DIRECTORY } from '../log-test-kit.ts';
import type { PartitionLog } from '../partition-log.ts';
import { LogHistory } from './log-history.ts';
import { SMALL_SEGMENTS, write } from './workload.ts';

const FLIPS = 1_000;
/** Printed with every failure; another one tries other bits. */
const SEED = 20_261_121;
const BATCHES = 9;

interface Written {
  readonly log: PartitionLog;
  readonly lines: readonly string[];
  readonly platform: MemoryPlatform;
  readonly history: LogHistory;
  /** By path. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Nine batches in three segments, closed cleanly or left open. */
async function written(isClosed: boolean): Promise<Written> {
  const platform = createMemoryPlatform();
  const { log, logger } = openLog(SMALL_SEGMENTS, { platform });
  const history = new LogHistory();
  write(log, history, BATCHES);
  await history.flush(log);
  if (isClosed) await log.close();
  const names = platform.disk.list(TEST_DIRECTORY).map((name) => `${TEST_DIRECTORY}/${name}`);
  const files = new Map(names.map((path) => [path, platform.disk.readFile(path)]));
  return { log, lines: logger.lines, platform, history, files };
}

function put(platform: MemoryPlatform, path: string, content: Buffer): void {
  const file = platform.disk.open(path, { create: true });
  file.truncate(0);
  file.write([content], 0);
  file.close();
}

/** All files as they were, apart from one bit of one `.log` file. */
function flip({ platform, files }: Written, random: SeededRandom): string {
  for (const name of platform.disk.list(TEST_DIRECTORY)) {
    if (!files.has(`${TEST_DIRECTORY}/${name}`)) platform.disk.removeFile(`${TEST_DIRECTORY}/${name}`);
  }
  for (const [path, content] of files) put(platform, path, content);
  const logs = [...files].filter(([path]) => path.endsWith('.log'));
  let at = random.below(logs.reduce((sum, [, content]) => sum + content.length, 0));
  for (const [path, content] of logs) {
    if (at >= content.length) {
      at -= content.length;
      continue;
    }
    const damaged = Buffer.from(content);
    const bit = random.below(8);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
    put(platform, path, damaged);
    return `bit ${String(bit)} of byte ${String(at)} of ${path}`;
  }
  throw new Error('unreachable: the position lies in one of the files');
}

/** Runs `look` after each of the flips; a failure says which one it was. Gives how many of them were noticed. */
function forEachFlip(data: Written, look: () => boolean): number {
  const random = new SeededRandom(SEED);
  let noticed = 0;
  for (let round = 0; round < FLIPS; round++) {
    const where = flip(data, random);
    try {
      if (look()) noticed++;
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`seed ${String(SEED)}, flip ${String(round)}, ${where}: ${message}`, { cause });
    }
  }
  return noticed;
}

describe(`a thousand flipped bits (seed ${String(SEED)})`, () => {
  it('while the log is open', async () => {
    const data = await written(false);
    const noticed = forEachFlip(data, () => data.history.expectNoWrongByte(data.log, data.lines) > 0);
    // All but those in the leader epoch, which no checksum covers.
    expect(noticed).toBeGreaterThan(FLIPS * 0.95);
  });

  it.each([true, false])('before a start that trusts the clean stop: %s', async (cleanShutdown) => {
    const data = await written(true);
    const noticed = forEachFlip(data, () => {
      const { log, logger } = openLog(SMALL_SEGMENTS, {
        ...{
          platform: data.platform,
          cleanShutdown,
          recoveryPoint: cleanShutdown ? data.history.endOffset : 0,
        },
      });
      const reports = data.history.expectNoWrongByte(log, logger.lines);
      const end = log.logEndOffset;
      log.abandon();
      return reports > 0 || end < data.history.endOffset;
    });
    expect(noticed).toBeGreaterThan(FLIPS * 0.95);
  });
});
