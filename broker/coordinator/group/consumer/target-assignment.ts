/** Computes whom the partitions of a group should belong to, for its epoch, and writes down what changes by it. */
import { ASSIGNORS, DEFAULT_ASSIGNOR } from './assignor.ts';
import type { GroupDraft } from './group-draft.ts';
import { samePartitions, type TopicPartitions } from './topic-partitions.ts';
import { partitionCountOf, topicIdsOf, type Topology } from './topology.ts';

/** The one that most members ask for, or else the first that the broker offers. */
export function assignorNameOf(preferred: string | null, offered: readonly string[]): string {
  return preferred ?? offered[0] ?? DEFAULT_ASSIGNOR;
}

export function updateTargetAssignment(
  draft: GroupDraft,
  topology: Topology,
  offered: readonly string[],
  nowWallMs: number,
): void {
  const { group } = draft;
  const { groupId, groupEpoch } = group;
  const members = [...group.members()].map(({ memberId, subscription }) => ({
    ...{ memberId, instanceId: subscription.instanceId, target: group.target(memberId) },
    topics: topicIdsOf(topology, group.topicNamesOf(subscription)),
  }));
  const topicIds = new Set(members.flatMap(({ topics }) => [...topics]));
  const partitionCounts = new Map([...topicIds].map((id) => [id, partitionCountOf(topology, id)]));
  const assign =
    ASSIGNORS.get(assignorNameOf(group.preferredAssignor(), offered)) ?? ASSIGNORS.get(DEFAULT_ASSIGNOR);
  const targets = assign?.({ members, partitionCounts }) ?? new Map<string, TopicPartitions>();
  for (const [memberId, value] of targets) {
    if (!group.hasTarget(memberId) || !samePartitions(value, group.target(memberId)))
      draft.write({ kind: 'consumer-target-member', groupId, memberId, value });
  }
  const value = { assignmentEpoch: groupEpoch, assignmentTimestampMs: nowWallMs };
  draft.write({ kind: 'consumer-target', groupId, value });
}
