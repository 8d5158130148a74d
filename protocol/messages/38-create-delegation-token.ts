/**
 * CreateDelegationToken: hands out a token with which others can act for a user (KIP-48).
 *
 * 1 has new throttling rules only (KIP-219), 2 added the compact encoding, 3 tokens for a user other than the one who
 * asks (KIP-373).
 */
import {
  array,
  bytes,
  int16,
  int32,
  int64,
  request,
  response,
  string,
  type Decoded,
} from '../schema/notation.ts';

export const createDelegationTokenRequest = request(
  38,
  'CreateDelegationTokenRequest',
  { versions: '0-3', flexible: '2+' },
  {
    ownerPrincipalType: string('3+', { nullable: true }),
    ownerPrincipalName: string('3+', { nullable: true }),
    renewers: array('0+', {
      principalType: string('0+'),
      principalName: string('0+'),
    }),
    maxLifetimeMs: int64('0+'),
  },
);
export type CreateDelegationTokenRequest = Decoded<typeof createDelegationTokenRequest>;

export const createDelegationTokenResponse = response(
  38,
  'CreateDelegationTokenResponse',
  { versions: '0-3', flexible: '2+' },
  {
    errorCode: int16('0+'),
    principalType: string('0+'),
    principalName: string('0+'),
    tokenRequesterPrincipalType: string('3+'),
    tokenRequesterPrincipalName: string('3+'),
    issueTimestampMs: int64('0+'),
    expiryTimestampMs: int64('0+'),
    maxTimestampMs: int64('0+'),
    tokenId: string('0+'),
    hmac: bytes('0+'),
    throttleTimeMs: int32('0+'),
  },
);
export type CreateDelegationTokenResponse = Decoded<typeof createDelegationTokenResponse>;
