/**
 * What follows when a partition's log grew or its high watermark moved: transactions are decided, appends that waited
 * for it are answered, readers learn how many bytes they may have now.
 */
import { partitionKey } from '../log/checkpoint-files.ts';
import type { HighWatermarkWaiters } from './high-watermark-waiters.ts';
import type { LocalPartition } from './local-partition.ts';
import type { PartitionEvents } from './partition-events.ts';

export class PartitionProgress {
  readonly #waiters: HighWatermarkWaiters;
  readonly #events: PartitionEvents;

  constructor(waiters: HighWatermarkWaiters, events: PartitionEvents) {
    this.#waiters = waiters;
    this.#events = events;
  }

  /** `appendedBytes` were just added; `move` may move the high watermark. */
  run(local: LocalPartition, appendedBytes: number, move: () => void): void {
    const { highWatermark: before, lastStableOffset: stableBefore } = local;
    move();
    if (appendedBytes > 0 || local.highWatermark > before)
      this.moved(local, appendedBytes, before, stableBefore);
  }

  /** As `run`, after the fact. */
  moved(local: LocalPartition, appendedBytes: number, before: number, stableBefore: number): void {
    const { highWatermark } = local;
    const key = partitionKey(local.topic, local.partition);
    if (highWatermark <= before) {
      if (appendedBytes <= 0) return;
      local.uncommitted.add(local.logEndOffset, appendedBytes);
      this.#events.tell(key, { appendedBytes, committedBytes: 0, stableBytes: 0 });
      return;
    }
    local.log.noteHighWatermark(highWatermark);
    this.#waiters.noteHighWatermark(key, highWatermark);
    const committedBytes = committed(local, appendedBytes);
    // What a transaction held back comes in one piece, whose size nobody counted.
    const freedBytes = stableBefore < before ? Number.POSITIVE_INFINITY : committedBytes;
    const stableBytes = local.lastStableOffset === stableBefore ? 0 : freedBytes;
    this.#events.tell(key, { appendedBytes, committedBytes, stableBytes });
  }
}

/** Without end where the bytes were not counted when they came: a log that was there before. */
function committed(
  { uncommitted, highWatermark, logEndOffset }: LocalPartition,
  appendedBytes: number,
): number {
  const waited = uncommitted.take(highWatermark);
  if (highWatermark < logEndOffset) {
    if (appendedBytes > 0) uncommitted.add(logEndOffset, appendedBytes);
    return waited === 0 ? Number.POSITIVE_INFINITY : waited;
  }
  const bytes = waited + appendedBytes;
  return bytes === 0 ? Number.POSITIVE_INFINITY : bytes;
}
