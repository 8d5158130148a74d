/**
 * AlterUserScramCredentials: sets and removes the SCRAM credentials of users (KIP-554).
 *
 * The client salts and hashes the password; the broker never sees it. Mechanisms: 1 SCRAM-SHA-256, 2 SCRAM-SHA-512.
 */
import {
  array,
  bytes,
  int16,
  int32,
  int8,
  request,
  response,
  string,
  type Decoded,
} from '../schema/notation.ts';

export const alterUserScramCredentialsRequest = request(
  51,
  'AlterUserScramCredentialsRequest',
  { versions: '0', flexible: '0+' },
  {
    deletions: array('0+', {
      name: string('0+'),
      mechanism: int8('0+'),
    }),
    upsertions: array('0+', {
      name: string('0+'),
      mechanism: int8('0+'),
      iterations: int32('0+'),
      salt: bytes('0+'),
      saltedPassword: bytes('0+'),
    }),
  },
);
export type AlterUserScramCredentialsRequest = Decoded<typeof alterUserScramCredentialsRequest>;

export const alterUserScramCredentialsResponse = response(
  51,
  'AlterUserScramCredentialsResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    results: array('0+', {
      user: string('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: true }),
    }),
  },
);
export type AlterUserScramCredentialsResponse = Decoded<typeof alterUserScramCredentialsResponse>;
