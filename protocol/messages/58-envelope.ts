/**
 * Envelope: a broker forwards a client's request to the controller, with the client's principal and address (KIP-590).
 *
 * `requestData` is a whole request with its header, `requestPrincipal` a DefaultPrincipalData, `responseData` a whole
 * response with its header.
 */
import { bytes, int16, request, response, type Decoded } from '../schema/notation.ts';

export const envelopeRequest = request(
  58,
  'EnvelopeRequest',
  { versions: '0', flexible: '0+' },
  {
    requestData: bytes('0+'),
    requestPrincipal: bytes('0+', { nullable: true }),
    clientHostAddress: bytes('0+'),
  },
);
export type EnvelopeRequest = Decoded<typeof envelopeRequest>;

export const envelopeResponse = response(
  58,
  'EnvelopeResponse',
  { versions: '0', flexible: '0+' },
  {
    responseData: bytes('0+', { nullable: true }),
    errorCode: int16('0+'),
  },
);
export type EnvelopeResponse = Decoded<typeof envelopeResponse>;
