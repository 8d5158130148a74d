/**
 * How large compressed records may become, so that a small request cannot cost a lot of memory ("decompression bomb").
 *
 * Ordinary text reaches 3 to 20 times its compressed size, and the formats allow 250 (LZ4) to over 10,000 (Zstandard).
 * Small batches may grow freely, because test data that repeats itself does; larger ones by a factor, up to a size.
 */

/** Whatever the ratio, records may take so much. */
export const FREE_RECORDS_BYTES = 8_388_608;
/** Beyond that, so many times the compressed size. */
export const MAX_COMPRESSION_RATIO = 100;
/** And never more. */
export const MAX_RECORDS_BYTES = 67_108_864;

/** What records that take `compressedBytes` may become. */
export function maxRecordsBytes(compressedBytes: number): number {
  const byRatio = compressedBytes * MAX_COMPRESSION_RATIO;
  return Math.min(MAX_RECORDS_BYTES, Math.max(FREE_RECORDS_BYTES, byRatio));
}
