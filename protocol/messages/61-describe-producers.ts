/**
 * DescribeProducers: the producers that a leader has state of, with the start of an open transaction (KIP-664).
 */
import { array, int16, int32, int64, request, response, string, type Decoded } from '../schema/notation.ts';

export const describeProducersRequest = request(
  61,
  'DescribeProducersRequest',
  { versions: '0', flexible: '0+' },
  {
    topics: array('0+', {
      name: string('0+'),
      partitionIndexes: array('0+', 'int32'),
    }),
  },
);
export type DescribeProducersRequest = Decoded<typeof describeProducersRequest>;

export const describeProducersResponse = response(
  61,
  'DescribeProducersResponse',
  { versions: '0', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: true }),
        activeProducers: array('0+', {
          producerId: int64('0+'),
          producerEpoch: int32('0+'),
          lastSequence: int32('0+', { default: -1 }),
          lastTimestamp: int64('0+', { default: -1n }),
          coordinatorEpoch: int32('0+'),
          currentTxnStartOffset: int64('0+', { default: -1n }),
        }),
      }),
    }),
  },
);
export type DescribeProducersResponse = Decoded<typeof describeProducersResponse>;
