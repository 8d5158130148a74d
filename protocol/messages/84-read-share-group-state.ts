/**
 * ReadShareGroupState: a leader reads the delivery state of share-partitions that it takes over (KIP-932).
 */
import {
  array,
  int16,
  int32,
  int64,
  int8,
  request,
  response,
  string,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const readShareGroupStateRequest = request(
  84,
  'ReadShareGroupStateRequest',
  { versions: '0', flexible: '0+' },
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
export type ReadShareGroupStateRequest = Decoded<typeof readShareGroupStateRequest>;

export const readShareGroupStateResponse = response(
  84,
  'ReadShareGroupStateResponse',
  { versions: '0', flexible: '0+' },
  {
    results: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', {
        partition: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: true }),
        stateEpoch: int32('0+'),
        startOffset: int64('0+'),
        stateBatches: array('0+', {
          firstOffset: int64('0+'),
          lastOffset: int64('0+'),
          deliveryState: int8('0+'),
          deliveryCount: int16('0+'),
        }),
      }),
    }),
  },
);
export type ReadShareGroupStateResponse = Decoded<typeof readShareGroupStateResponse>;
