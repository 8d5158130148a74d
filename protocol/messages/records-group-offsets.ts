/**
 * What a group coordinator keeps in `__consumer_offsets`.
 *
 * Keys start with an int16 record type (0 and 1 an offset, 2 a group), values with an int16 schema version; see
 * schema/versioned-data.ts. A null value is a tombstone. Value versions of an offset: 1 added an expiry time, 2 dropped it
 * again (KIP-211), 3 the leader epoch, 4 the compact encoding and topic id. Of a group: 1 the rebalance timeout, 2 when the
 * state changed, 3 static members (KIP-345), 4 the compact encoding.
 */
import { array, bytes, int32, int64, record, string, uuid, type Decoded } from '../schema/notation.ts';

export const legacyOffsetCommitKey = record(
  0,
  'LegacyOffsetCommitKey',
  { versions: '0' },
  {
    group: string('0'),
    topic: string('0'),
    partition: int32('0'),
  },
);
export type LegacyOffsetCommitKey = Decoded<typeof legacyOffsetCommitKey>;

export const legacyOffsetCommitValue = record(
  0,
  'LegacyOffsetCommitValue',
  { versions: '0' },
  {
    offset: int64('0'),
    metadata: string('0'),
    commitTimestamp: int64('0'),
  },
);
export type LegacyOffsetCommitValue = Decoded<typeof legacyOffsetCommitValue>;

export const offsetCommitKey = record(
  1,
  'OffsetCommitKey',
  { versions: '0' },
  {
    group: string('0'),
    topic: string('0'),
    partition: int32('0'),
  },
);
export type OffsetCommitKey = Decoded<typeof offsetCommitKey>;

export const offsetCommitValue = record(
  1,
  'OffsetCommitValue',
  { versions: '0-4', flexible: '4+' },
  {
    offset: int64('0+'),
    leaderEpoch: int32('3+', { default: -1 }),
    metadata: string('0+'),
    commitTimestamp: int64('0+'),
    expireTimestamp: int64('1', { default: -1n }),
    topicId: uuid('4+', { tag: 0 }),
  },
);
export type OffsetCommitValue = Decoded<typeof offsetCommitValue>;

export const groupMetadataKey = record(
  2,
  'GroupMetadataKey',
  { versions: '0' },
  {
    group: string('0'),
  },
);
export type GroupMetadataKey = Decoded<typeof groupMetadataKey>;

export const groupMetadataValue = record(
  2,
  'GroupMetadataValue',
  { versions: '0-4', flexible: '4+' },
  {
    protocolType: string('0+'),
    generation: int32('0+'),
    protocol: string('0+', { nullable: true }),
    leader: string('0+', { nullable: true }),
    currentStateTimestamp: int64('2+', { default: -1n }),
    members: array('0+', {
      memberId: string('0+'),
      groupInstanceId: string('3+', { nullable: true }),
      clientId: string('0+'),
      clientHost: string('0+'),
      rebalanceTimeout: int32('1+', { default: -1 }),
      sessionTimeout: int32('0+'),
      subscription: bytes('0+'),
      assignment: bytes('0+'),
    }),
  },
);
export type GroupMetadataValue = Decoded<typeof groupMetadataValue>;
