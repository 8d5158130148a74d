/**
 * Records of `__remote_log_metadata`, in which brokers with tiered storage (KIP-405) say which segments lie where. Each value is
 * framed as schema/versioned-data.ts describes. Aquila has no tiered storage; its tools read what Apache Kafka wrote.
 */
import {
  array,
  bool,
  bytes,
  int32,
  int64,
  int8,
  record,
  string,
  struct,
  uuid,
  type Decoded,
} from '../schema/notation.ts';

export const remoteLogSegmentMetadataRecord = record(
  0,
  'RemoteLogSegmentMetadataRecord',
  { versions: '0', flexible: '0+' },
  {
    remoteLogSegmentId: struct('0+', {
      topicIdPartition: struct('0+', {
        name: string('0+'),
        id: uuid('0+'),
        partition: int32('0+'),
      }),
      id: uuid('0+'),
    }),
    startOffset: int64('0+'),
    endOffset: int64('0+'),
    brokerId: int32('0+'),
    maxTimestampMs: int64('0+'),
    eventTimestampMs: int64('0+'),
    segmentLeaderEpochs: array('0+', {
      leaderEpoch: int32('0+'),
      offset: int64('0+'),
    }),
    segmentSizeInBytes: int32('0+'),
    customMetadata: bytes('0+', { nullable: true }),
    remoteLogSegmentState: int8('0+'),
    txnIndexEmpty: bool('0+', { tag: 0 }),
  },
);
export type RemoteLogSegmentMetadataRecord = Decoded<typeof remoteLogSegmentMetadataRecord>;

export const remoteLogSegmentMetadataUpdateRecord = record(
  1,
  'RemoteLogSegmentMetadataUpdateRecord',
  { versions: '0', flexible: '0+' },
  {
    remoteLogSegmentId: struct('0+', {
      topicIdPartition: struct('0+', {
        name: string('0+'),
        id: uuid('0+'),
        partition: int32('0+'),
      }),
      id: uuid('0+'),
    }),
    brokerId: int32('0+'),
    eventTimestampMs: int64('0+'),
    customMetadata: bytes('0+', { nullable: true }),
    remoteLogSegmentState: int8('0+'),
  },
);
export type RemoteLogSegmentMetadataUpdateRecord = Decoded<typeof remoteLogSegmentMetadataUpdateRecord>;

export const remotePartitionDeleteMetadataRecord = record(
  2,
  'RemotePartitionDeleteMetadataRecord',
  { versions: '0', flexible: '0+' },
  {
    topicIdPartition: struct('0+', {
      name: string('0+'),
      id: uuid('0+'),
      partition: int32('0+'),
    }),
    brokerId: int32('0+'),
    eventTimestampMs: int64('0+'),
    remotePartitionDeleteState: int8('0+'),
  },
);
export type RemotePartitionDeleteMetadataRecord = Decoded<typeof remotePartitionDeleteMetadataRecord>;

export const remoteLogSegmentMetadataSnapshotRecord = record(
  3,
  'RemoteLogSegmentMetadataSnapshotRecord',
  { versions: '0', flexible: '0+' },
  {
    segmentId: uuid('0+'),
    startOffset: int64('0+'),
    endOffset: int64('0+'),
    brokerId: int32('0+'),
    maxTimestampMs: int64('0+'),
    eventTimestampMs: int64('0+'),
    segmentLeaderEpochs: array('0+', {
      leaderEpoch: int32('0+'),
      offset: int64('0+'),
    }),
    segmentSizeInBytes: int32('0+'),
    customMetadata: bytes('0+', { nullable: true }),
    remoteLogSegmentState: int8('0+'),
    txnIndexEmpty: bool('0+', { tag: 0 }),
  },
);
export type RemoteLogSegmentMetadataSnapshotRecord = Decoded<typeof remoteLogSegmentMetadataSnapshotRecord>;
