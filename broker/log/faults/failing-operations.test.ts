/**
 * A workload of appends, rolls and flushes whose n-th disk operation fails, for every n and every way to fail. Nothing is
 * acknowledged that is not there, nothing half-written stays, no offset is burnt twice, a failure that passes leaves the log
 * at work and any other takes it offline; what a next process finds is what was acknowledged.
 */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import type { DiskOperation } from '../../platform/memory/fault-plan.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { settle } from '../../platform/memory/memory-time.ts';
import { openLog } from '../log-test-kit.ts';
import type { PartitionLog } from '../partition-log.ts';
import { LogHistory } from './log-history.ts';
import { numberedBatch, SMALL_SEGMENTS } from './workload.ts';

const BATCHES = 14;
/** More than the workload has of any kind. */
const OPERATIONS_MAX = 200;
const OPERATIONS: readonly DiskOperation[] = [
  'create',
  'write',
  'truncate',
  'sync',
  'syncDirectory',
  'rename',
  'read',
];

interface Outcome {
  readonly log: PartitionLog;
  readonly history: LogHistory;
  readonly platform: MemoryPlatform;
  /** Answers that were errors. */
  readonly refusals: number;
}

/** Each batch is tried twice: when it was refused it is sent again, as a client does. */
async function run(platform: MemoryPlatform, log: PartitionLog): Promise<Outcome> {
  const history = new LogHistory();
  let refusals = 0;
  for (let number = 0; number < BATCHES; number++) {
    for (let attempt = 0; attempt < 2; attempt++) {
      const before = log.logEndOffset;
      const { errorCode } = history.append(log, numberedBatch(number), Math.floor(number / 7));
      if (errorCode === 0) break;
      // A producer whose batch was given up cannot go on with the next one.
      if (refusals === 0 || errorCode !== ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
        expect(errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
      refusals++;
      expect(log.logEndOffset).toBe(before);
    }
    if (number % 5 === 4) await history.flush(log).catch(() => undefined);
  }
  await settle();
  return { log, history, platform, refusals };
}

function start() {
  const platform = createMemoryPlatform();
  return { platform, log: openLog(SMALL_SEGMENTS, { platform }).log };
}

/** What was acknowledged is there for readers and for a next process, which goes on writing. */
async function expectWhole({ log, history, platform }: Outcome): Promise<void> {
  platform.disk.faults.clear();
  const wasAtWork = !log.isOffline;
  if (wasAtWork) history.expectFaithful(log, { kept: 'all' });
  log.abandon();
  await settle();
  platform.disk.crash({ keep: 'everything' });
  const { log: again, logger } = openLog(SMALL_SEGMENTS, { platform });
  // What was refused has left no trace in the file either.
  if (wasAtWork) expect(logger.lines.join()).not.toContain('was cut');
  history.expectFaithful(again, { kept: 'all' });
  await history.expectWritable(again);
}

/** Tries the failure at each operation in turn until the workload has no more of them; gives the outcomes. */
async function atEach(
  operation: DiskOperation,
  fault: {
    readonly code: string | null;
    readonly bytesDone?: number;
    readonly sticky?: boolean;
    readonly pathEnd?: string;
  },
  check: (outcome: Outcome, nth: number) => Promise<void>,
): Promise<number> {
  for (let nth = 1; nth <= OPERATIONS_MAX; nth++) {
    const { platform, log } = start();
    platform.disk.faults.add({ operation, nth, ...fault });
    const outcome = await run(platform, log);
    if (platform.disk.faults.unused > 0) return nth - 1;
    try {
      await check(outcome, nth);
    } catch (cause) {
      const what = `${String(fault.code)} at ${operation} ${String(nth)}`;
      throw new Error(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }
  throw new Error(`more than ${String(OPERATIONS_MAX)} times ${operation}`);
}

describe('each disk operation of a workload that fails once', () => {
  for (const code of ['ENOSPC', 'EIO', 'EACCES']) {
    it.each(OPERATIONS)(`with ${code}: %s`, async (operation) => {
      const count = await atEach(operation, { code }, async (outcome) => {
        if (code === 'ENOSPC' && operation === 'write') expect(outcome.log.isOffline).toBe(false);
        await expectWhole(outcome);
      });
      if (operation === 'write' || operation === 'sync') expect(count).toBeGreaterThan(4);
    });
  }

  it('after a part of a write', async () => {
    for (const bytesDone of [1, 60, 300]) {
      await atEach('write', { code: 'ENOSPC', bytesDone }, async (outcome) => {
        expect(outcome.log.isOffline).toBe(false);
        await expectWhole(outcome);
      });
    }
  });

  it('not at all, when a write is merely short', async () => {
    const count = await atEach('write', { code: null, bytesDone: 17 }, async (outcome) => {
      expect([outcome.refusals, outcome.log.isOffline]).toEqual([0, false]);
      await expectWhole(outcome);
    });
    expect(count).toBeGreaterThan(BATCHES);
  });
});

describe('a device that fails from some operation on', () => {
  it.each(['write', 'sync'] as const)('%s: refuses all from then on and reads nothing', async (operation) => {
    await atEach(operation, { code: 'EIO', sticky: true, pathEnd: '.log' }, async (outcome, nth) => {
      expect([nth, outcome.log.isOffline]).toEqual([nth, true]);
      expect(() => outcome.log.read({ offset: 0, maxBytes: 1 })).toThrow('offline');
      await expectWhole(outcome);
    });
  });
});

it('a disk that is full for a while refuses meanwhile and takes everything afterwards', async () => {
  for (let room = 0; room < 3_000; room += 130) {
    const { platform, log } = start();
    platform.disk.capacityBytes = platform.disk.usedBytes + room;
    const outcome = await run(platform, log);
    expect(log.isOffline).toBe(false);
    expect(outcome.refusals).toBeGreaterThan(0);
    outcome.history.expectFaithful(log, { kept: 'all' });
    platform.disk.capacityBytes = Number.POSITIVE_INFINITY;
    await outcome.history.expectWritable(log);
    await expectWhole(outcome);
  }
});
