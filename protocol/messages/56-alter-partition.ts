/**
 * AlterPartition: a leader asks the controller to change the in-sync replicas of its partitions (KIP-497). Called
 * AlterIsr at first.
 *
 * 1 added recovery after an unclean election (KIP-704), 2 topic ids instead of names (KIP-841), 3 the epochs of the
 * brokers in the new set (KIP-903).
 */
import {
  array,
  int16,
  int32,
  int64,
  int8,
  request,
  response,
  string,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const alterPartitionRequest = request(
  56,
  'AlterPartitionRequest',
  { versions: '0-3', flexible: '0+' },
  {
    brokerId: int32('0+'),
    brokerEpoch: int64('0+', { default: -1n }),
    topics: array('0+', {
      topicName: string('0-1'),
      topicId: uuid('2+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        leaderEpoch: int32('0+'),
        newIsr: array('0-2', 'int32'),
        newIsrWithEpochs: array('3+', {
          brokerId: int32('3+'),
          brokerEpoch: int64('3+', { default: -1n }),
        }),
        leaderRecoveryState: int8('1+'),
        partitionEpoch: int32('0+'),
      }),
    }),
  },
);
export type AlterPartitionRequest = Decoded<typeof alterPartitionRequest>;

export const alterPartitionResponse = response(
  56,
  'AlterPartitionResponse',
  { versions: '0-3', flexible: '0+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('0+'),
    topics: array('0+', {
      topicName: string('0-1'),
      topicId: uuid('2+'),
      partitions: array('0+', {
        partitionIndex: int32('0+'),
        errorCode: int16('0+'),
        leaderId: int32('0+'),
        leaderEpoch: int32('0+'),
        isr: array('0+', 'int32'),
        leaderRecoveryState: int8('1+'),
        partitionEpoch: int32('0+'),
      }),
    }),
  },
);
export type AlterPartitionResponse = Decoded<typeof alterPartitionResponse>;
