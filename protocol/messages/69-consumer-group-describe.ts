/**
 * ConsumerGroupDescribe: state, members and assignments of groups of the new protocol (KIP-848).
 *
 * 1 added whether a member speaks the classic or the new protocol (KIP-1099).
 */
import {
  array,
  bool,
  int16,
  int32,
  int8,
  request,
  response,
  string,
  struct,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const consumerGroupDescribeRequest = request(
  69,
  'ConsumerGroupDescribeRequest',
  { versions: '0-1', flexible: '0+' },
  {
    groupIds: array('0+', 'string'),
    includeAuthorizedOperations: bool('0+'),
  },
);
export type ConsumerGroupDescribeRequest = Decoded<typeof consumerGroupDescribeRequest>;

const topicPartitionsFields = {
  topicId: uuid('0+'),
  topicName: string('0+'),
  partitions: array('0+', 'int32'),
};

const assignmentFields = {
  topicPartitions: array('0+', topicPartitionsFields),
};

export const consumerGroupDescribeResponse = response(
  69,
  'ConsumerGroupDescribeResponse',
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
        instanceId: string('0+', { nullable: true }),
        rackId: string('0+', { nullable: true }),
        memberEpoch: int32('0+'),
        clientId: string('0+'),
        clientHost: string('0+'),
        subscribedTopicNames: array('0+', 'string'),
        subscribedTopicRegex: string('0+', { nullable: true }),
        assignment: struct('0+', assignmentFields),
        targetAssignment: struct('0+', assignmentFields),
        memberType: int8('1+', { default: -1 }),
      }),
      authorizedOperations: int32('0+', { default: -2147483648 }),
    }),
  },
);
export type ConsumerGroupDescribeResponse = Decoded<typeof consumerGroupDescribeResponse>;
