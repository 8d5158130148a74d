/**
 * What a group coordinator keeps in __consumer_offsets about groups of the new protocol (KIP-848), and its bytes, as
 * Apache Kafka's GroupCoordinatorRecordHelpers lays them out: keys of type 3 and 5 to 8 and 16, and 4, which Kafka 4.1
 * retired and which is only taken away. A null value takes the key away (tombstone).
 */
import {
  consumerGroupCurrentMemberAssignmentKey as currentKey,
  consumerGroupCurrentMemberAssignmentValue as currentValue,
  consumerGroupMemberMetadataKey as memberKey,
  consumerGroupMemberMetadataValue as memberValue,
  consumerGroupMetadataKey as epochKey,
  consumerGroupMetadataValue as epochValue,
  consumerGroupPartitionMetadataKey as partitionMetadataKey,
  consumerGroupRegularExpressionKey as patternKey,
  consumerGroupRegularExpressionValue as patternValue,
  consumerGroupTargetAssignmentMemberKey as targetMemberKey,
  consumerGroupTargetAssignmentMemberValue as targetMemberValue,
  consumerGroupTargetAssignmentMetadataKey as targetKey,
  consumerGroupTargetAssignmentMetadataValue as targetValue,
} from '../../../../protocol/messages/records-consumer-group.ts';
import type { Decoded, Encodable, MessageSchema } from '../../../../protocol/schema/notation.ts';
import {
  decodeCoordinatorKey,
  decodeVersioned,
  encodeCoordinatorKey,
  encodeVersioned,
  prefixOf,
} from '../../../../protocol/schema/versioned-data.ts';
import { ProtocolError } from '../../../../protocol/wire/protocol-error.ts';
import type { MemberAssignment, MemberState, MemberSubscription, ResolvedPattern } from './consumer-group.ts';
import { ownCopies } from '../classic-group.ts';
import { type OwnedPartitions, type TopicPartitions, toTopicList } from './topic-partitions.ts';

interface OfGroup {
  readonly groupId: string;
}
interface OfMember extends OfGroup {
  readonly memberId: string;
}

export type ConsumerGroupRecord =
  | (OfGroup & {
      readonly kind: 'consumer-group';
      readonly value: { readonly epoch: number; readonly metadataHash: bigint } | null;
    })
  /** Retired: whatever stands there, it is known that something does. */
  | (OfGroup & { readonly kind: 'consumer-partitions'; readonly value: object | null })
  | (OfMember & { readonly kind: 'consumer-member'; readonly value: MemberSubscription | null })
  | (OfGroup & {
      readonly kind: 'consumer-target';
      readonly value: { readonly assignmentEpoch: number; readonly assignmentTimestampMs: number } | null;
    })
  | (OfMember & { readonly kind: 'consumer-target-member'; readonly value: TopicPartitions | null })
  | (OfMember & { readonly kind: 'consumer-current'; readonly value: MemberAssignment | null })
  | (OfGroup & {
      readonly kind: 'consumer-pattern';
      readonly pattern: string;
      readonly value: ResolvedPattern | null;
    });

interface KeyValue {
  readonly key: Buffer;
  readonly value: Buffer | null;
}

/** Of MemberState in Apache Kafka. */
const STATE_CODES: Readonly<Record<MemberState, number>> = {
  STABLE: 0,
  UNREVOKED_PARTITIONS: 1,
  UNRELEASED_PARTITIONS: 2,
};

export function isConsumerGroupRecord<Rec extends { readonly kind: string }>(
  record: Rec | ConsumerGroupRecord,
): record is ConsumerGroupRecord {
  return record.kind.startsWith('consumer-');
}

export function encodeConsumerRecord(record: ConsumerGroupRecord): KeyValue {
  const { groupId } = record;
  const valueOf = <S extends MessageSchema>(schema: S, body: Encodable<S> | null): Buffer | null =>
    body === null ? null : encodeVersioned(schema, 0, body);
  switch (record.kind) {
    case 'consumer-group':
      return {
        key: encodeCoordinatorKey(epochKey, { groupId }),
        value: valueOf(epochValue, record.value),
      };
    case 'consumer-partitions':
      return { key: encodeCoordinatorKey(partitionMetadataKey, { groupId }), value: null };
    case 'consumer-member':
      return {
        key: encodeCoordinatorKey(memberKey, record),
        value: valueOf(memberValue, record.value && storedSubscription(record.value)),
      };
    case 'consumer-target':
      return {
        key: encodeCoordinatorKey(targetKey, { groupId }),
        value: valueOf(
          targetValue,
          record.value && {
            assignmentEpoch: record.value.assignmentEpoch,
            assignmentTimestamp: BigInt(record.value.assignmentTimestampMs),
          },
        ),
      };
    case 'consumer-target-member':
      return {
        key: encodeCoordinatorKey(targetMemberKey, record),
        value: valueOf(targetMemberValue, record.value && { topicPartitions: toTopicList(record.value) }),
      };
    case 'consumer-current':
      return {
        key: encodeCoordinatorKey(currentKey, record),
        value: valueOf(currentValue, record.value && storedAssignment(record.value)),
      };
    case 'consumer-pattern':
      return {
        key: encodeCoordinatorKey(patternKey, { groupId, regularExpression: record.pattern }),
        value: valueOf(
          patternValue,
          record.value && {
            topics: [...record.value.topics],
            version: BigInt(record.value.version),
            timestamp: BigInt(record.value.timestampMs),
          },
        ),
      };
  }
}

/** Without classic terms the field is null: left out, it would say that the member is a classic one. */
function storedSubscription({ classic, ...subscription }: MemberSubscription) {
  const classicMemberMetadata = classic && {
    sessionTimeoutMs: classic.sessionTimeoutMs,
    supportedProtocols: classic.protocols,
  };
  return { ...subscription, classicMemberMetadata };
}

function storedAssignment({ memberEpoch, previousMemberEpoch, state, ...owned }: MemberAssignment) {
  return {
    ...{ memberEpoch, previousMemberEpoch, state: STATE_CODES[state] },
    assignedPartitions: withEpochs(owned.assigned),
    partitionsPendingRevocation: withEpochs(owned.pendingRevocation),
  };
}

function withEpochs(owned: OwnedPartitions) {
  return toTopicList(owned).map(({ topicId, partitions }) => ({
    ...{ topicId, partitions },
    assignmentEpochs: partitions.map((partition) => owned.get(topicId)?.get(partition) ?? 0),
  }));
}

/** Null for keys of other kinds. Throws ProtocolError on bad bytes. */
export function decodeConsumerRecord(key: Buffer, value: Buffer | null): ConsumerGroupRecord | null {
  const read = <S extends MessageSchema>(schema: S): Decoded<S> | null =>
    value === null ? null : decodeVersioned(schema, value);
  switch (prefixOf(key)) {
    case epochKey.apiKey:
      return { kind: 'consumer-group', ...decodeCoordinatorKey(epochKey, key), value: read(epochValue) };
    case partitionMetadataKey.apiKey: {
      const { groupId } = decodeCoordinatorKey(partitionMetadataKey, key);
      return { kind: 'consumer-partitions', groupId, value: value === null ? null : {} };
    }
    case memberKey.apiKey:
      return {
        kind: 'consumer-member',
        ...decodeCoordinatorKey(memberKey, key),
        value: subscriptionOf(value),
      };
    case targetKey.apiKey: {
      const target = read(targetValue);
      return {
        ...{ kind: 'consumer-target', ...decodeCoordinatorKey(targetKey, key) },
        value: target && {
          assignmentEpoch: target.assignmentEpoch,
          assignmentTimestampMs: Number(target.assignmentTimestamp),
        },
      };
    }
    case targetMemberKey.apiKey: {
      const target = read(targetMemberValue);
      return {
        ...{ kind: 'consumer-target-member', ...decodeCoordinatorKey(targetMemberKey, key) },
        value:
          target &&
          new Map(target.topicPartitions.map(({ topicId, partitions }) => [topicId, new Set(partitions)])),
      };
    }
    case currentKey.apiKey:
      return { kind: 'consumer-current', ...decodeCoordinatorKey(currentKey, key), value: currentOf(value) };
    case patternKey.apiKey: {
      const { groupId, regularExpression } = decodeCoordinatorKey(patternKey, key);
      const found = read(patternValue);
      return {
        ...{ kind: 'consumer-pattern', groupId, pattern: regularExpression },
        value: found && {
          topics: new Set(found.topics),
          version: Number(found.version),
          timestampMs: Number(found.timestamp),
        },
      };
    }
    default:
      return null;
  }
}

function subscriptionOf(value: Buffer | null): MemberSubscription | null {
  if (value === null) return null;
  const { instanceId, rackId, clientId, clientHost, ...read } = decodeVersioned(memberValue, value);
  const { subscribedTopicNames, subscribedTopicRegex, rebalanceTimeoutMs, serverAssignor } = read;
  const terms = read.classicMemberMetadata;
  return {
    ...{ instanceId, rackId, clientId, clientHost },
    ...{ subscribedTopicNames, subscribedTopicRegex, rebalanceTimeoutMs, serverAssignor },
    classic: terms && {
      sessionTimeoutMs: terms.sessionTimeoutMs,
      protocols: ownCopies(terms.supportedProtocols),
    },
  };
}

function currentOf(value: Buffer | null): MemberAssignment | null {
  if (value === null) return null;
  const { memberEpoch, previousMemberEpoch, state, ...read } = decodeVersioned(currentValue, value);
  return {
    ...{ memberEpoch, previousMemberEpoch, state: stateOf(state) },
    assigned: ownedOf(read.assignedPartitions, memberEpoch),
    pendingRevocation: ownedOf(read.partitionsPendingRevocation, memberEpoch),
  };
}

function stateOf(code: number): MemberState {
  for (const state of ['STABLE', 'UNREVOKED_PARTITIONS', 'UNRELEASED_PARTITIONS'] as const)
    if (STATE_CODES[state] === code) return state;
  throw new ProtocolError('value', `there is no member state ${String(code)}`);
}

/** Records of before KIP-1251 name no epochs: the partitions came with the member's. */
function ownedOf(
  topics: readonly {
    readonly topicId: string;
    readonly partitions: readonly number[];
    readonly assignmentEpochs: readonly number[] | null;
  }[],
  memberEpoch: number,
): OwnedPartitions {
  return new Map(
    topics.map(({ topicId, partitions, assignmentEpochs }) => [
      topicId,
      new Map(partitions.map((partition, index) => [partition, assignmentEpochs?.[index] ?? memberEpoch])),
    ]),
  );
}
