/**
 * TxnOffsetCommit: stores how far a group has read, as part of a transaction (KIP-98).
 *
 * 1 has new throttling rules only (KIP-219), 2 added leader epochs (KIP-320), 3 the member, so that a zombie of the
 * group is fenced (KIP-447), and the compact encoding, 4 may answer TRANSACTION_ABORTABLE, 5 stands for AddOffsetsToTxn
 * too (KIP-890).
 */
import { array, int16, int32, int64, request, response, string, type Decoded } from '../schema/notation.ts';

export const txnOffsetCommitRequest = request(
  28,
  'TxnOffsetCommitRequest',
  { versions: '0-5', flexible: '3+' },
  {
    transactionalId: string('0+'),
    groupId: string('0+'),
    producerId: int64('0+'),
    producerEpoch: int16('0+'),
    generationId: int32('3+', { default: -1 }),
    memberId: string('3+'),
    groupInstanceId: string('3+', { nullable: true }),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        committedOffset: int64('0+'),
        committedLeaderEpoch: int32('2+', { default: -1 }),
        committedMetadata: string('0+', { nullable: true }),
      }),
    }),
  },
);
export type TxnOffsetCommitRequest = Decoded<typeof txnOffsetCommitRequest>;

export const txnOffsetCommitResponse = response(
  28,
  'TxnOffsetCommitResponse',
  { versions: '0-5', flexible: '3+' },
  {
    throttleTimeMs: int32('0+'),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
      }),
    }),
  },
);
export type TxnOffsetCommitResponse = Decoded<typeof txnOffsetCommitResponse>;
