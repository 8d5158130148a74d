/**
 * OffsetDelete (KIP-496): takes offsets of a group away that nobody reads by.
 *
 * - A group without members, or an application without membership: any of them.
 * - A consumer group with members: those of topics that none of them subscribes to; the others are refused one by one.
 * - Another kind of group with members, whose subscriptions nobody here can read: refused as a whole.
 *
 * What an open transaction has committed for such a partition goes too, so that it does not come back with the marker.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import type { ClassicGroup } from './classic-group.ts';
import type { GroupContext } from './group-context.ts';
import type { GroupStore } from './group-store.ts';

export interface OffsetDeleteRequest {
  readonly groupId: string;
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly { readonly partitionIndex: number }[];
  }[];
}

export interface OffsetDeleteResult {
  /** Of the whole group; `topics` is empty then. */
  readonly errorCode: number;
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number }[];
  }[];
}

export function offsetDeleteError(errorCode: number): OffsetDeleteResult {
  return { errorCode, topics: [] };
}

/** The same error for each partition of the topic. */
function outcomeOf(
  { name, partitions }: OffsetDeleteRequest['topics'][number],
  errorCode: number,
): OffsetDeleteResult['topics'][number] {
  return { name, partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })) };
}

/** Does a member of the group read the topic? Null: members are there, and nobody here can tell. */
export type ReadsTopic = ((topic: string) => boolean) | null;

export function classicReads(group: ClassicGroup): ReadsTopic {
  if (group.members.size === 0) return () => false;
  // While members join, what they will subscribe to is not known yet.
  return group.protocolType === 'consumer' ? (topic) => group.subscribedTopics?.has(topic) !== false : null;
}

export function deleteOffsets(
  readsTopic: ReadsTopic,
  store: GroupStore,
  { groupId, topics }: OffsetDeleteRequest,
  topicExists: (topic: string) => boolean,
  replyTo: ReplyTo<OffsetDeleteResult>,
  { effects }: GroupContext,
): void {
  if (readsTopic === null) return effects.reply(replyTo, offsetDeleteError(ErrorCode.NON_EMPTY_GROUP));
  const topicError = (name: string): number => {
    if (!topicExists(name)) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    return readsTopic(name) ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC : 0;
  };
  const outcomes = topics.map((topic) => ({ topic, errorCode: topicError(topic.name) }));
  const wanted = new Set(
    outcomes
      .filter(({ errorCode }) => errorCode === 0)
      .flatMap(({ topic: { name, partitions } }) =>
        partitions.map(({ partitionIndex }) => `${name}/${String(partitionIndex)}`),
      ),
  );
  const isWanted = (topic: string, partition: number): boolean => wanted.has(`${topic}/${String(partition)}`);
  effects.records.push(...store.tombstones(groupId, isWanted), ...store.pendingTombstones(groupId, isWanted));
  const answer = {
    errorCode: 0,
    topics: outcomes.map(({ topic, errorCode }) => outcomeOf(topic, errorCode)),
  };
  effects.reply(replyTo, answer, (errorCode) => (errorCode === 0 ? answer : offsetDeleteError(errorCode)));
}
