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
  for (let i = 0; i < 6; i++) write(log, [[`k${i % 3}`, `v${i}`]]);
  await seal(log);
  await cleanAll(cleaner);
  for (let i = 6; i < 12; i++) write(log, [[`k${i % 3}`, i % 5 === 0 ? null : `v${i}`]]);
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

interface Steps {
  readonly steps: number;
  readonly namesChangeAt: ReadonlySet<number>;
}

async function expectedOf(): Promise<Expected & Steps & { readonly end: number }> {
  const { log, cleaner, platform } = await prepared();
  const { disk } = platform;
  const before = readRecords(log);
  const namesChangeAt = new Set<number>();
  const rename = disk.rename.bind(disk);
  disk.rename = (from, to) => {
    rename(from, to);
    for (const step of [0, 1, 2]) namesChangeAt.add(disk.faults.changes + step);
  };
  disk.faults.clear();
  await cleaner.cleanDirtiest();
  return {
    before,
    after: readRecords(log),
    steps: disk.faults.changes,
    namesChangeAt,
    end: log.logEndOffset,
  };
}

/** What a round does to names: C makes `.cleaned`, S makes `.swap`, D `.deleted`, F takes `.swap` away, Y forces the folder. */
function watchNames({ disk }: MemoryPlatform): () => string {
  let phases = '';
  const note = (phase: string): void => {
    if (!phases.endsWith(phase)) phases += phase;
  };
  const open = disk.open.bind(disk);
  const rename = disk.rename.bind(disk);
  const syncDirectory = disk.syncDirectory.bind(disk);
  disk.open = (path, options) => {
    if (options.create && path.endsWith('.cleaned')) note('C');
    return open(path, options);
  };
  disk.rename = (from, to) => {
    if (to.endsWith('.swap')) note('S');
    else if (to.endsWith('.deleted')) note('D');
    else if (from.endsWith('.swap')) note('F');
    rename(from, to);
  };
  disk.syncDirectory = (path) => {
    note('Y');
    return syncDirectory(path);
  };
  return () => phases;
}

const TIMEOUT_MS = 60_000;
/** A power cut may keep any of the changes since the last sync: where names change, many seeds for their combinations. */
const SEEDS = { whereNamesChange: 8, elsewhere: 1 };

function crashesAt(step: number, { namesChangeAt }: Steps): readonly CrashOptions[] {
  const count = namesChangeAt.has(step) ? SEEDS.whereNamesChange : SEEDS.elsewhere;
  return [
    { keep: 'everything' },
    { keep: 'nothing' },
    ...Array.from({ length: count }, (_, index): CrashOptions => ({
      keep: 'random',
      seed: step * 100 + index,
    })),
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

describe('the folder', () => {
  it('is forced between any two kinds of names, also when the next round begins at once', async () => {
    const { log, cleaner, platform } = openCompacted({ settings: { dedupeBufferBytes: 24 * 6 } });
    for (let i = 0; i < 60; i++) write(log, [[`k${i % 20}`, `v${i}`]]);
    await seal(log);
    const phases = watchNames(platform);
    expect(await cleanAll(cleaner)).toBeGreaterThan(2);
    expect(phases()).toMatch(/^(CYSYDYFY){6,}$/);
  });
});

describe('a round that ends at any operation of the disk', () => {
  it(
    'leaves old segments or the new one, and nothing else',
    async () => {
      const expected = await expectedOf();
      expect(expected.before).not.toEqual(expected.after);
      expect(expected.steps).toBeGreaterThan(50);
      let unfinished = 0;
      for (let step = 0; step <= expected.steps; step++) {
        for (const crash of crashesAt(step, expected)) {
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
