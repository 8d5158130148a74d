/**
 * What follows when a member has said what it wants, in either protocol: does the group's epoch rise, is there a target to
 * compute, and how far may this member go towards it.
 */
import type { GroupContext } from '../group-context.ts';
import type { ConsumerMember } from './consumer-group.ts';
import type { GroupDraft } from './group-draft.ts';
import { type Owned, reconcileMember } from './reconcile-member.ts';
import { raiseGroupEpoch } from './remove-members.ts';
import { updateTargetAssignment } from './target-assignment.ts';
import { metadataHashOf, topicIdsOf, type Topology } from './topology.ts';

export interface Heard {
  readonly memberId: string;
  readonly owned: Owned;
  readonly hasSubscriptionChanged: boolean;
}

/** The member as it is then. */
export function advanceMember(
  draft: GroupDraft,
  heard: Heard,
  topology: Topology,
  context: GroupContext,
): ConsumerMember {
  if (heard.hasSubscriptionChanged || draft.group.groupEpoch === 0 || hasNewMetadata(draft, topology))
    raiseGroupEpoch(draft, topology);
  draft.stored.checkedVersion = topology.version;
  if (isTargetDue(draft, heard, context))
    updateTargetAssignment(draft, topology, context.config.consumer.assignors, context.now.wallMs);
  return reconcile(draft, heard, topology);
}

/** Topics that the group reads came, went or grew. Looked at once for each change of the cluster's topics. */
function hasNewMetadata({ group, stored }: GroupDraft, topology: Topology): boolean {
  if (stored.checkedVersion === topology.version) return false;
  return metadataHashOf(topology, group.subscribedTopicNames()) !== group.metadataHash;
}

function isTargetDue({ group }: GroupDraft, { memberId }: Heard, { config, now }: GroupContext): boolean {
  if (group.groupEpoch <= group.assignmentEpoch) return false;
  // A classic member that is behind the group's epoch is sent to join again, and would be at once.
  if (group.member(memberId)?.subscription.classic) return true;
  if (group.assignmentTimestampMs === 0) return true;
  const elapsedMs = now.wallMs - group.assignmentTimestampMs;
  // A clock that was set back must not stop the group.
  return elapsedMs < 0 || elapsedMs >= config.consumer.timesOf(group.groupId).assignmentIntervalMs;
}

function reconcile(
  draft: GroupDraft,
  { memberId, owned, hasSubscriptionChanged }: Heard,
  topology: Topology,
): ConsumerMember {
  const { group } = draft;
  const member = group.member(memberId);
  if (member === null) throw new Error(`member ${memberId} of ${group.groupId} has no subscription`);
  const current = reconcileMember({
    ...{ group, member, owned, hasSubscriptionChanged },
    topicIds: topicIdsOf(topology, group.topicNamesOf(member.subscription)),
  });
  if (current !== member.current)
    draft.write({ kind: 'consumer-current', groupId: group.groupId, memberId, value: current });
  return { ...member, current };
}
