/**
 * Appending to one partition without a network: 16 KiB batches of 1,000-byte records through PartitionLog, beside
 * bare write(2) calls of the same bytes to a file in the same folder. Rounds alternate; the ratio is of medians.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crcIsValid, setBaseOffset } from '../protocol/records/record-batch.ts';
import { defaultLogConfig } from '../broker/log/log-config.ts';
import { PartitionLog } from '../broker/log/partition-log.ts';
import { createNodePlatform } from '../broker/platform/node/node-platform.ts';
import { batchOfRecords, recordsInBatch } from './bench-batches.ts';
import { figure, median, megabytesPerSecond } from './figure.ts';
import { silentLogger } from './silent-logger.ts';

const roundsCount = 31;
const bytesInRound = 33_554_432;

function secondsOf(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

/** The same buffer again and again, at rising positions. */
function bareRound(directory: string, batch: Buffer, count: number): number {
  const file = path.join(directory, 'bare');
  const descriptor = openSync(file, 'w');
  const seconds = secondsOf(() => {
    for (let index = 0; index < count; index++)
      writeSync(descriptor, batch, 0, batch.length, index * batch.length);
  });
  closeSync(descriptor);
  rmSync(file);
  return seconds;
}

function logRound(directory: string, batch: Buffer, count: number): number {
  const folder = path.join(directory, 'bench-0');
  const log = PartitionLog.open({
    platform: createNodePlatform(),
    logger: silentLogger,
    directory: folder,
    topic: 'bench',
    partition: 0,
    config: defaultLogConfig,
  });
  const options = { leaderEpoch: 0, origin: 'client' } as const;
  const seconds = secondsOf(() => {
    for (let index = 0; index < count; index++) {
      // A client's batch begins at offset 0; the log has written its own offset into the buffer.
      setBaseOffset(batch, 0, 0);
      const { errorCode } = log.append(batch, options);
      if (errorCode !== 0) throw new Error(`the append was refused with error ${errorCode}`);
    }
  });
  log.abandon();
  rmSync(folder, { recursive: true });
  return seconds;
}

export function benchLogAppend(): void {
  const batch = batchOfRecords();
  const count = Math.floor(bytesInRound / batch.length);
  const bytes = count * batch.length;
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-bench-'));
  const bare: number[] = [];
  const ours: number[] = [];
  try {
    for (let round = 0; round < roundsCount; round++) {
      bare.push(bareRound(directory, batch, count));
      ours.push(logRound(directory, batch, count));
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  const bareSeconds = median(bare);
  const seconds = median(ours);
  const checking = secondsOf(() => {
    for (let index = 0; index < count; index++) crcIsValid(batch, 0, batch.length);
  });
  figure(
    'append, bare write(2) of the batch',
    `${megabytesPerSecond(bytes, bareSeconds)}, ${((bareSeconds / count) * 1e6).toFixed(1)} µs each`,
  );
  figure(
    `append, ${recordsInBatch} records of 1,000 bytes, one partition`,
    `${megabytesPerSecond(bytes, seconds)}, ${((seconds / count) * 1e6).toFixed(1)} µs each`,
  );
  figure('  of that, checksum', `${((checking / count) * 1e6).toFixed(1)} µs each`);
  figure('  of bare write(2) (goal: at least 0.5)', (bareSeconds / seconds).toFixed(2));
}
