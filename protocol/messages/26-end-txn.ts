/**
 * EndTxn: commits or aborts a transaction (KIP-98).
 *
 * 1 has new throttling rules only (KIP-219), 2 may answer PRODUCER_FENCED (KIP-588), 3 added the compact encoding, 4
 * may answer TRANSACTION_ABORTABLE, 5 raises the producer's epoch with every transaction and answers the new one
 * (KIP-890).
 */
import { bool, int16, int32, int64, request, response, string, type Decoded } from '../schema/notation.ts';

export const endTxnRequest = request(
  26,
  'EndTxnRequest',
  { versions: '0-5', flexible: '3+' },
  {
    transactionalId: string('0+'),
    producerId: int64('0+'),
    producerEpoch: int16('0+'),
    committed: bool('0+'),
  },
);
export type EndTxnRequest = Decoded<typeof endTxnRequest>;

export const endTxnResponse = response(
  26,
  'EndTxnResponse',
  { versions: '0-5', flexible: '3+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    producerId: int64('5+', { default: -1n }),
    producerEpoch: int16('5+', { default: -1 }),
  },
);
export type EndTxnResponse = Decoded<typeof endTxnResponse>;
