/**
 * Which work is quick enough for the event loop: a few milliseconds at the very most, judged by bytes, because nothing
 * else is known before. Measured here: walking plain records 0.05 ms a MiB of 1,000-byte ones and up to 20 ms of
 * empty ones; opening compressed ones 1 to 10 ms a MiB; compressing and converting 5 to 30.
 */
import type { RecordJob } from './record-work.ts';

/** Records that are only walked. */
const QUICK_WALK_BYTES = 1_048_576;
/** Records that must be opened. */
const QUICK_COMPRESSED_BYTES = 16_384;
/** Records that are written anew. */
const QUICK_CONVERTED_BYTES = 16_384;
/** What quick work may become; when it grows beyond, it was not quick and starts again elsewhere. */
export const QUICK_OUTPUT_BYTES = 262_144;

export function isQuick(job: RecordJob): boolean {
  const { length } = job.bytes;
  if (job.kind !== 'batch') return length <= QUICK_CONVERTED_BYTES;
  const { compression } = job.header;
  const target = job.context.config.compressionType;
  const isKept = target === 'producer' || target === compression;
  if (!isKept) return length <= QUICK_CONVERTED_BYTES;
  return length <= (compression === 'none' ? QUICK_WALK_BYTES : QUICK_COMPRESSED_BYTES);
}
