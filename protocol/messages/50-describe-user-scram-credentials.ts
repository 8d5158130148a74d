/**
 * DescribeUserScramCredentials: which SCRAM mechanisms users have, never the secrets; null means all users (KIP-554).
 *
 * Mechanisms: 1 SCRAM-SHA-256, 2 SCRAM-SHA-512.
 */
import { array, int16, int32, int8, request, response, string, type Decoded } from '../schema/notation.ts';

export const describeUserScramCredentialsRequest = request(
  50,
  'DescribeUserScramCredentialsRequest',
  { versions: '0', flexible: '0+' },
  {
    users: array(
      '0+',
      {
        name: string('0+'),
      },
      { nullable: true },
    ),
  },
);
export type DescribeUserScramCredentialsRequest = Decoded<typeof describeUserScramCredentialsRequest>;

export const describeUserScramCredentialsResponse = response(
  50,
  'DescribeUserScramCredentialsResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
    results: array('0+', {
      user: string('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: true }),
      credentialInfos: array('0+', {
        mechanism: int8('0+'),
        iterations: int32('0+'),
      }),
    }),
  },
);
export type DescribeUserScramCredentialsResponse = Decoded<typeof describeUserScramCredentialsResponse>;
