/**
 * The recovery scan of one unclean segment of 1 GiB in the page cache, beside a bare loop that reads the same file in
 * chunks and computes CRC-32C over them. Rounds alternate; the ratio is of medians.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32c } from '../protocol/wire/crc32c.ts';
import { setBaseOffset } from '../protocol/records/record-batch.ts';
import { defaultLogConfig } from '../broker/log/log-config.ts';
import { PartitionLog } from '../broker/log/partition-log.ts';
import { createNodePlatform } from '../broker/platform/node/node-platform.ts';
import { batchOfRecords } from './bench-batches.ts';
import { figure, median, megabytesPerSecond } from './figure.ts';
import { silentLogger } from './silent-logger.ts';

const segmentBytes = 1_073_741_824;
const chunkBytes = 1_048_576;
const roundsCount = 5;

function openLog(directory: string): PartitionLog {
  return PartitionLog.open({
    platform: createNodePlatform(),
    logger: silentLogger,
    directory,
    topic: 'bench',
    partition: 0,
    config: defaultLogConfig,
  });
}

/** One segment, full, of a broker that died. */
function fill(directory: string): number {
  const log = openLog(directory);
  const batch = batchOfRecords();
  while (log.sizeBytes + batch.length <= segmentBytes) {
    setBaseOffset(batch, 0, 0);
    const { errorCode } = log.append(batch, { leaderEpoch: 0, origin: 'client' });
    if (errorCode !== 0) throw new Error(`the append was refused with error ${errorCode}`);
  }
  log.abandon();
  return log.logEndOffset;
}

function bareRound(file: string): number {
  const started = performance.now();
  const descriptor = openSync(file, 'r');
  const chunk = Buffer.allocUnsafeSlow(chunkBytes);
  for (;;) {
    const count = readSync(descriptor, chunk, 0, chunkBytes, -1);
    if (count === 0) break;
    crc32c(count === chunkBytes ? chunk : chunk.subarray(0, count));
  }
  closeSync(descriptor);
  return (performance.now() - started) / 1000;
}

function recoveryRound(directory: string, endOffset: number): number {
  const started = performance.now();
  const log = openLog(directory);
  const seconds = (performance.now() - started) / 1000;
  if (log.logEndOffset !== endOffset)
    throw new Error(`recovered to offset ${log.logEndOffset} of ${endOffset}`);
  log.abandon();
  return seconds;
}

export function benchRecovery(): void {
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-bench-'));
  const folder = path.join(directory, 'bench-0');
  const bare: number[] = [];
  const ours: number[] = [];
  try {
    const endOffset = fill(folder);
    const file = path.join(folder, `${'0'.repeat(20)}.log`);
    const bytes = statSync(file).size;
    for (let round = 0; round < roundsCount; round++) {
      bare.push(bareRound(file));
      ours.push(recoveryRound(folder, endOffset));
    }
    const [bareSeconds, seconds] = [median(bare), median(ours)];
    figure(
      'recovery, bare read and CRC-32C of 1 GiB',
      `${bareSeconds.toFixed(2)} s, ${megabytesPerSecond(bytes, bareSeconds)}`,
    );
    figure(
      'recovery, one unclean segment of 1 GiB, batches of 16 KiB',
      `${seconds.toFixed(2)} s, ${megabytesPerSecond(bytes, seconds)}`,
    );
    figure('  of the bare loop (goal: at least 0.5)', (bareSeconds / seconds).toFixed(2));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
