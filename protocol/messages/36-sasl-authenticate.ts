/**
 * SaslAuthenticate: one step of a SASL exchange (KIP-152).
 *
 * 1 added how long the session lives (KIP-368), 2 the compact encoding.
 */
import { bytes, int16, int64, request, response, string, type Decoded } from '../schema/notation.ts';

export const saslAuthenticateRequest = request(
  36,
  'SaslAuthenticateRequest',
  { versions: '0-2', flexible: '2+' },
  {
    authBytes: bytes('0+'),
  },
);
export type SaslAuthenticateRequest = Decoded<typeof saslAuthenticateRequest>;

export const saslAuthenticateResponse = response(
  36,
  'SaslAuthenticateResponse',
  { versions: '0-2', flexible: '2+' },
  {
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
    authBytes: bytes('0+'),
    sessionLifetimeMs: int64('1+'),
  },
);
export type SaslAuthenticateResponse = Decoded<typeof saslAuthenticateResponse>;
