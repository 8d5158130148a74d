/**
 * InitializeShareGroupState: a group's coordinator has the share coordinator begin to keep state of partitions
 * (KIP-932).
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

export const initializeShareGroupStateRequest = request(
  83,
  'InitializeShareGroupStateRequest',
  { versions: '0', flexible: '0+' },
  {
    groupId: string('0+'),
    topics: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', {
        partition: int32('0+'),
        stateEpoch: int32('0+'),
        startOffset: int64('0+'),
      }),
    }),
  },
);
export type InitializeShareGroupStateRequest = Decoded<typeof initializeShareGroupStateRequest>;

export const initializeShareGroupStateResponse = response(
  83,
  'InitializeShareGroupStateResponse',
  { versions: '0', flexible: '0+' },
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
export type InitializeShareGroupStateResponse = Decoded<typeof initializeShareGroupStateResponse>;
