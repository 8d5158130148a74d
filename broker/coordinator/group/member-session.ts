/**
 * Session timeouts, on monotonic time. A heartbeat only moves a deadline; the timer that rings finds the deadline
 * moved and sleeps on, so a heartbeat costs no timer work. A member that waits in JoinGroup or SyncGroup does not
 * expire, except a new one whose first join takes longer than five minutes (its client has long given up).
 */
import { type ClassicGroup, type Member } from './classic-group.ts';
import { type GroupContext, memberTimerKey } from './group-context.ts';

export const NEW_MEMBER_JOIN_TIMEOUT_MS = 300_000;

/** The session now ends `timeoutMs` from now. */
export function extendSession(
  group: ClassicGroup,
  member: Member,
  context: GroupContext,
  timeoutMs = member.sessionTimeoutMs,
): void {
  member.sessionDeadlineMs = context.now.monotonicMs + timeoutMs;
  if (member.sessionDeadlineMs < member.sessionTimerMs) startTimer(group, member, context);
}

function startTimer(group: ClassicGroup, member: Member, { effects, now }: GroupContext): void {
  const { groupId } = group;
  const { memberId } = member;
  member.sessionTimerMs = member.sessionDeadlineMs;
  const delayMs = member.sessionDeadlineMs - now.monotonicMs;
  effects.schedule(memberTimerKey(groupId, memberId), delayMs, { kind: 'session-timer', groupId, memberId });
}

export function endSession(group: ClassicGroup, member: Member, context: GroupContext): void {
  member.sessionTimerMs = Number.POSITIVE_INFINITY;
  context.effects.cancel(memberTimerKey(group.groupId, member.memberId));
}

/** The timer rang: true if the member is gone, otherwise the timer is set again. */
export function sessionIsOver(group: ClassicGroup, member: Member, context: GroupContext): boolean {
  member.sessionTimerMs = Number.POSITIVE_INFINITY;
  if (member.sessionDeadlineMs > context.now.monotonicMs) {
    startTimer(group, member, context);
    return false;
  }
  if (!member.isNew && (member.awaitingJoin !== null || member.awaitingSync !== null)) {
    extendSession(group, member, context);
    return false;
  }
  return true;
}
