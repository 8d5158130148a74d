/**
 * DescribeDelegationToken: lists delegation tokens by their owners; null means all (KIP-48).
 *
 * 1 has new throttling rules only (KIP-219), 2 added the compact encoding, 3 who asked for the token (KIP-373).
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

export const describeDelegationTokenRequest = request(
  41,
  'DescribeDelegationTokenRequest',
  { versions: '0-3', flexible: '2+' },
  {
    owners: array(
      '0+',
      {
        principalType: string('0+'),
        principalName: string('0+'),
      },
      { nullable: true },
    ),
  },
);
export type DescribeDelegationTokenRequest = Decoded<typeof describeDelegationTokenRequest>;

export const describeDelegationTokenResponse = response(
  41,
  'DescribeDelegationTokenResponse',
  { versions: '0-3', flexible: '2+' },
  {
    errorCode: int16('0+'),
    tokens: array('0+', {
      principalType: string('0+'),
      principalName: string('0+'),
      tokenRequesterPrincipalType: string('3+'),
      tokenRequesterPrincipalName: string('3+'),
      issueTimestamp: int64('0+'),
      expiryTimestamp: int64('0+'),
      maxTimestamp: int64('0+'),
      tokenId: string('0+'),
      hmac: bytes('0+'),
      renewers: array('0+', {
        principalType: string('0+'),
        principalName: string('0+'),
      }),
    }),
    throttleTimeMs: int32('0+'),
  },
);
export type DescribeDelegationTokenResponse = Decoded<typeof describeDelegationTokenResponse>;
