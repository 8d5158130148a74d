/**
 * What a group coordinator writes into __consumer_offsets, and its bytes: offsets under a key of type 1, group
 * metadata under a key of type 2, exactly as Apache Kafka's coordinator lays them out (OffsetCommitValue 3, 4 with the id of
 * its topic, or 1 when it carries an explicit expiry; GroupMetadataValue 3). A null value takes the key away (tombstone). What is kept of groups
 * of the consumer protocol is in consumer/consumer-record.ts.
 */
import {
  groupMetadataKey,
  groupMetadataValue,
  legacyOffsetCommitKey,
  offsetCommitKey,
  offsetCommitValue,
} from '../../../protocol/messages/records-group-offsets.ts';
import {
  decodeCoordinatorKey,
  decodeVersioned,
  encodeCoordinatorKey,
  encodeVersioned,
  prefixOf,
} from '../../../protocol/schema/versioned-data.ts';
import { ZERO_UUID } from '../../../protocol/wire/uuid.ts';
import {
  type ConsumerGroupRecord,
  decodeConsumerRecord,
  encodeConsumerRecord,
  isConsumerGroupRecord,
} from './consumer/consumer-record.ts';

export interface CommittedOffset {
  /** The next offset to read. Any int64 a client sent. */
  readonly offset: bigint;
  /** -1: not told. */
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly commitTimestampMs: number;
  /** -1: by the broker's retention. Set by the retention time of OffsetCommit 2 to 4 only. */
  readonly expireTimestampMs: number;
  /** Of the topic that it was committed for; null: for whichever has the name. */
  readonly topicId: string | null;
}

export interface StoredMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly rebalanceTimeoutMs: number;
  readonly sessionTimeoutMs: number;
  readonly subscription: Buffer;
  readonly assignment: Buffer;
}

export interface StoredGroup {
  readonly protocolType: string;
  readonly generationId: number;
  readonly protocolName: string | null;
  readonly leaderId: string | null;
  /** Wall clock; -1 in records older than that field. */
  readonly stateSinceMs: number;
  readonly members: readonly StoredMember[];
}

export interface OffsetRecord {
  readonly kind: 'offset';
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
  readonly value: CommittedOffset | null;
}

export interface GroupMetadataRecord {
  readonly kind: 'group';
  readonly groupId: string;
  readonly value: StoredGroup | null;
}

/** What is stored of classic groups and of offsets. */
export type ClassicRecord = OffsetRecord | GroupMetadataRecord;
export type GroupRecord = ClassicRecord | ConsumerGroupRecord;

export interface KeyValue {
  readonly key: Buffer;
  readonly value: Buffer | null;
}

const OFFSET_VERSION = 3;
const OFFSET_WITH_TOPIC_ID_VERSION = 4;
const OFFSET_WITH_EXPIRY_VERSION = 1;
const GROUP_VERSION = 3;

export function encodeGroupRecord(record: GroupRecord): KeyValue {
  if (isConsumerGroupRecord(record)) return encodeConsumerRecord(record);
  if (record.kind === 'group') {
    return {
      key: encodeCoordinatorKey(groupMetadataKey, { group: record.groupId }),
      value: record.value === null ? null : encodeGroup(record.value),
    };
  }
  const { groupId, topic, partition, value } = record;
  return {
    key: encodeCoordinatorKey(offsetCommitKey, { group: groupId, topic, partition }),
    value: value === null ? null : encodeOffset(value),
  };
}

function encodeOffset(value: CommittedOffset): Buffer {
  const { topicId } = value;
  const withoutExpiry = topicId === null ? OFFSET_VERSION : OFFSET_WITH_TOPIC_ID_VERSION;
  const version = value.expireTimestampMs === -1 ? withoutExpiry : OFFSET_WITH_EXPIRY_VERSION;
  return encodeVersioned(offsetCommitValue, version, {
    offset: value.offset,
    leaderEpoch: value.leaderEpoch,
    metadata: value.metadata,
    commitTimestamp: BigInt(value.commitTimestampMs),
    expireTimestamp: BigInt(value.expireTimestampMs),
    topicId: topicId ?? ZERO_UUID,
  });
}

function encodeGroup(group: StoredGroup): Buffer {
  return encodeVersioned(groupMetadataValue, GROUP_VERSION, {
    protocolType: group.protocolType,
    generation: group.generationId,
    protocol: group.protocolName,
    leader: group.leaderId,
    currentStateTimestamp: BigInt(group.stateSinceMs),
    members: group.members.map(({ rebalanceTimeoutMs, sessionTimeoutMs, ...member }) => ({
      ...member,
      rebalanceTimeout: rebalanceTimeoutMs,
      sessionTimeout: sessionTimeoutMs,
    })),
  });
}

/** Null for keys of other kinds (share and streams groups): they are left as they are. Throws ProtocolError on bad bytes. */
export function decodeGroupRecord(key: Buffer, value: Buffer | null): GroupRecord | null {
  switch (prefixOf(key)) {
    case legacyOffsetCommitKey.apiKey:
    case offsetCommitKey.apiKey: {
      // The layouts of key types 0 and 1 are the same; readers differ in the value only.
      const schema = prefixOf(key) === offsetCommitKey.apiKey ? offsetCommitKey : legacyOffsetCommitKey;
      const { group, topic, partition } = decodeCoordinatorKey(schema, key);
      return {
        kind: 'offset',
        groupId: group,
        topic,
        partition,
        value: value === null ? null : decodeOffset(value),
      };
    }
    case groupMetadataKey.apiKey: {
      const { group } = decodeCoordinatorKey(groupMetadataKey, key);
      return { kind: 'group', groupId: group, value: value === null ? null : decodeGroup(value) };
    }
    default:
      return decodeConsumerRecord(key, value);
  }
}

function decodeOffset(value: Buffer): CommittedOffset {
  const { topicId, commitTimestamp, expireTimestamp, ...rest } = decodeVersioned(offsetCommitValue, value);
  return {
    ...rest,
    topicId: topicId === ZERO_UUID ? null : topicId,
    commitTimestampMs: Number(commitTimestamp),
    expireTimestampMs: Number(expireTimestamp),
  };
}

function decodeGroup(value: Buffer): StoredGroup {
  const group = decodeVersioned(groupMetadataValue, value);
  return {
    protocolType: group.protocolType,
    generationId: group.generation,
    protocolName: group.protocol,
    leaderId: group.leader,
    stateSinceMs: Number(group.currentStateTimestamp),
    members: group.members.map(({ rebalanceTimeout, sessionTimeout, ...member }) => ({
      ...member,
      // Copies: a view would keep the whole block of the log in memory.
      subscription: Buffer.from(member.subscription),
      assignment: Buffer.from(member.assignment),
      rebalanceTimeoutMs: rebalanceTimeout === -1 ? sessionTimeout : rebalanceTimeout,
      sessionTimeoutMs: sessionTimeout,
    })),
  };
}
