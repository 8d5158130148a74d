/**
 * AddOffsetsToTxn: tells a transaction's coordinator that it will commit offsets of a group (KIP-98).
 *
 * 1 has new throttling rules only (KIP-219), 2 may answer PRODUCER_FENCED (KIP-588), 3 added the compact encoding, 4
 * may answer TRANSACTION_ABORTABLE (KIP-890).
 */
import { int16, int32, int64, request, response, string, type Decoded } from '../schema/notation.ts';

export const addOffsetsToTxnRequest = request(
  25,
  'AddOffsetsToTxnRequest',
  { versions: '0-4', flexible: '3+' },
  {
    transactionalId: string('0+'),
    producerId: int64('0+'),
    producerEpoch: int16('0+'),
    groupId: string('0+'),
  },
);
export type AddOffsetsToTxnRequest = Decoded<typeof addOffsetsToTxnRequest>;

export const addOffsetsToTxnResponse = response(
  25,
  'AddOffsetsToTxnResponse',
  { versions: '0-4', flexible: '3+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
  },
);
export type AddOffsetsToTxnResponse = Decoded<typeof addOffsetsToTxnResponse>;
