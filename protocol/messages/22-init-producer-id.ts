/**
 * InitProducerId: gives a producer its id and epoch for idempotent and transactional writing (KIP-98).
 *
 * 2 the compact encoding, 3 bumping the epoch of a known id (KIP-360), 4 PRODUCER_FENCED, 6 two-phase commit (KIP-939, not yet stable in Kafka).
 */
import { bool, int16, int32, int64, request, response, string, type Decoded } from '../schema/notation.ts';

export const initProducerIdRequest = request(
  22,
  'InitProducerIdRequest',
  { versions: '0-6', flexible: '2+' },
  {
    transactionalId: string('0+', { nullable: true }),
    transactionTimeoutMs: int32('0+'),
    producerId: int64('3+', { default: -1n }),
    producerEpoch: int16('3+', { default: -1 }),
    enable2Pc: bool('6+'),
    keepPreparedTxn: bool('6+'),
  },
);
export type InitProducerIdRequest = Decoded<typeof initProducerIdRequest>;

export const initProducerIdResponse = response(
  22,
  'InitProducerIdResponse',
  { versions: '0-6', flexible: '2+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    producerId: int64('0+', { default: -1n }),
    producerEpoch: int16('0+'),
    ongoingTxnProducerId: int64('6+', { default: -1n }),
    ongoingTxnProducerEpoch: int16('6+', { default: -1 }),
  },
);
export type InitProducerIdResponse = Decoded<typeof initProducerIdResponse>;
