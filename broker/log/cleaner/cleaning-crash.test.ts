/**
 * Compaction that is cut off at every operation of the disk, by a killed process and by power cuts that keep any of the
 * names and sectors that were not forced. After the start every stretch of the log that one segment now covers is
 * exactly as it was before the round or as it is after it; the next round then gets where it wanted.
 */
import { describe, expect, it } from 'vitest';
import type { CrashOptions } from '../../platform/memory/memory-disk.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { settle } from '../../platform/memory/memory-time.ts';
import {
  cleanAll,
  DIRECTORY,
  openCompacted,
  readRecords,
  seal,
  write,
  type CompactedLog,
  type FoundRecord,
} from './cleaner-test-kit.ts';

/** A log that was compacted once and has grown since: the next round makes several groups of its segments. */
async function prepared(): Promise<CompactedLog> {
  const opened = openCompacted({ config: { segmentBytes: 400, indexIntervalBytes: 200 } });
  const { log, cleaner } = opened;
  for (let i = 0; i < 10; i++) write(log, [[`k${i % 3}`, `v${i}`]]);
  await seal(log);
  await cleanAll(cleaner);
  for (let i = 10; i < 22; i++) write(log, [[`k${i % 3}`, i % 5 === 0 ? null : `v${i}`]]);
  await seal(log);
  await log.flush();
  return opened;
}

function reopen(platform: MemoryPlatform): CompactedLog {
  const { disk, clock } = platform;
  return openCompacted({
    platform: createMemoryPlatform({ disk, startWallMs: clock.wallMs() }),
    config: { segmentBytes: 400, indexIntervalBytes: 200 },
  });
}

function inRange(records: readonly FoundRecord[], from: number, to: number): FoundRecord[] {
  return records.filter(({ offset }) => offset >= from && offset < to);
}

interface Expected {
  readonly before: FoundRecord[];
  readonly after: FoundRecord[];
}

/** Segment by segment as before or as after. */
function expectOldOrNew({ log }: CompactedLog, { before, after }: Expected, what: string): void {
  const found = readRecords(log);
  for (const [index, { baseOffset }] of log.segments.entries()) {
    const end = log.segments[index + 1]?.baseOffset ?? log.logEndOffset;
    const here = inRange(found, baseOffset, end);
    const choices = [inRange(before, baseOffset, end), inRange(after, baseOffset, end)];
    expect(choices, `${what}, segment ${baseOffset}`).toContainEqual(here);
  }
}

async function expectedOf(): Promise<Expected & { readonly steps: number; readonly end: number }> {
  const { log, cleaner, platform } = await prepared();
  const before = readRecords(log);
  platform.disk.faults.clear();
  await cleaner.cleanDirtiest();
  return { before, after: readRecords(log), steps: platform.disk.faults.changes, end: log.logEndOffset };
}

/** A power cut may keep any of the changes since the last sync: the more seeds, the more of their combinations. */
const SEEDS_PER_STEP = 4;
const TIMEOUT_MS = 60_000;

function crashesAt(step: number): readonly CrashOptions[] {
  const seeds = Array.from({ length: SEEDS_PER_STEP }, (_, index) => step * SEEDS_PER_STEP + index);
  return [
    { keep: 'everything' },
    { keep: 'nothing' },
    ...seeds.map((seed): CrashOptions => ({ keep: 'random', seed })),
  ];
}

/** False when the start met the end of the disk's patience. */
async function startsFully(platform: MemoryPlatform): Promise<boolean> {
  try {
    const { cleaner, platform: own } = reopen(platform);
    cleaner.start();
    await own.advance(0);
    return !platform.disk.faults.hasHalted;
  } catch {
    return false;
  }
}

describe('a round that ends at any operation of the disk', () => {
  it(
    'leaves old segments or the new one, and nothing else',
    async () => {
      const expected = await expectedOf();
      expect(expected.before).not.toEqual(expected.after);
      expect(expected.steps).toBeGreaterThan(50);
      let unfinished = 0;
      for (let step = 0; step <= expected.steps; step++) {
        for (const crash of crashesAt(step)) {
          const opened = await prepared();
          opened.platform.disk.faults.clear();
          opened.platform.disk.faults.haltAfter(step, step % 7);
          await opened.cleaner.cleanDirtiest();
          await settle();
          opened.platform.disk.crash(crash);
          const again = reopen(opened.platform);
          const what = `after step ${step}, ${JSON.stringify(crash)}`;
          expect(again.log.logEndOffset, what).toBe(expected.end);
          expectOldOrNew(again, expected, what);
          if (again.platform.disk.list(DIRECTORY).some((name) => name.endsWith('.swap'))) unfinished++;
          if (step % 8 !== 0) continue;
          await again.log.flush();
          await cleanAll(again.cleaner);
          expect(readRecords(again.log), what).toEqual(expected.after);
          const leftovers = again.platform.disk.list(DIRECTORY).filter((name) => /cleaned|swap/.test(name));
          expect(leftovers, what).toEqual([]);
        }
      }
      expect(unfinished).toBeGreaterThan(20);
    },
    TIMEOUT_MS,
  );

  it(
    'is completed by a start that is itself cut off at any operation',
    async () => {
      const expected = await expectedOf();
      let seen = 0;
      for (let step = 5; step <= expected.steps; step += 9) {
        for (let within = 0; ; within++) {
          const { cleaner, platform } = await prepared();
          platform.disk.faults.clear();
          platform.disk.faults.haltAfter(step);
          await cleaner.cleanDirtiest();
          await settle();
          platform.disk.crash({ keep: 'random', seed: step });
          platform.disk.faults.haltAfter(within);
          const started = await startsFully(platform);
          platform.disk.crash({ keep: 'random', seed: step + within });
          const third = reopen(platform);
          expect(third.log.logEndOffset).toBe(expected.end);
          expectOldOrNew(third, expected, `after step ${step} and then ${within}`);
          seen++;
          if (started || within > 200) break;
        }
      }
      expect(seen).toBeGreaterThan(100);
    },
    TIMEOUT_MS,
  );
});
