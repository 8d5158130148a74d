/**
 * What a share coordinator keeps in `__share_group_state`: how far each share-partition is (KIP-932).
 *
 * Keys start with their int16 record type, values with an int16 schema version; see schema/versioned-data.ts. A
 * snapshot holds everything, the updates after it what changed. The number of records done came with KIP-1226.
 */
import { array, int16, int32, int64, int8, record, string, uuid, type Decoded } from '../schema/notation.ts';

export const shareSnapshotKey = record(
  0,
  'ShareSnapshotKey',
  { versions: '0' },
  {
    groupId: string('0'),
    topicId: uuid('0'),
    partition: int32('0'),
  },
);
export type ShareSnapshotKey = Decoded<typeof shareSnapshotKey>;

export const shareSnapshotValue = record(
  0,
  'ShareSnapshotValue',
  { versions: '0', flexible: '0+' },
  {
    snapshotEpoch: int32('0+'),
    stateEpoch: int32('0+'),
    leaderEpoch: int32('0+'),
    startOffset: int64('0+'),
    deliveryCompleteCount: int32('0+', { default: -1, tag: 0 }),
    createTimestamp: int64('0+'),
    writeTimestamp: int64('0+'),
    stateBatches: array('0+', {
      firstOffset: int64('0+'),
      lastOffset: int64('0+'),
      deliveryState: int8('0+'),
      deliveryCount: int16('0+'),
    }),
  },
);
export type ShareSnapshotValue = Decoded<typeof shareSnapshotValue>;

export const shareUpdateKey = record(
  1,
  'ShareUpdateKey',
  { versions: '0' },
  {
    groupId: string('0'),
    topicId: uuid('0'),
    partition: int32('0'),
  },
);
export type ShareUpdateKey = Decoded<typeof shareUpdateKey>;

export const shareUpdateValue = record(
  1,
  'ShareUpdateValue',
  { versions: '0', flexible: '0+' },
  {
    snapshotEpoch: int32('0+'),
    leaderEpoch: int32('0+'),
    startOffset: int64('0+'),
    deliveryCompleteCount: int32('0+', { default: -1, tag: 0 }),
    stateBatches: array('0+', {
      firstOffset: int64('0+'),
      lastOffset: int64('0+'),
      deliveryState: int8('0+'),
      deliveryCount: int16('0+'),
    }),
  },
);
export type ShareUpdateValue = Decoded<typeof shareUpdateValue>;
