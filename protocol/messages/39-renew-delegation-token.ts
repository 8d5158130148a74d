/**
 * RenewDelegationToken: lets a delegation token live longer (KIP-48).
 *
 * 1 has new throttling rules only (KIP-219), 2 added the compact encoding.
 */
import { bytes, int16, int32, int64, request, response, type Decoded } from '../schema/notation.ts';

export const renewDelegationTokenRequest = request(
  39,
  'RenewDelegationTokenRequest',
  { versions: '0-2', flexible: '2+' },
  {
    hmac: bytes('0+'),
    renewPeriodMs: int64('0+'),
  },
);
export type RenewDelegationTokenRequest = Decoded<typeof renewDelegationTokenRequest>;

export const renewDelegationTokenResponse = response(
  39,
  'RenewDelegationTokenResponse',
  { versions: '0-2', flexible: '2+' },
  {
    errorCode: int16('0+'),
    expiryTimestampMs: int64('0+'),
    throttleTimeMs: int32('0+'),
  },
);
export type RenewDelegationTokenResponse = Decoded<typeof renewDelegationTokenResponse>;
