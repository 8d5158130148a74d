/**
 * ConsumerGroupHeartbeat: joins, stays in and leaves a group of the new protocol, and gets the assignment (KIP-848).
 *
 * 1 added subscriptions by regular expression and member ids that the client makes (KIP-1082). Member epoch 0 joins, -1
 * leaves, -2 leaves for a while as a static member; a null field has not changed since the last heartbeat.
 */
import {
  array,
  int16,
  int32,
  request,
  response,
  string,
  struct,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const consumerGroupHeartbeatRequest = request(
  68,
  'ConsumerGroupHeartbeatRequest',
  { versions: '0-1', flexible: '0+' },
  {
    groupId: string('0+'),
    memberId: string('0+'),
    memberEpoch: int32('0+'),
    instanceId: string('0+', { nullable: true }),
    rackId: string('0+', { nullable: true }),
    rebalanceTimeoutMs: int32('0+', { default: -1 }),
    subscribedTopicNames: array('0+', 'string', { nullable: true }),
    subscribedTopicRegex: string('1+', { nullable: true }),
    serverAssignor: string('0+', { nullable: true }),
    topicPartitions: array(
      '0+',
      {
        topicId: uuid('0+'),
        partitions: array('0+', 'int32'),
      },
      { nullable: true },
    ),
  },
);
export type ConsumerGroupHeartbeatRequest = Decoded<typeof consumerGroupHeartbeatRequest>;

export const consumerGroupHeartbeatResponse = response(
  68,
  'ConsumerGroupHeartbeatResponse',
  { versions: '0-1', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
    memberId: string('0+', { nullable: true }),
    memberEpoch: int32('0+'),
    heartbeatIntervalMs: int32('0+'),
    assignment: struct(
      '0+',
      {
        topicPartitions: array('0+', {
          topicId: uuid('0+'),
          partitions: array('0+', 'int32'),
        }),
      },
      { nullable: true },
    ),
  },
);
export type ConsumerGroupHeartbeatResponse = Decoded<typeof consumerGroupHeartbeatResponse>;
