/**
 * ShareGroupHeartbeat: joins, stays in and leaves a share group, and gets the assignment (KIP-932).
 *
 * 0 was early access in Kafka 4.0, 1 is the first stable version; the fields are the same.
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

export const shareGroupHeartbeatRequest = request(
  76,
  'ShareGroupHeartbeatRequest',
  { versions: '0-1', flexible: '0+' },
  {
    groupId: string('0+'),
    memberId: string('0+'),
    memberEpoch: int32('0+'),
    rackId: string('0+', { nullable: true }),
    subscribedTopicNames: array('0+', 'string', { nullable: true }),
  },
);
export type ShareGroupHeartbeatRequest = Decoded<typeof shareGroupHeartbeatRequest>;

export const shareGroupHeartbeatResponse = response(
  76,
  'ShareGroupHeartbeatResponse',
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
export type ShareGroupHeartbeatResponse = Decoded<typeof shareGroupHeartbeatResponse>;
