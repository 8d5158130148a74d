/**
 * CRC-32C (Castagnoli), the checksum of record batches and of producer snapshots. `crc32c('123456789')` is
 * e3069283. The native module is loaded at first use, because a process that only looks at headers needs none.
 */
import { createRequire } from 'node:module';

type Crc32c = (input: Uint8Array, initial?: number) => number;

let implementation: Crc32c | undefined;

/** Unsigned 32-bit checksum of `bytes`; `initial` continues a checksum over what came before. */
export function crc32c(bytes: Uint8Array, initial?: number): number {
  implementation ??= (createRequire(import.meta.url)('@node-rs/crc32') as { crc32c: Crc32c }).crc32c;
  return initial === undefined ? implementation(bytes) : implementation(bytes, initial);
}
