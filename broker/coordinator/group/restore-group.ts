/**
 * A classic group as it is made again from what is stored of it: members get a fresh session, because nobody knows when
 * they last spoke (as in Kafka's onLoaded).
 */
import { ClassicGroup, type Member } from './classic-group.ts';
import type { GroupContext } from './group-context.ts';
import type { StoredGroup } from './group-record.ts';
import { extendSession } from './member-session.ts';
import { prepareRebalance } from './rebalance.ts';

export function restoreGroup(groupId: string, stored: StoredGroup, context: GroupContext): ClassicGroup {
  const group = new ClassicGroup(groupId, stored.stateSinceMs);
  for (const { subscription, ...each } of stored.members) {
    const protocols = [{ name: stored.protocolName ?? '', metadata: subscription }];
    const member: Member = {
      ...each,
      ...{ protocols, awaitingJoin: null, awaitingSync: null, isNew: false },
      ...{ sessionDeadlineMs: 0, sessionTimerMs: Number.POSITIVE_INFINITY },
    };
    group.addMember(member, stored.protocolType);
    extendSession(group, member, context);
  }
  group.protocolType = stored.protocolType;
  group.protocolName = stored.protocolName;
  group.generationId = stored.generationId;
  group.leaderId = stored.leaderId;
  group.restoreState(stored.members.length === 0 ? 'Empty' : 'Stable', stored.stateSinceMs);
  group.subscribedTopics = group.computeSubscribedTopics();
  const isTooLarge = group.members.size > context.config.maxGroupSize;
  // One that was a consumer group a moment ago has not rebalanced since (consumer/migration.ts).
  const hasNoLeader = group.members.size > 0 && group.leaderId === null;
  if (isTooLarge || hasNoLeader) prepareRebalance(group, context);
  return group;
}
