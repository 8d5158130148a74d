/** Transactions on one partition: markers, fencing, the last stable offset, aborted ranges; what restart and damage leave of them. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { ControlType, decodeControlType } from '../../protocol/records/control-records.ts';
import { decodeRecords } from '../../protocol/records/decode-records.ts';
import type { MemoryPlatform } from '../platform/memory/memory-platform.ts';
import { append, batchOf, openLog, readHeaders, TEST_DIRECTORY } from './log-test-kit.ts';
import type { PartitionLog } from './partition-log.ts';
import { ProducerState } from './producer-state.ts';

/** As one of our coordinators writes it, or as a verified client will: clients cannot open transactions yet. */
function write(log: PartitionLog, producerId: number, options: { count?: number; epoch?: number } = {}) {
  const { count = 2, epoch = 0 } = options;
  const batch = batchOf(count, { producerId, producerEpoch: epoch, isTransactional: true });
  return log.append(batch, { leaderEpoch: 0, origin: 'coordinator' });
}

function end(
  log: PartitionLog,
  producerId: number,
  committed: boolean,
  options: { epoch?: number; coordinatorEpoch?: number; transactionVersion?: number } = {},
) {
  const { epoch: producerEpoch = 0, coordinatorEpoch = 0, transactionVersion = 0 } = options;
  return log.appendEndTransactionMarker({
    committed,
    producerId,
    producerEpoch,
    coordinatorEpoch,
    leaderEpoch: 3,
    transactionVersion,
  });
}

/** With everything replicated. */
function stable(log: PartitionLog): number {
  log.noteHighWatermark(log.logEndOffset);
  return log.lastStableOffset(log.logEndOffset);
}

function aborted(log: PartitionLog, from = 0, to = log.logEndOffset) {
  return log.abortedTransactions(from, to).map(({ producerId, firstOffset }) => [producerId, firstOffset]);
}

const TXN_INDEX = `${TEST_DIRECTORY}/00000000000000000000.txnindex`;

function overwrite(platform: MemoryPlatform, path: string, content: Buffer): void {
  const file = platform.disk.open(path, { create: true });
  file.truncate(0);
  file.write([content], 0);
  file.close();
}

describe('markers of transactions that raise the epoch', () => {
  it('end what has an earlier epoch, may come again, and leave the next transaction alone', () => {
    const { log } = openLog();
    const raised = { epoch: 1, transactionVersion: 2 };
    write(log, 7, { epoch: 0 });
    expect(end(log, 7, true, raised).errorCode).toBe(0);
    expect(end(log, 7, true, raised).errorCode).toBe(0);
    expect(stable(log)).toBe(4);
    write(log, 7, { epoch: 1 });
    for (const committed of [true, false])
      expect(end(log, 7, committed, raised).errorCode).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
    expect([stable(log), log.logEndOffset]).toEqual([4, 6]);
    expect(end(log, 7, false, { ...raised, epoch: 2 }).errorCode).toBe(0);
    expect([stable(log), aborted(log)]).toEqual([7, [[7, 4]]]);
  });

  it('are taken as before where the coordinator does not say so', () => {
    const { log } = openLog();
    write(log, 7, { epoch: 1 });
    expect(end(log, 7, true, { epoch: 1 }).errorCode).toBe(0);
    expect(stable(log)).toBe(3);
  });
});

describe('markers', () => {
  it('are control batches with one record, at the next offset', () => {
    const { log } = openLog();
    write(log, 7);
    expect(end(log, 7, true, { coordinatorEpoch: 5 })).toMatchObject({
      errorCode: 0,
      baseOffset: 2,
      lastOffset: 2,
    });
    const [, header] = readHeaders(log);
    expect(header).toMatchObject({
      isControl: true,
      isTransactional: true,
      producerId: 7,
      partitionLeaderEpoch: 3,
    });
    const bytes = log.read({ offset: 2, maxBytes: 1000 });
    const [record] = [...decodeRecords(bytes)];
    expect(record?.key && decodeControlType(record.key)).toBe(ControlType.commit);
    expect(record?.value?.toString('hex')).toBe('000000000005');
  });

  it('of an older producer epoch or coordinator epoch are refused and leave nothing', () => {
    const { log } = openLog();
    write(log, 7, { epoch: 2 });
    expect(end(log, 7, true, { epoch: 1 }).errorCode).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
    expect(end(log, 7, true, { epoch: 2, coordinatorEpoch: 4 }).errorCode).toBe(0);
    expect(end(log, 7, true, { epoch: 2, coordinatorEpoch: 3 }).errorCode).toBe(
      ErrorCode.TRANSACTION_COORDINATOR_FENCED,
    );
    expect(log.logEndOffset).toBe(3);
  });

  it('of producers that wrote nothing here are kept and fence older epochs', () => {
    const { log } = openLog();
    expect(end(log, 9, false, { epoch: 5 }).errorCode).toBe(0);
    expect(aborted(log)).toEqual([]);
    expect(write(log, 9, { epoch: 4 }).errorCode).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
    expect(write(log, 9, { epoch: 5 }).errorCode).toBe(0);
  });

  it('with a newer epoch make the producer begin at sequence 0; with the same it goes on', () => {
    const { log } = openLog();
    const send = (producerEpoch: number, baseSequence: number) =>
      append(log, batchOf(2, { producerId: 7, producerEpoch, baseSequence })).errorCode;
    expect(send(0, 0)).toBe(0);
    end(log, 7, true);
    expect(send(0, 2)).toBe(0);
    end(log, 7, true, { epoch: 1 });
    expect(send(1, 4)).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(send(0, 4)).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
    expect(send(1, 0)).toBe(0);
  });
});

describe('an open transaction', () => {
  it('is not joined by batches outside it', () => {
    const { log } = openLog();
    write(log, 7);
    const plain = append(log, batchOf(1, { producerId: 7, producerEpoch: 0, baseSequence: 0 }));
    expect(plain.errorCode).toBe(ErrorCode.INVALID_TXN_STATE);
    const outside = batchOf(1, { producerId: 7, producerEpoch: 0 });
    expect(log.append(outside, { leaderEpoch: 0, origin: 'coordinator' }).errorCode).toBe(
      ErrorCode.INVALID_TXN_STATE,
    );
    expect(log.logEndOffset).toBe(2);
  });

  it('begins with the first batch of a client', () => {
    const { log } = openLog();
    const batch = batchOf(1, { producerId: 7, producerEpoch: 0, baseSequence: 0, isTransactional: true });
    expect(append(log, batch).errorCode).toBe(0);
    expect(log.producers.get(7)?.currentTxnFirstOffset).toBe(0);
    expect(log.lastStableOffset(log.logEndOffset)).toBe(0);
  });

  it('never expires', async () => {
    const { log, platform } = openLog();
    write(log, 7);
    await platform.advance(1000);
    log.expireProducers(500);
    expect(log.producers.size).toBe(1);
    end(log, 7, true);
    log.expireProducers(500);
    expect(log.producers.size).toBe(1);
    await platform.advance(500);
    log.expireProducers(500);
    expect(log.producers.size).toBe(0);
  });
});

describe('the last stable offset', () => {
  it('is where the first undecided transaction began', () => {
    const { log } = openLog();
    append(log, batchOf(3));
    expect(stable(log)).toBe(3);
    write(log, 1);
    append(log, batchOf(1));
    write(log, 2);
    expect(stable(log)).toBe(3);
    end(log, 1, true);
    expect(stable(log)).toBe(6);
    end(log, 2, false);
    expect(stable(log)).toBe(log.logEndOffset);
  });

  it('waits until the marker lies below the high watermark, and is never above that', () => {
    const { log } = openLog();
    write(log, 1);
    end(log, 1, true);
    append(log, batchOf(4));
    for (const highWatermark of [1, 2]) {
      log.noteHighWatermark(highWatermark);
      expect(log.lastStableOffset(highWatermark)).toBe(0);
    }
    log.noteHighWatermark(3);
    expect(log.lastStableOffset(3)).toBe(3);
    expect(log.lastStableOffset(5)).toBe(5);
  });

  it('is not below the log start', () => {
    const { log } = openLog();
    write(log, 1, { count: 5 });
    append(log, batchOf(5));
    log.advanceLogStart(8);
    expect(stable(log)).toBe(8);
  });
});

describe('aborted transactions', () => {
  it('are listed by producer and first offset, over segments', () => {
    const { log, platform } = openLog({ segmentBytes: 300 });
    write(log, 1);
    write(log, 2);
    for (let i = 0; i < 5; i++) append(log, batchOf(3));
    end(log, 1, false);
    const abortOfTwo = end(log, 2, false).baseOffset;
    write(log, 1);
    end(log, 1, true);
    write(log, 3);
    const endOfThree = end(log, 3, false).baseOffset;
    expect(log.segmentCount).toBeGreaterThan(3);
    expect(aborted(log)).toEqual([
      [1, 0],
      [2, 2],
      [3, endOfThree - 2],
    ]);
    expect(aborted(log, 0, 2)).toEqual([[1, 0]]);
    // What was undecided right after each marker, and where that lay.
    expect(log.abortedTransactions(0, log.logEndOffset)).toMatchObject([
      { lastOffset: abortOfTwo - 1, lastStableOffset: 2 },
      { lastOffset: abortOfTwo, lastStableOffset: abortOfTwo + 1 },
      { lastOffset: endOfThree, lastStableOffset: endOfThree + 1 },
    ]);
    expect(aborted(log, abortOfTwo, abortOfTwo + 2)).toEqual([[2, 2]]);
    const files = platform.disk.list(TEST_DIRECTORY).filter((name) => name.endsWith('.txnindex'));
    expect(files.length).toBeGreaterThan(0);
    expect(files.length).toBeLessThan(log.segmentCount);
    expect(files).not.toContain('00000000000000000000.txnindex');
  });

  it('go with their segments', async () => {
    const { log, platform } = openLog({ segmentBytes: 300, retentionBytes: 0, fileDeleteDelayMs: 1000 });
    write(log, 1);
    end(log, 1, false);
    for (let i = 0; i < 5; i++) append(log, batchOf(3));
    log.applyRetention(log.logEndOffset);
    expect(platform.disk.exists(`${TXN_INDEX}.deleted`)).toBe(true);
    await platform.advance(1001);
    expect(platform.disk.list(TEST_DIRECTORY).join()).not.toContain('txnindex');
  });
});

describe('after a restart', () => {
  const config = { segmentBytes: 400, indexIntervalBytes: 100 };

  /** One open transaction (producer 5, from 2 on), several decided ones. */
  function fill() {
    const opened = openLog(config);
    const { log } = opened;
    append(log, batchOf(2));
    write(log, 5, { epoch: 1 });
    for (let round = 0; round < 4; round++) {
      write(log, 6);
      append(log, batchOf(2));
      end(log, 6, round % 2 === 0, { coordinatorEpoch: round });
    }
    expect(log.segmentCount).toBeGreaterThan(2);
    return { ...opened, facts: factsOf(log) };
  }

  function factsOf(log: PartitionLog) {
    return {
      end: log.logEndOffset,
      stable: stable(log),
      aborted: log.abortedTransactions(0, log.logEndOffset),
      producers: [...log.producers.entries()].map(({ producerId, ...entry }) => [
        producerId,
        entry.epoch,
        entry.coordinatorEpoch,
        entry.currentTxnFirstOffset,
        entry.lastTimestampMs,
      ]),
    };
  }

  it('all is known again: from snapshots, from the log, from half of each', async () => {
    for (const how of ['clean', 'crash', 'no snapshots', 'only the first snapshot'] as const) {
      const { log, platform, facts } = fill();
      expect(facts).toMatchObject({ stable: 2, aborted: [{ producerId: 6 }, { producerId: 6 }] });
      if (how === 'crash') {
        await log.flush();
        platform.disk.crash();
      } else await log.close();
      const snapshots = platform.disk.list(TEST_DIRECTORY).filter((name) => name.endsWith('.snapshot'));
      const gone =
        how === 'no snapshots' ? snapshots : how === 'only the first snapshot' ? snapshots.slice(1) : [];
      for (const name of gone) platform.disk.removeFile(`${TEST_DIRECTORY}/${name}`);
      const again = openLog(config, { platform, cleanShutdown: how !== 'crash' }).log;
      expect([how, factsOf(again)]).toEqual([how, facts]);
      expect(end(again, 5, false, { epoch: 1, coordinatorEpoch: 9 }).errorCode).toBe(0);
      expect(stable(again)).toBe(again.logEndOffset);
      expect(aborted(again)).toHaveLength(3);
    }
  });

  it('indexes of segments that are recovered are the same again, whatever was in them', async () => {
    const { log, platform, facts } = fill();
    end(log, 5, false, { epoch: 1 });
    const withFive = factsOf(log);
    expect(withFive.aborted).toHaveLength(facts.aborted.length + 1);
    await log.flush();
    const names = platform.disk.list(TEST_DIRECTORY).filter((name) => name.endsWith('.txnindex'));
    const original = names.map((name) => platform.disk.readFile(`${TEST_DIRECTORY}/${name}`));
    log.abandon();
    for (const damage of [
      (bytes: Buffer) => Buffer.concat([bytes, bytes]),
      (bytes: Buffer) => bytes.subarray(0, 20),
      () => Buffer.alloc(0),
    ]) {
      names.forEach((name, index) =>
        overwrite(platform, `${TEST_DIRECTORY}/${name}`, damage(original[index] ?? Buffer.alloc(0))),
      );
      const again = openLog(config, { platform });
      expect(factsOf(again.log)).toEqual(withFive);
      expect(names.map((name) => platform.disk.readFile(`${TEST_DIRECTORY}/${name}`))).toEqual(original);
      again.log.abandon();
    }
  });

  it('an index that was damaged after a clean stop is built again when it is asked', async () => {
    const { log, platform } = fill();
    end(log, 5, false, { epoch: 1 });
    const facts = factsOf(log);
    await log.close();
    const name = platform.disk.list(TEST_DIRECTORY).findLast((one) => one.endsWith('.txnindex')) ?? '';
    const good = platform.disk.readFile(`${TEST_DIRECTORY}/${name}`);
    overwrite(platform, `${TEST_DIRECTORY}/${name}`, good.subarray(0, good.length - 3));
    const again = openLog(config, { platform, cleanShutdown: true });
    expect(factsOf(again.log)).toEqual(facts);
    expect(again.logger.lines.join()).toContain('built again from the log');
    expect(platform.disk.readFile(`${TEST_DIRECTORY}/${name}`)).toEqual(good);
  });

  it('a marker that was cut off never happened', async () => {
    const { log, platform } = openLog();
    write(log, 1);
    const before = log.sizeBytes;
    end(log, 1, false);
    await log.flush();
    platform.disk.open(`${TEST_DIRECTORY}/00000000000000000000.log`, { create: false }).truncate(before + 20);
    const again = openLog({}, { platform }).log;
    expect(stable(again)).toBe(0);
    expect(aborted(again)).toEqual([]);
    expect(platform.disk.exists(TXN_INDEX)).toBe(false);
  });
});

describe('a disk that is full', () => {
  it('neither loses nor repeats an abort', async () => {
    const { log, platform } = openLog();
    write(log, 1);
    platform.disk.faults.add({ operation: 'create', nth: 1, code: 'ENOSPC', pathEnd: '.txnindex' });
    expect(end(log, 1, false).errorCode).toBe(0);
    expect(aborted(log)).toEqual([[1, 0]]);
    await log.close();
    expect(aborted(openLog({}, { platform, cleanShutdown: true }).log)).toEqual([[1, 0]]);
  });

  it('for ever makes the stop unclean, and the next start reads the log', async () => {
    const { log, platform } = openLog();
    write(log, 1);
    platform.disk.faults.add({ operation: 'create', nth: 1, code: 'ENOSPC', pathEnd: '.txnindex' });
    end(log, 1, false);
    platform.disk.faults.add({ operation: 'create', nth: 1, code: 'ENOSPC', pathEnd: '.txnindex' });
    await expect(log.close()).rejects.toThrow('ENOSPC');
    expect(aborted(openLog({}, { platform }).log)).toEqual([[1, 0]]);
  });
});

it('remembers only so many producers, and forgets the one silent for longest that has no open transaction', () => {
  const { log } = openLog();
  for (const producerId of [1, 2, 3, 4]) write(log, producerId, { count: 1 });
  end(log, 2, true);
  end(log, 3, true);
  const state = new ProducerState(3);
  for (const entry of log.producers.entries()) state.restore(entry);
  expect([...state.entries()].map(({ producerId }) => producerId)).toEqual([1, 4, 3]);
  expect(state.evictedCount).toBe(1);
  expect(state.transactions.size).toBe(2);
});
