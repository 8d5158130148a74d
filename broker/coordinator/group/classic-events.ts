/** What a classic group hears later: its timers, and the outcome of storing its records. */
import type { ClassicGroup } from './classic-group.ts';
import type { GroupContext, GroupEvent } from './group-context.ts';
import { onPendingMemberTimer, onSessionTimer } from './leave-group.ts';
import { completeJoin, onInitialJoinTimer, onSyncTimer } from './rebalance.ts';
import { onStaticMemberStored } from './static-member.ts';
import { onAssignmentStored } from './sync-group.ts';

export type ClassicGroupEvent = Exclude<GroupEvent, { kind: 'offset-expiry-timer' | `consumer-${string}` }>;

/** Those that can wait; the outcome of a record cannot, since it says what is so. */
export function isTimerEvent(event: ClassicGroupEvent): boolean {
  return event.kind.endsWith('-timer');
}

export function onClassicEvent(
  group: ClassicGroup,
  event: ClassicGroupEvent,
  errorCode: number,
  context: GroupContext,
): void {
  switch (event.kind) {
    case 'session-timer':
      return onSessionTimer(group, event.memberId, context);
    case 'pending-member-timer':
      return onPendingMemberTimer(group, event.memberId, context);
    case 'initial-join-timer':
      return onInitialJoinTimer(group, event, context);
    case 'join-timer':
      return completeJoin(group, context);
    case 'sync-timer':
      return onSyncTimer(group, event.generationId, context);
    case 'assignment-stored':
      return onAssignmentStored(group, event.generationId, errorCode, context);
    case 'static-member-stored':
      return onStaticMemberStored(group, event.change, errorCode, context);
  }
}
