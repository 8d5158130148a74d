/**
 * Which offsets have been kept long enough (KIP-211).
 *
 * - A group without members: all of its offsets, once it has been Empty for the retention time.
 * - A Stable consumer group whose subscriptions are known: only topics that nobody reads any more, from their last commit.
 * - An application without membership: from the last commit.
 * - A group of the consumer protocol: topics that no member reads, from their last commit.
 * - An offset that was committed with a time of its own (OffsetCommit 2 to 4): at that time.
 */
import type { ClassicGroup } from './classic-group.ts';
import type { ConsumerGroup } from './consumer/consumer-group.ts';
import type { CommittedOffset, OffsetRecord } from './group-record.ts';
import type { GroupStore } from './group-store.ts';

export function expiredOffsets(
  group: ClassicGroup,
  store: GroupStore,
  retentionMs: number,
  nowWallMs: number,
): OffsetRecord[] {
  const since = retentionStart(group);
  if (since === null) return [];
  return store.tombstones(group.groupId, (topic, _partition, offset) => {
    if (group.members.size > 0 && group.subscribedTopics?.has(topic) === true) return false;
    if (offset.expireTimestampMs !== -1) return nowWallMs >= offset.expireTimestampMs;
    return nowWallMs - since(offset) >= retentionMs;
  });
}

export function expiredConsumerOffsets(
  group: ConsumerGroup,
  store: GroupStore,
  retentionMs: number,
  nowWallMs: number,
): OffsetRecord[] {
  const read = group.subscribedTopicNames();
  return store.tombstones(group.groupId, (topic, _partition, offset) => {
    if (read.has(topic)) return false;
    if (offset.expireTimestampMs !== -1) return nowWallMs >= offset.expireTimestampMs;
    return nowWallMs - offset.commitTimestampMs >= retentionMs;
  });
}

/** From when on the retention counts, or null while nothing of the group may expire. */
function retentionStart(group: ClassicGroup): ((offset: CommittedOffset) => number) | null {
  if (group.protocolType === null) return (offset) => offset.commitTimestampMs;
  if (group.state === 'Empty') {
    return (offset) => (group.stateSinceMs === -1 ? offset.commitTimestampMs : group.stateSinceMs);
  }
  const readable = group.state === 'Stable' && group.subscribedTopics !== null;
  return readable ? (offset) => offset.commitTimestampMs : null;
}
