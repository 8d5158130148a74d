/**
 * Names of the files in a partition's folder, as Kafka gives them: twenty digits of the base offset and a suffix.
 */
import { join } from 'node:path';

export const LOG_SUFFIX = '.log';
export const OFFSET_INDEX_SUFFIX = '.index';
export const TIME_INDEX_SUFFIX = '.timeindex';
export const TRANSACTION_INDEX_SUFFIX = '.txnindex';
export const PRODUCER_SNAPSHOT_SUFFIX = '.snapshot';
/** Renamed away, removed after file.delete.delay.ms or at the next start. */
export const DELETED_SUFFIX = '.deleted';
/** Unfinished output of compaction: worthless after a crash. */
export const CLEANED_SUFFIX = '.cleaned';
/** Finished output of compaction that is about to take its place: completed after a crash. */
export const SWAP_SUFFIX = '.swap';
export const TEMPORARY_SUFFIX = '.tmp';
/** Holds the id of the topic that the partition belongs to. */
export const PARTITION_METADATA = 'partition.metadata';

/** The files that make up one segment. */
export const SEGMENT_SUFFIXES = [
  LOG_SUFFIX,
  OFFSET_INDEX_SUFFIX,
  TIME_INDEX_SUFFIX,
  TRANSACTION_INDEX_SUFFIX,
] as const;

export function segmentFile(directory: string, baseOffset: number, suffix: string): string {
  return join(directory, `${String(baseOffset).padStart(20, '0')}${suffix}`);
}

/** The offset in a file name with this suffix, or null when it is not such a name. */
export function offsetOfFile(name: string, suffix: string): number | null {
  if (!name.endsWith(suffix)) return null;
  const digits = name.slice(0, -suffix.length);
  if (!/^\d{20}$/.test(digits)) return null;
  const offset = Number(digits);
  return Number.isSafeInteger(offset) ? offset : null;
}
