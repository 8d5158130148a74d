/** A disk that is full, cuts writes short, or fails: nothing half-written, nothing acknowledged that may be lost. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { append, batchOf, openLog, readAll, readHeaders } from './log-test-kit.ts';
import { LogOfflineError } from './log-errors.ts';

const FULL = ErrorCode.KAFKA_STORAGE_ERROR;

describe('a full disk', () => {
  it('refuses the append and leaves no trace of it; writing goes on when there is room', () => {
    const size = batchOf(4).length;
    for (let extra = 0; extra < size; extra += 7) {
      const { log, platform } = openLog({ indexIntervalBytes: 10 });
      append(log, batchOf(4));
      append(log, batchOf(4));
      const before = readAll(log);
      platform.disk.capacityBytes = platform.disk.usedBytes + extra;
      for (let i = 0; i < 3; i++)
        expect(append(log, batchOf(4))).toMatchObject({ errorCode: FULL, baseOffset: -1 });
      expect(log.isOffline).toBe(false);
      expect(log.logEndOffset).toBe(8);
      expect(readAll(log).equals(before)).toBe(true);
      platform.disk.capacityBytes = Number.POSITIVE_INFINITY;
      expect(append(log, batchOf(4))).toMatchObject({ errorCode: 0, baseOffset: 8 });
      const again = openLog({}, { platform });
      expect(readHeaders(again.log).map(({ baseOffset }) => baseOffset)).toEqual([0, 4, 8]);
      expect(again.logger.lines).toEqual([]);
    }
  });

  it('while a segment is begun changes nothing either', () => {
    const size = batchOf(4).length;
    const { log, platform } = openLog({ segmentBytes: 2 * size });
    append(log, batchOf(4));
    append(log, batchOf(4));
    platform.disk.faults.add({ operation: 'create', nth: 1, code: 'ENOSPC', pathEnd: '.log' });
    expect(append(log, batchOf(4)).errorCode).toBe(FULL);
    expect(log.segmentCount).toBe(1);
    expect(append(log, batchOf(4))).toMatchObject({ errorCode: 0, baseOffset: 8 });
    expect(log.segmentCount).toBe(2);
  });

  it.each(['.index', '.timeindex'])(
    'in which no %s can be made costs lookups time, nothing else',
    async (suffix) => {
      const { log, platform } = openLog({ segmentBytes: 2 * batchOf(4).length });
      platform.disk.faults.add({ operation: 'create', nth: 1, code: 'ENOSPC', pathEnd: suffix });
      for (let i = 0; i < 3; i++) append(log, batchOf(4));
      await log.close();
      const again = openLog({}, { platform, cleanShutdown: true });
      expect(readHeaders(again.log).map(({ baseOffset }) => baseOffset)).toEqual([0, 4, 8]);
    },
  );

  it('does not give a sequence number twice', () => {
    const { log, platform } = openLog();
    const send = (baseSequence: number) =>
      append(log, batchOf(1, { producerId: 1, producerEpoch: 0, baseSequence }));
    send(0);
    platform.disk.faults.add({ operation: 'write', nth: 1, code: 'ENOSPC', bytesDone: 20 });
    expect(send(1).errorCode).toBe(FULL);
    expect(send(1)).toMatchObject({ errorCode: 0, baseOffset: 1, duplicate: false });
  });
});

it('continues a short write', () => {
  const { log, platform } = openLog();
  platform.disk.faults.add({ operation: 'write', nth: 1, code: null, bytesDone: 33 });
  expect(append(log, batchOf(3)).errorCode).toBe(0);
  expect(readHeaders(log)).toHaveLength(1);
});

describe('a failing disk', () => {
  it('takes the log offline at a write error, and says so once', () => {
    const failures: unknown[] = [];
    const { log, platform } = openLog({}, { onFailure: (cause) => failures.push(cause) });
    append(log, batchOf(1));
    platform.disk.faults.add({ operation: 'write', nth: 1, code: 'EIO' });
    expect(append(log, batchOf(1)).errorCode).toBe(FULL);
    expect(append(log, batchOf(1)).errorCode).toBe(FULL);
    expect(log.isOffline).toBe(true);
    expect(() => log.read({ offset: 0, maxBytes: 100 })).toThrow(LogOfflineError);
    expect(failures).toHaveLength(1);
  });

  it('takes the log offline when a failed append cannot be undone', () => {
    const { log, platform } = openLog();
    append(log, batchOf(1));
    platform.disk.faults.add({ operation: 'write', nth: 1, code: 'ENOSPC', bytesDone: 9 });
    platform.disk.faults.add({ operation: 'truncate', nth: 1, code: 'EIO' });
    expect(append(log, batchOf(1)).errorCode).toBe(FULL);
    expect(log.isOffline).toBe(true);
    expect(openLog({}, { platform }).log.logEndOffset).toBe(1);
  });

  it('never tries a failed sync again', async () => {
    const { log, platform } = openLog();
    append(log, batchOf(1));
    platform.disk.faults.add({ operation: 'sync', nth: 1, code: 'EIO' });
    await expect(log.flush()).rejects.toThrow('offline');
    await expect(log.flush()).rejects.toThrow('offline');
    expect(append(log, batchOf(1)).errorCode).toBe(FULL);
    platform.disk.crash();
    expect(openLog({}, { platform }).log.logEndOffset).toBe(0);
  });

  it('moves the recovery point only by what was forced', async () => {
    const { log } = openLog({ segmentBytes: 300 });
    expect(log.recoveryPoint).toBe(0);
    for (let i = 0; i < 6; i++) append(log, batchOf(3));
    const flushing = Promise.all([log.flush(), log.flush()]);
    append(log, batchOf(1));
    await flushing;
    expect(log.recoveryPoint).toBeGreaterThanOrEqual(18);
    await log.flush();
    expect(log.recoveryPoint).toBe(19);
  });

  it('flushes by count and by time when the topic says so', async () => {
    const { log, platform } = openLog({ flushMs: 1000, flushMessages: 3 });
    append(log, batchOf(2));
    expect(log.isFlushDue).toBe(false);
    append(log, batchOf(1));
    expect(log.isFlushDue).toBe(true);
    await platform.advance(1001);
    expect(log.isFlushDue).toBe(false);
    expect(log.recoveryPoint).toBe(3);
  });
});
