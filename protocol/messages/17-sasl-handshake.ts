/**
 * SaslHandshake: names the SASL mechanism that a client wants to use (KIP-43).
 *
 * After version 1 the tokens travel in SaslAuthenticate (KIP-152); after version 0 they follow bare, without a header.
 * It has no compact encoding.
 */
import { array, int16, request, response, string, type Decoded } from '../schema/notation.ts';

export const saslHandshakeRequest = request(
  17,
  'SaslHandshakeRequest',
  { versions: '0-1' },
  {
    mechanism: string('0+'),
  },
);
export type SaslHandshakeRequest = Decoded<typeof saslHandshakeRequest>;

export const saslHandshakeResponse = response(
  17,
  'SaslHandshakeResponse',
  { versions: '0-1' },
  {
    errorCode: int16('0+'),
    mechanisms: array('0+', 'string'),
  },
);
export type SaslHandshakeResponse = Decoded<typeof saslHandshakeResponse>;
