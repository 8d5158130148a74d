/**
 * WriteTxnMarkers: a coordinator has the leaders write the end of a transaction into their partitions (KIP-98). Between
 * brokers.
 *
 * 1 added the compact encoding, 2 the version of the transaction protocol (KIP-1228).
 */
import {
  array,
  bool,
  int16,
  int32,
  int64,
  int8,
  request,
  response,
  string,
  type Decoded,
} from '../schema/notation.ts';

export const writeTxnMarkersRequest = request(
  27,
  'WriteTxnMarkersRequest',
  { versions: '0-2', flexible: '1+' },
  {
    markers: array('0+', {
      producerId: int64('0+'),
      producerEpoch: int16('0+'),
      transactionResult: bool('0+'),
      topics: array('0+', {
        name: string('0+'),
        partitionIndexes: array('0+', 'int32'),
      }),
      coordinatorEpoch: int32('0+'),
      transactionVersion: int8('2+'),
    }),
  },
);
export type WriteTxnMarkersRequest = Decoded<typeof writeTxnMarkersRequest>;

export const writeTxnMarkersResponse = response(
  27,
  'WriteTxnMarkersResponse',
  { versions: '0-2', flexible: '1+' },
  {
    markers: array('0+', {
      producerId: int64('0+'),
      topics: array('0+', {
        name: string('0+'),
        partitions: array('0+', {
          partitionIndex: int32('0+'),
          errorCode: int16('0+'),
        }),
      }),
    }),
  },
);
export type WriteTxnMarkersResponse = Decoded<typeof writeTxnMarkersResponse>;
