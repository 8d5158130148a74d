/**
 * ExpireDelegationToken: ends a delegation token at a time, or at once (KIP-48).
 *
 * 1 has new throttling rules only (KIP-219), 2 added the compact encoding.
 */
import { bytes, int16, int32, int64, request, response, type Decoded } from '../schema/notation.ts';

export const expireDelegationTokenRequest = request(
  40,
  'ExpireDelegationTokenRequest',
  { versions: '0-2', flexible: '2+' },
  {
    hmac: bytes('0+'),
    expiryTimePeriodMs: int64('0+'),
  },
);
export type ExpireDelegationTokenRequest = Decoded<typeof expireDelegationTokenRequest>;

export const expireDelegationTokenResponse = response(
  40,
  'ExpireDelegationTokenResponse',
  { versions: '0-2', flexible: '2+' },
  {
    errorCode: int16('0+'),
    expiryTimestampMs: int64('0+'),
    throttleTimeMs: int32('0+'),
  },
);
export type ExpireDelegationTokenResponse = Decoded<typeof expireDelegationTokenResponse>;
