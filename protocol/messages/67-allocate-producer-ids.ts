/**
 * AllocateProducerIds: a broker takes a block of producer ids from the controller (KIP-730).
 */
import { int16, int32, int64, request, response, type Decoded } from '../schema/notation.ts';

export const allocateProducerIdsRequest = request(
  67,
  'AllocateProducerIdsRequest',
  { versions: '0', flexible: '0+' },
  {
    brokerId: int32('0+'),
    brokerEpoch: int64('0+', { default: -1n }),
  },
);
export type AllocateProducerIdsRequest = Decoded<typeof allocateProducerIdsRequest>;

export const allocateProducerIdsResponse = response(
  67,
  'AllocateProducerIdsResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    producerIdStart: int64('0+'),
    producerIdLen: int32('0+'),
  },
);
export type AllocateProducerIdsResponse = Decoded<typeof allocateProducerIdsResponse>;
