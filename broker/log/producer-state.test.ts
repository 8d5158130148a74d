/** Idempotent producers: repeats, gaps, epochs, wrap-around; snapshots; what survives restart and recovery. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { append, batchOf, openLog, readHeaders, TEST_DIRECTORY } from './log-test-kit.ts';
import { decodeProducerSnapshot, encodeProducerSnapshot } from './producer-snapshot.ts';
import type { PartitionLog } from './partition-log.ts';

const PRODUCER = 4_000_000_007;

function send(
  log: PartitionLog,
  baseSequence: number,
  options: { count?: number; epoch?: number; producerId?: number } = {},
) {
  const { count = 2, epoch = 0, producerId = PRODUCER } = options;
  return append(log, batchOf(count, { producerId, producerEpoch: epoch, baseSequence }));
}

describe('sequences', () => {
  it('answers a repeat of any of the last five batches with its original offset and stores nothing', () => {
    const { log } = openLog();
    for (let i = 0; i < 7; i++)
      expect(send(log, i * 2)).toMatchObject({ baseOffset: i * 2, duplicate: false });
    for (let i = 2; i < 7; i++) {
      expect(send(log, i * 2)).toMatchObject({
        errorCode: 0,
        baseOffset: i * 2,
        lastOffset: i * 2 + 1,
        duplicate: true,
      });
    }
    expect(send(log, 2).errorCode).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(log.logEndOffset).toBe(14);
  });

  it('refuses gaps, overlaps and other ranges', () => {
    const { log } = openLog();
    send(log, 0);
    expect(send(log, 3).errorCode).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(send(log, 1).errorCode).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(send(log, 0, { count: 1 }).errorCode).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(send(log, 2).errorCode).toBe(0);
  });

  it('takes any first sequence of a producer it does not know', () => {
    const { log } = openLog();
    expect(send(log, 70)).toMatchObject({ errorCode: 0, baseOffset: 0 });
    expect(send(log, 72).errorCode).toBe(0);
  });

  it('fences older epochs and lets a newer one begin at 0 only', () => {
    const { log } = openLog();
    send(log, 0, { epoch: 3 });
    expect(send(log, 2, { epoch: 2 }).errorCode).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
    expect(send(log, 2, { epoch: 4 }).errorCode).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(send(log, 0, { epoch: 4 }).errorCode).toBe(0);
    expect(send(log, 2, { epoch: 3 }).errorCode).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
  });

  it('goes on with 0 after 2147483647', () => {
    const { log } = openLog();
    send(log, 2_147_483_646, { count: 3 });
    expect(send(log, 1, { count: 1 })).toMatchObject({ errorCode: 0, baseOffset: 3 });
    expect(send(log, 2_147_483_646, { count: 3 })).toMatchObject({ duplicate: true, baseOffset: 0 });
  });

  it('goes on with 0 when a batch ends exactly at 2147483647', () => {
    const { log } = openLog();
    send(log, 2_147_483_646);
    expect(send(log, 0)).toMatchObject({ errorCode: 0, baseOffset: 2, duplicate: false });
  });

  it('keeps producers apart', () => {
    const { log } = openLog();
    send(log, 0);
    expect(send(log, 0, { producerId: 1 })).toMatchObject({ errorCode: 0, baseOffset: 2 });
    expect(append(log, batchOf(1)).baseOffset).toBe(4);
  });

  it('forgets producers that were silent for too long', async () => {
    const { log, platform } = openLog();
    send(log, 0);
    await platform.advance(1000);
    log.expireProducers(2000);
    expect(log.producers.size).toBe(1);
    log.expireProducers(500);
    expect(log.producers.size).toBe(0);
  });
});

describe('snapshots', () => {
  it('have the layout of Kafka', () => {
    const { log } = openLog();
    send(log, 10, { count: 3, epoch: 2 });
    const bytes = encodeProducerSnapshot(log.producers.entries());
    // version 1, crc, one entry: id, epoch, last sequence, last offset, delta, time, no coordinator, no transaction.
    expect(bytes).toHaveLength(10 + 46);
    expect(bytes.readInt16BE(0)).toBe(1);
    expect(bytes.readBigInt64BE(10)).toBe(BigInt(PRODUCER));
    expect([
      bytes.readInt16BE(18),
      bytes.readInt32BE(20),
      bytes.readBigInt64BE(24),
      bytes.readInt32BE(32),
    ]).toEqual([2, 12, 2n, 2]);
    expect([bytes.readInt32BE(44), bytes.readBigInt64BE(48)]).toEqual([-1, -1n]);
    expect(decodeProducerSnapshot(bytes)).toMatchObject([
      { producerId: PRODUCER, epoch: 2, fromSnapshot: true },
    ]);
  });

  it('that are damaged anywhere are not used', () => {
    const { log } = openLog();
    send(log, 0);
    const bytes = encodeProducerSnapshot(log.producers.entries());
    for (let i = 0; i < bytes.length; i++) {
      const damaged = Buffer.from(bytes);
      damaged[i] = (damaged[i] ?? 0) ^ 0x40;
      expect(decodeProducerSnapshot(damaged)).toBeNull();
      expect(decodeProducerSnapshot(bytes.subarray(0, i))).toBeNull();
    }
  });
});

describe('after a restart', () => {
  const config = { segmentBytes: 400 };

  function fill() {
    const opened = openLog(config);
    for (let i = 0; i < 12; i++) {
      expect(send(opened.log, i * 2).errorCode).toBe(0);
      append(opened.log, batchOf(1));
    }
    expect(opened.log.segmentCount).toBeGreaterThan(2);
    return opened;
  }

  function expectMemory(log: PartitionLog): void {
    for (let i = 7; i < 12; i++)
      expect(send(log, i * 2)).toMatchObject({ errorCode: 0, duplicate: true, baseOffset: i * 3 });
    expect(send(log, 0).errorCode).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(send(log, 26).errorCode).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(send(log, 24)).toMatchObject({ errorCode: 0, duplicate: false, baseOffset: 36 });
    // The history that was read back is kept along with what was written since.
    for (let i = 8; i < 13; i++)
      expect(send(log, i * 2)).toMatchObject({ duplicate: true, baseOffset: i * 3 });
  }

  it('knows the last five batches again, though a snapshot holds only one', async () => {
    const { log, platform } = fill();
    await log.close();
    expect(
      platform.disk
        .list(TEST_DIRECTORY)
        .filter((name) => name.endsWith('.snapshot'))
        .at(-1),
    ).toBe('00000000000000000036.snapshot');
    expectMemory(openLog(config, { platform, cleanShutdown: true }).log);
  });

  it('knows them after a crash', async () => {
    const { log, platform } = fill();
    await log.flush();
    platform.disk.crash();
    expectMemory(openLog(config, { platform }).log);
  });

  it('knows them when the snapshots are gone or damaged', async () => {
    for (const damage of ['remove', 'flip'] as const) {
      const { log, platform } = fill();
      await log.close();
      for (const name of platform.disk.list(TEST_DIRECTORY).filter((one) => one.endsWith('.snapshot'))) {
        const path = `${TEST_DIRECTORY}/${name}`;
        const bytes = platform.disk.readFile(path);
        bytes[20] = (bytes[20] ?? 0) ^ 1;
        platform.disk.removeFile(path);
        if (damage === 'flip') await platform.disk.replaceFile(path, bytes);
      }
      expectMemory(openLog(config, { platform, cleanShutdown: true }).log);
    }
  });

  it('does not believe a snapshot of records that were lost', async () => {
    const { log, platform } = openLog();
    send(log, 0);
    await log.flush();
    send(log, 2);
    send(log, 4);
    await log.close();
    const path = `${TEST_DIRECTORY}/00000000000000000000.log`;
    const bytes = platform.disk.readFile(path);
    const file = platform.disk.open(path, { create: false });
    file.truncate(bytes.length / 3);
    const again = openLog({}, { platform }).log;
    expect(readHeaders(again)).toHaveLength(1);
    expect(send(again, 4).errorCode).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(send(again, 2)).toMatchObject({ errorCode: 0, baseOffset: 2, duplicate: false });
  });
});
