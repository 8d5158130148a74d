/** Takes a member out of a group: it left, its session ended, or it took too long to let go of its partitions. */
import type { ConsumerMember } from './consumer-group.ts';
import type { GroupDraft } from './group-draft.ts';
import { metadataHashOf, type Topology } from './topology.ts';

/** Its records, in the order of Kafka's: its partitions are free with the first of them. */
export function writeRemoval(draft: GroupDraft, memberId: string): void {
  const { groupId } = draft.stored;
  draft.write({ kind: 'consumer-current', groupId, memberId, value: null });
  draft.write({ kind: 'consumer-target-member', groupId, memberId, value: null });
  draft.write({ kind: 'consumer-member', groupId, memberId, value: null });
}

/** Patterns that nobody subscribes by any more. */
export function writeUnusedPatterns(draft: GroupDraft): void {
  const { groupId } = draft.stored;
  for (const pattern of [...draft.group.patterns.keys()])
    if (draft.group.countPattern(pattern) === 0)
      draft.write({ kind: 'consumer-pattern', groupId, pattern, value: null });
}

/** The group's next epoch, with what is known of its topics now. */
export function raiseGroupEpoch(draft: GroupDraft, topology: Topology): void {
  const { groupId, hasPartitionMetadata } = draft.group;
  const metadataHash = metadataHashOf(topology, draft.group.subscribedTopicNames());
  const value = { epoch: draft.group.groupEpoch + 1, metadataHash };
  draft.write({ kind: 'consumer-group', groupId, value });
  if (hasPartitionMetadata) draft.write({ kind: 'consumer-partitions', groupId, value: null });
}

export function removeMember(draft: GroupDraft, { memberId }: ConsumerMember, topology: Topology): void {
  writeRemoval(draft, memberId);
  writeUnusedPatterns(draft);
  raiseGroupEpoch(draft, topology);
}
