/**
 * ShareGroupDescribe: state, members and assignments of share groups (KIP-932).
 *
 * 0 was early access in Kafka 4.0, 1 is the first stable version; the fields are the same.
 */
import {
  array,
  bool,
  int16,
  int32,
  request,
  response,
  string,
  struct,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const shareGroupDescribeRequest = request(
  77,
  'ShareGroupDescribeRequest',
  { versions: '0-1', flexible: '0+' },
  {
    groupIds: array('0+', 'string'),
    includeAuthorizedOperations: bool('0+'),
  },
);
export type ShareGroupDescribeRequest = Decoded<typeof shareGroupDescribeRequest>;

export const shareGroupDescribeResponse = response(
  77,
  'ShareGroupDescribeResponse',
  { versions: '0-1', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    groups: array('0+', {
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: true }),
      groupId: string('0+'),
      groupState: string('0+'),
      groupEpoch: int32('0+'),
      assignmentEpoch: int32('0+'),
      assignorName: string('0+'),
      members: array('0+', {
        memberId: string('0+'),
        rackId: string('0+', { nullable: true }),
        memberEpoch: int32('0+'),
        clientId: string('0+'),
        clientHost: string('0+'),
        subscribedTopicNames: array('0+', 'string'),
        assignment: struct('0+', {
          topicPartitions: array('0+', {
            topicId: uuid('0+'),
            topicName: string('0+'),
            partitions: array('0+', 'int32'),
          }),
        }),
      }),
      authorizedOperations: int32('0+', { default: -2147483648 }),
    }),
  },
);
export type ShareGroupDescribeResponse = Decoded<typeof shareGroupDescribeResponse>;
