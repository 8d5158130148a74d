/** What a follower fetched is stored as the leader has it, or not at all. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { append, batchOf, openLog, readAll, readHeaders, TEST_DIRECTORY } from './log-test-kit.ts';
import type { PartitionLog } from './partition-log.ts';

const SMALL = { segmentBytes: 900, indexIntervalBytes: 150 };

/** A leader's log with two epochs, an idempotent producer and an open transaction. */
function leaderLog(): PartitionLog {
  const { log } = openLog();
  for (let i = 0; i < 6; i++)
    append(log, batchOf(3, { label: `a${i}`, producerId: 7, producerEpoch: 1, baseSequence: i * 3 }), 2);
  const transactional = batchOf(2, { producerId: 9, producerEpoch: 0, isTransactional: true });
  log.append(transactional, { leaderEpoch: 4, origin: 'coordinator' });
  for (let i = 0; i < 6; i++) append(log, batchOf(1, { label: `b${i}` }), 4);
  return log;
}

function fetchedFrom(leader: PartitionLog, offset = leader.logStartOffset): Buffer {
  return Buffer.from(leader.read({ offset, maxBytes: 1_000_000 }));
}

describe('fetched batches', () => {
  it('keep offsets, epochs and bytes, and the log knows of them what the leader knows', () => {
    const leader = leaderLog();
    const { log } = openLog();
    const fetched = fetchedFrom(leader);
    expect(log.appendFetched(fetched, 4)).toMatchObject({ errorCode: 0, baseOffset: 0, lastOffset: 25 });
    expect(readAll(log).equals(readAll(leader))).toBe(true);
    expect(log.leaderEpochs.entries).toEqual([
      { epoch: 2, startOffset: 0 },
      { epoch: 4, startOffset: 18 },
    ]);
    expect(log.producers.get(7)?.batches.at(-1)?.lastSequence).toBe(17);
    log.noteHighWatermark(26);
    expect(log.lastStableOffset(26)).toBe(18);
  });

  it('are spread over segments when they do not fit into one, also one that is too large alone', () => {
    const leader = leaderLog();
    append(leader, batchOf(5, { valueBytes: 400 }), 4);
    const { log } = openLog(SMALL);
    expect(log.appendFetched(fetchedFrom(leader), 4)).toMatchObject({
      errorCode: 0,
      baseOffset: 0,
      lastOffset: 30,
      recordCount: 31,
    });
    expect(log.segmentCount).toBeGreaterThan(2);
    expect(readAll(log).equals(readAll(leader))).toBe(true);
  });

  it('leave gaps where the leader has them, and may not go back', () => {
    const leader = leaderLog();
    const { log } = openLog();
    expect(log.appendFetched(fetchedFrom(leader, 6), 4)).toMatchObject({ errorCode: 0, baseOffset: 6 });
    const again = log.appendFetched(fetchedFrom(leader, 24), 4);
    expect(again).toMatchObject({ errorCode: ErrorCode.INVALID_RECORD });
    expect(again.errorMessage).toContain('already reaches 26');
    expect(readHeaders(log).at(0)?.baseOffset).toBe(6);
  });

  it('leave out what the leader cut off at the end', () => {
    const leader = leaderLog();
    const fetched = fetchedFrom(leader);
    const { log } = openLog();
    expect(log.appendFetched(fetched.subarray(0, fetched.length - 3), 4)).toMatchObject({ lastOffset: 24 });
    expect(log.appendFetched(fetchedFrom(leader, 25).subarray(0, 50), 4).errorCode).toBe(
      ErrorCode.CORRUPT_MESSAGE,
    );
    expect(log.logEndOffset).toBe(25);
  });

  it('are not stored, none of them, when one is damaged or of an epoch that the leader cannot know', () => {
    const leader = leaderLog();
    const { log } = openLog();
    const damaged = fetchedFrom(leader);
    damaged[damaged.length - 1] = (damaged[damaged.length - 1] ?? 0) ^ 1;
    expect(log.appendFetched(damaged, 4)).toMatchObject({ errorCode: ErrorCode.CORRUPT_MESSAGE });
    expect(log.appendFetched(fetchedFrom(leader), 3)).toMatchObject({ errorCode: ErrorCode.INVALID_RECORD });
    const strange = fetchedFrom(leader);
    strange[16] = 9;
    expect(log.appendFetched(strange, 4)).toMatchObject({ errorCode: ErrorCode.CORRUPT_MESSAGE });
    expect([log.logEndOffset, log.sizeBytes]).toEqual([0, 0]);
  });

  it('may begin before an empty log does: the leader begins within that batch', async () => {
    const leader = leaderLog();
    const { log, platform } = openLog();
    log.restartAt(4);
    await log.flush();
    expect(log.appendFetched(fetchedFrom(leader, 4), 4)).toMatchObject({ errorCode: 0, baseOffset: 3 });
    expect([log.logStartOffset, log.logEndOffset]).toEqual([4, 26]);
    await log.flush();
    platform.disk.crash();
    const again = openLog({}, { platform, directory: TEST_DIRECTORY, logStartOffset: 4 }).log;
    expect([again.logStartOffset, again.logEndOffset]).toEqual([4, 26]);
    expect(readHeaders(again)[0]?.baseOffset).toBe(3);
  });

  it('stop at what a full disk takes, and go on from there', () => {
    const leader = leaderLog();
    const { log, platform } = openLog(SMALL);
    platform.disk.faults.add({ operation: 'write', nth: 2, code: 'ENOSPC', pathEnd: '.log' });
    expect(log.appendFetched(fetchedFrom(leader), 4).errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR);
    expect(log.isOffline).toBe(false);
    expect(log.logEndOffset).toBeGreaterThan(0);
    expect(log.logEndOffset).toBeLessThan(26);
    expect(log.appendFetched(fetchedFrom(leader, log.logEndOffset), 4).errorCode).toBe(0);
    expect(readAll(log).equals(readAll(leader))).toBe(true);
  });
});
