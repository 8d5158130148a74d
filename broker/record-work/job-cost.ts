/**
 * Which work is quick enough for the event loop: a few milliseconds at the very most, judged by bytes, because nothing
 * else is known before. Measured on one slow core: walking plain records takes 0.05 ms a MiB when they have 1,000 bytes and
 * 10 ms when they have nothing in them, opening compressed ones 1 to 10 ms a MiB, converting 5 to 10 µs a record.
 */
import { maxRecordsBytes } from '../../protocol/records/decompression-limits.ts';
import type { RecordJob } from './record-work.ts';

/** Records that are only walked: all that a topic takes by default (max.message.bytes). */
const QUICK_WALK_BYTES = 1_048_588;
/** Records that must be opened. */
const QUICK_COMPRESSED_BYTES = 16_384;
/** Records that are written anew, one by one. */
const QUICK_CONVERTED_BYTES = 8_192;
/** What quick work may become; when it grows beyond, it was not quick and starts again elsewhere. */
const QUICK_OUTPUT_BYTES = 262_144;
const QUICK_CONVERTED_OUTPUT_BYTES = 8_192;

export function isQuick(job: RecordJob): boolean {
  const { length } = job.bytes;
  if (job.kind !== 'batch') return length <= QUICK_CONVERTED_BYTES;
  const { compression } = job.header;
  const target = job.context.config.compressionType;
  const isKept = target === 'producer' || target === compression;
  if (!isKept) return length <= QUICK_CONVERTED_BYTES;
  return length <= (compression === 'none' ? QUICK_WALK_BYTES : QUICK_COMPRESSED_BYTES);
}

/** What compressed records may become in quick work. */
export function quickOutputBytes(job: RecordJob, compressedBytes: number): number {
  const quick = job.kind === 'batch' ? QUICK_OUTPUT_BYTES : QUICK_CONVERTED_OUTPUT_BYTES;
  return Math.min(maxRecordsBytes(compressedBytes), quick);
}
