/**
 * WriteShareGroupState: a leader has delivery state of share-partitions made durable (KIP-932).
 *
 * 1 added how many records beyond the start are done (KIP-1226).
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

export const writeShareGroupStateRequest = request(
  85,
  'WriteShareGroupStateRequest',
  { versions: '0-1', flexible: '0+' },
  {
    groupId: string('0+'),
    topics: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', {
        partition: int32('0+'),
        stateEpoch: int32('0+'),
        leaderEpoch: int32('0+'),
        startOffset: int64('0+'),
        deliveryCompleteCount: int32('1+', { default: -1 }),
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
export type WriteShareGroupStateRequest = Decoded<typeof writeShareGroupStateRequest>;

export const writeShareGroupStateResponse = response(
  85,
  'WriteShareGroupStateResponse',
  { versions: '0-1', flexible: '0+' },
  {
    results: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', {
        partition: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: true }),
      }),
    }),
  },
);
export type WriteShareGroupStateResponse = Decoded<typeof writeShareGroupStateResponse>;
