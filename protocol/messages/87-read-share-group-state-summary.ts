/**
 * ReadShareGroupStateSummary: the start of share-partitions without the state of single records (KIP-932).
 *
 * 1 added how many records beyond the start are done (KIP-1226).
 */
import {
  array,
  int16,
  int32,
  int64,
  request,
  response,
  string,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const readShareGroupStateSummaryRequest = request(
  87,
  'ReadShareGroupStateSummaryRequest',
  { versions: '0-1', flexible: '0+' },
  {
    groupId: string('0+'),
    topics: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', {
        partition: int32('0+'),
        leaderEpoch: int32('0+'),
      }),
    }),
  },
);
export type ReadShareGroupStateSummaryRequest = Decoded<typeof readShareGroupStateSummaryRequest>;

export const readShareGroupStateSummaryResponse = response(
  87,
  'ReadShareGroupStateSummaryResponse',
  { versions: '0-1', flexible: '0+' },
  {
    results: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', {
        partition: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: true }),
        stateEpoch: int32('0+'),
        leaderEpoch: int32('0+'),
        startOffset: int64('0+'),
        deliveryCompleteCount: int32('1+', { default: -1 }),
      }),
    }),
  },
);
export type ReadShareGroupStateSummaryResponse = Decoded<typeof readShareGroupStateSummaryResponse>;
