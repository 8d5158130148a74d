/**
 * ListTransactions: the transactions that a coordinator knows, by state and producer (KIP-664).
 *
 * 1 added a least duration (KIP-994), 2 a pattern for the transactional id (KIP-1152). A negative duration means any.
 */
import { array, int16, int32, int64, request, response, string, type Decoded } from '../schema/notation.ts';

export const listTransactionsRequest = request(
  66,
  'ListTransactionsRequest',
  { versions: '0-2', flexible: '0+' },
  {
    stateFilters: array('0+', 'string'),
    producerIdFilters: array('0+', 'int64'),
    durationFilter: int64('1+', { default: -1n }),
    transactionalIdPattern: string('2+', { nullable: true }),
  },
);
export type ListTransactionsRequest = Decoded<typeof listTransactionsRequest>;

export const listTransactionsResponse = response(
  66,
  'ListTransactionsResponse',
  { versions: '0-2', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    unknownStateFilters: array('0+', 'string'),
    transactionStates: array('0+', {
      transactionalId: string('0+'),
      producerId: int64('0+'),
      transactionState: string('0+'),
    }),
  },
);
export type ListTransactionsResponse = Decoded<typeof listTransactionsResponse>;
