/**
 * CRC-32 (IEEE 802.3), the checksum of messages of magic 0 and 1. `crc32('123456789')` is cbf43926. The native module
 * is loaded at first use: only clients from before 2017 need it.
 */
import { createRequire } from 'node:module';

type Crc32 = (input: Uint8Array) => number;

let implementation: Crc32 | undefined;

export function crc32(bytes: Uint8Array): number {
  implementation ??= (createRequire(import.meta.url)('@node-rs/crc32') as { crc32: Crc32 }).crc32;
  return implementation(bytes);
}
