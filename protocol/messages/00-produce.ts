/**
 * Produce: appends record batches to partitions.
 *
 * 2 added the time of a log append, 3 transactional ids and record batch v2 (KIP-98), 5 the log start offset, 7 zstd (KIP-110),
 * 8 errors of single records (KIP-467), 9 the compact encoding, 10 where the leader is now (KIP-951), 12 transactions v2 (KIP-890),
 * 13 topic ids instead of names. `acks`: 0 no answer, 1 leader, -1 all in-sync replicas.
 */
import {
  array,
  int16,
  int32,
  int64,
  records,
  request,
  response,
  string,
  struct,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const produceRequest = request(
  0,
  'ProduceRequest',
  { versions: '0-13', flexible: '9+' },
  {
    transactionalId: string('3+', { nullable: true }),
    acks: int16('0+'),
    timeoutMs: int32('0+'),
    topicData: array('0+', {
      name: string('0-12'),
      topicId: uuid('13+'),
      partitionData: array('0+', {
        index: int32('0+'),
        records: records('0+', { nullable: true }),
      }),
    }),
  },
);
export type ProduceRequest = Decoded<typeof produceRequest>;

export const produceResponse = response(
  0,
  'ProduceResponse',
  { versions: '0-13', flexible: '9+' },
  {
    responses: array('0+', {
      name: string('0-12'),
      topicId: uuid('13+'),
      partitionResponses: array('0+', {
        index: int32('0+'),
        errorCode: int16('0+'),
        baseOffset: int64('0+'),
        logAppendTimeMs: int64('2+', { default: -1n }),
        logStartOffset: int64('5+', { default: -1n }),
        recordErrors: array('8+', {
          batchIndex: int32('8+'),
          batchIndexErrorMessage: string('8+', { nullable: true }),
        }),
        errorMessage: string('8+', { nullable: true }),
        currentLeader: struct(
          '10+',
          {
            leaderId: int32('10+', { default: -1 }),
            leaderEpoch: int32('10+', { default: -1 }),
          },
          { tag: 0 },
        ),
      }),
    }),
    throttleTimeMs: int32('1+'),
    nodeEndpoints: array(
      '10+',
      {
        nodeId: int32('10+'),
        host: string('10+'),
        port: int32('10+'),
        rack: string('10+', { nullable: true }),
      },
      { tag: 0 },
    ),
  },
);
export type ProduceResponse = Decoded<typeof produceResponse>;
