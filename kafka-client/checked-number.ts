/** int64 values of the protocol as plain numbers, for callers whose offsets and sizes stay below 2^53. */
import { ClientError } from './client-error.ts';

/** Throws ClientError('BAD_RESPONSE') beyond ±2^53, which no real offset or size reaches. */
export function toSafeNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new ClientError('BAD_RESPONSE', `int64 ${value} is beyond 2^53`);
  return number;
}
