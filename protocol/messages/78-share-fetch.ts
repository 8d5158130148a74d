/**
 * ShareFetch: a member of a share group acquires records, and acknowledges earlier ones (KIP-932).
 *
 * 0 was early access in Kafka 4.0. 1, the first stable version, counts records instead of bytes per partition; 2 added
 * how strictly that count is kept (KIP-1206) and longer locks (KIP-1222). Acknowledge types: 0 gap, 1 accept, 2
 * release, 3 reject, 4 renew.
 */
import {
  array,
  bool,
  int16,
  int32,
  int64,
  int8,
  records,
  request,
  response,
  string,
  struct,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const shareFetchRequest = request(
  78,
  'ShareFetchRequest',
  { versions: '0-2', flexible: '0+' },
  {
    groupId: string('0+', { nullable: true }),
    memberId: string('0+', { nullable: true }),
    shareSessionEpoch: int32('0+'),
    maxWaitMs: int32('0+'),
    minBytes: int32('0+'),
    maxBytes: int32('0+', { default: 0x7fffffff }),
    maxRecords: int32('1+'),
    batchSize: int32('1+'),
    shareAcquireMode: int8('2+'),
    isRenewAck: bool('2+'),
    topics: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        partitionMaxBytes: int32('0'),
        acknowledgementBatches: array('0+', {
          firstOffset: int64('0+'),
          lastOffset: int64('0+'),
          acknowledgeTypes: array('0+', 'int8'),
        }),
      }),
    }),
    forgottenTopicsData: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', 'int32'),
    }),
  },
);
export type ShareFetchRequest = Decoded<typeof shareFetchRequest>;

export const shareFetchResponse = response(
  78,
  'ShareFetchResponse',
  { versions: '0-2', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: true }),
    acquisitionLockTimeoutMs: int32('1+'),
    responses: array('0+', {
      topicId: uuid('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: true }),
        acknowledgeErrorCode: int16('0+'),
        acknowledgeErrorMessage: string('0+', { nullable: true }),
        currentLeader: struct('0+', {
          leaderId: int32('0+'),
          leaderEpoch: int32('0+'),
        }),
        records: records('0+', { nullable: '0' }),
        acquiredRecords: array('0+', {
          firstOffset: int64('0+'),
          lastOffset: int64('0+'),
          deliveryCount: int16('0+'),
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
export type ShareFetchResponse = Decoded<typeof shareFetchResponse>;
