/**
 * UnregisterBroker: removes a broker that will not come back from the cluster (KIP-631).
 */
import { int16, int32, request, response, string, type Decoded } from '../schema/notation.ts';

export const unregisterBrokerRequest = request(
  64,
  'UnregisterBrokerRequest',
  { versions: '0', flexible: '0+' },
  {
    brokerId: int32('0+'),
  },
);
export type UnregisterBrokerRequest = Decoded<typeof unregisterBrokerRequest>;

export const unregisterBrokerResponse = response(
  64,
  'UnregisterBrokerResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
  },
);
export type UnregisterBrokerResponse = Decoded<typeof unregisterBrokerResponse>;
