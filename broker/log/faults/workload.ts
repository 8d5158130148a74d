/** Batches for tests that crash or damage logs: small segments and indexes, two producers, epochs, times that go back. */
import { batchOf } from '../log-test-kit.ts';
import type { LogConfig } from '../log-config.ts';
import type { PartitionLog } from '../partition-log.ts';
import type { LogHistory } from './log-history.ts';

const T0 = 1_767_225_600_000;
const VALUE_BYTES = 150;
export const RECORDS_PER_BATCH = 3;
export const BATCHES_PER_SEGMENT = 4;
export const BATCH_BYTES = batchOf(RECORDS_PER_BATCH, { valueBytes: VALUE_BYTES, producerId: 0 }).length;

/** Four batches of three records a segment, an index entry at every second batch; nothing goes by itself. */
export const SMALL_SEGMENTS: Partial<LogConfig> = {
  segmentBytes: BATCHES_PER_SEGMENT * BATCH_BYTES,
  indexIntervalBytes: BATCH_BYTES,
  retentionMs: -1,
};

/** The batch with this number: another label, another time, the next sequence of one of two producers. */
export function numberedBatch(number: number, label = 'b', valueBytes = VALUE_BYTES): Buffer {
  return batchOf(RECORDS_PER_BATCH, {
    label: `${label}${String(number)}`,
    valueBytes,
    timestampMs: T0 + ((number * 37) % 50) * 100,
    producerId: number % 2,
    producerEpoch: 0,
    baseSequence: Math.floor(number / 2) * RECORDS_PER_BATCH,
  });
}

/** Appends the next `count` batches of the history, a new leader epoch every seven, until the disk fails. */
export function write(log: PartitionLog, history: LogHistory, count: number): void {
  for (let i = 0; i < count && !log.isOffline; i++) {
    const number = history.attempts;
    history.append(log, numberedBatch(number), Math.floor(number / 7));
  }
}
