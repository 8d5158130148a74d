/**
 * What classic members of consumer groups say to each other through JoinGroup and SyncGroup. The broker only carries it for
 * them; it reads subscriptions for what a group subscribes to, and both where it assigns to such members itself (KIP-848).
 */
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
} from '../../../protocol/messages/records-consumer-protocol.ts';
import { readMessage } from '../../../protocol/schema/codec.ts';
import { decodeVersioned, encodeVersioned, prefixOf } from '../../../protocol/schema/versioned-data.ts';
import { ProtocolError } from '../../../protocol/wire/protocol-error.ts';
import { Reader } from '../../../protocol/wire/reader.ts';

export interface TopicWithPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

export interface Subscription {
  readonly version: number;
  readonly topics: readonly string[];
  readonly rackId: string | null;
  /** What it says that it owns; empty from version 0, and from members that let go of everything before they join. */
  readonly ownedPartitions: readonly TopicWithPartitions[];
}

/** Null when the bytes are none. */
export function readSubscription(metadata: Buffer): Subscription | null {
  return (
    readOrNull(() => ({
      ...decodeVersioned(consumerProtocolSubscription, metadata),
      version: prefixOf(metadata),
    })) ?? readTopics(metadata)
  );
}

/** Only the first field: some clients write version 1 without the fields that it should have. */
function readTopics(metadata: Buffer): Subscription | null {
  return readOrNull(() => {
    const reader = new Reader(metadata);
    const version = reader.int16();
    const { topics } = readMessage(consumerProtocolSubscription, 0, reader);
    return { version, topics, rackId: null, ownedPartitions: [] };
  });
}

function readOrNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

export interface Assignment {
  readonly partitions: readonly TopicWithPartitions[];
  /** Something that only the members' own assignor understands. */
  readonly hasUserData: boolean;
}

/** Of a member without an assignment, which has no bytes, nothing; null when the bytes are none. */
export function readAssignment(assignment: Buffer): Assignment | null {
  if (assignment.length === 0) return { partitions: [], hasUserData: false };
  return readOrNull(() => {
    const { assignedPartitions, userData } = decodeVersioned(consumerProtocolAssignment, assignment);
    return { partitions: assignedPartitions, hasUserData: (userData?.length ?? 0) > 0 };
  });
}

/** For a member whose subscription has this version. */
export function writeAssignment(version: number, assigned: readonly TopicWithPartitions[]): Buffer {
  const { min, max } = consumerProtocolAssignment.versions;
  const known = Math.max(min, Math.min(version, max));
  return encodeVersioned(consumerProtocolAssignment, known, { assignedPartitions: assigned });
}
