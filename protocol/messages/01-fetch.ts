/**
 * Fetch: reads record batches from partitions; consumers and followers use the same request.
 *
 * 3 added a bound on the whole answer, 4 isolation and aborted transactions (KIP-98), 5 log start offsets, 7 fetch sessions (KIP-227),
 * 9 leader epochs (KIP-320), 11 rack and preferred replica (KIP-392), 12 the compact encoding and diverging epochs (KIP-595),
 * 13 topic ids (KIP-516), 15 the replica's state as a tag (KIP-903), 16 endpoints of leaders (KIP-951), 17 directory ids (KIP-853),
 * 18 a follower's known high watermark (KIP-1166).
 */
import {
  array,
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

export const fetchRequest = request(
  1,
  'FetchRequest',
  { versions: '0-18', flexible: '12+' },
  {
    clusterId: string('12+', { nullable: true, tag: 0 }),
    replicaId: int32('0-14', { default: -1 }),
    replicaState: struct(
      '15+',
      {
        replicaId: int32('15+', { default: -1 }),
        replicaEpoch: int64('15+', { default: -1n }),
      },
      { tag: 1 },
    ),
    maxWaitMs: int32('0+'),
    minBytes: int32('0+'),
    maxBytes: int32('3+', { default: 0x7fff_ffff }),
    isolationLevel: int8('4+'),
    sessionId: int32('7+'),
    sessionEpoch: int32('7+', { default: -1 }),
    topics: array('0+', {
      topic: string('0-12'),
      topicId: uuid('13+'),
      partitions: array('0+', {
        partition: int32('0+'),
        currentLeaderEpoch: int32('9+', { default: -1 }),
        fetchOffset: int64('0+'),
        lastFetchedEpoch: int32('12+', { default: -1 }),
        logStartOffset: int64('5+', { default: -1n }),
        partitionMaxBytes: int32('0+'),
        replicaDirectoryId: uuid('17+', { tag: 0 }),
        highWatermark: int64('18+', { default: 9223372036854775807n, tag: 1 }),
      }),
    }),
    forgottenTopicsData: array('7+', {
      topic: string('7-12'),
      topicId: uuid('13+'),
      partitions: array('7+', 'int32'),
    }),
    rackId: string('11+'),
  },
);
export type FetchRequest = Decoded<typeof fetchRequest>;

export const fetchResponse = response(
  1,
  'FetchResponse',
  { versions: '0-18', flexible: '12+' },
  {
    throttleTimeMs: int32('1+'),
    errorCode: int16('7+'),
    sessionId: int32('7+'),
    responses: array('0+', {
      topic: string('0-12'),
      topicId: uuid('13+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
        highWatermark: int64('0+'),
        lastStableOffset: int64('4+', { default: -1n }),
        logStartOffset: int64('5+', { default: -1n }),
        divergingEpoch: struct(
          '12+',
          {
            epoch: int32('12+', { default: -1 }),
            endOffset: int64('12+', { default: -1n }),
          },
          { tag: 0 },
        ),
        currentLeader: struct(
          '12+',
          {
            leaderId: int32('12+', { default: -1 }),
            leaderEpoch: int32('12+', { default: -1 }),
          },
          { tag: 1 },
        ),
        snapshotId: struct(
          '12+',
          {
            endOffset: int64('0+', { default: -1n }),
            epoch: int32('0+', { default: -1 }),
          },
          { tag: 2 },
        ),
        abortedTransactions: array(
          '4+',
          {
            producerId: int64('4+'),
            firstOffset: int64('4+'),
          },
          { nullable: true },
        ),
        preferredReadReplica: int32('11+', { default: -1 }),
        records: records('0+', { nullable: true }),
      }),
    }),
    nodeEndpoints: array(
      '16+',
      {
        nodeId: int32('16+'),
        host: string('16+'),
        port: int32('16+'),
        rack: string('16+', { nullable: true }),
      },
      { tag: 0 },
    ),
  },
);
export type FetchResponse = Decoded<typeof fetchResponse>;
