/**
 * ShareAcknowledge: a member of a share group says what became of the records it acquired (KIP-932).
 *
 * 0 was early access in Kafka 4.0, 1 is the first stable version, 2 added longer locks (KIP-1222). Acknowledge types as
 * in ShareFetch.
 */
import {
  array,
  bool,
  int16,
  int32,
  int64,
  request,
  response,
  string,
  struct,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const shareAcknowledgeRequest = request(
  79,
  'ShareAcknowledgeRequest',
  { versions: '0-2', flexible: '0+' },
  {
    groupId: string('0+', { nullable: true }),
    memberId: string('0+', { nullable: true }),
    shareSessionEpoch: int32('0+'),
    isRenewAck: bool('2+'),
    topics: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        acknowledgementBatches: array('0+', {
          firstOffset: int64('0+'),
          lastOffset: int64('0+'),
          acknowledgeTypes: array('0+', 'int8'),
        }),
      }),
    }),
  },
);
export type ShareAcknowledgeRequest = Decoded<typeof shareAcknowledgeRequest>;

export const shareAcknowledgeResponse = response(
  79,
  'ShareAcknowledgeResponse',
  { versions: '0-2', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
    acquisitionLockTimeoutMs: int32('2+'),
    responses: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: true }),
        currentLeader: struct('0+', {
          leaderId: int32('0+'),
          leaderEpoch: int32('0+'),
        }),
      }),
    }),
    nodeEndpoints: array('0+', {
      nodeId: int32('0+'),
      host: string('0+'),
      port: int32('0+'),
      rack: string('0+', { nullable: true }),
    }),
  },
);
export type ShareAcknowledgeResponse = Decoded<typeof shareAcknowledgeResponse>;
