/**
 * Sessions and other timeouts of members of consumer groups, on monotonic time. A heartbeat only moves the session's
 * deadline; the timer that rings finds it moved and sleeps on. A member that has to let go of partitions has its
 * rebalance timeout for it, from when it was told; one that speaks the classic protocol has it for joining again when it was
 * told to, and for asking what it got when it has joined.
 */
import { type GroupContext, memberTimerKey } from '../group-context.ts';
import type { ConsumerMember } from './consumer-group.ts';

/** What a member has its rebalance timeout for. */
export type MemberTask = 'rebalance' | 'join' | 'sync';

interface Session {
  deadlineMs: number;
  /** When its timer rings. */
  ringsMs: number;
}

export class MemberTimers {
  readonly #groupId: string;
  readonly #sessions = new Map<string, Session>();
  /** Members that were told to join again. */
  readonly #joining = new Set<string>();

  constructor(groupId: string) {
    this.#groupId = groupId;
  }

  extendSession({ memberId, subscription }: ConsumerMember, { now, config, effects }: GroupContext): void {
    const timeoutMs =
      subscription.classic?.sessionTimeoutMs ?? config.consumer.timesOf(this.#groupId).sessionTimeoutMs;
    const deadlineMs = now.monotonicMs + timeoutMs;
    const session = this.#sessions.get(memberId);
    if (session !== undefined && session.ringsMs <= deadlineMs) {
      session.deadlineMs = deadlineMs;
      return;
    }
    this.#sessions.set(memberId, { deadlineMs, ringsMs: deadlineMs });
    const event = { kind: 'consumer-session-timer', groupId: this.#groupId, memberId } as const;
    effects.schedule(memberTimerKey(this.#groupId, memberId), timeoutMs, event);
  }

  /** The timer rang: true if the member is gone, otherwise the timer is set again. */
  isSessionOver(memberId: string, { now, effects }: GroupContext): boolean {
    const deadlineMs = this.#sessions.get(memberId)?.deadlineMs ?? now.monotonicMs;
    const restMs = deadlineMs - now.monotonicMs;
    if (restMs <= 0) {
      this.#sessions.delete(memberId);
      return true;
    }
    this.#sessions.set(memberId, { deadlineMs, ringsMs: deadlineMs });
    const event = { kind: 'consumer-session-timer', groupId: this.#groupId, memberId } as const;
    effects.schedule(memberTimerKey(this.#groupId, memberId), restMs, event);
    return false;
  }

  /** Sets the time that the member has to revoke, or takes it back. */
  setRebalance(member: ConsumerMember, { effects }: GroupContext): void {
    const { subscription, current } = member;
    const mustRevoke = current.state === 'UNREVOKED_PARTITIONS' && subscription.classic === null;
    if (mustRevoke) this.#schedule('rebalance', member, effects);
    else effects.cancel(this.#key('rebalance', member.memberId));
  }

  /** A classic member was told to join again; the time for it began when it was told so first. */
  mustJoin(member: ConsumerMember, { effects }: GroupContext): void {
    if (this.#joining.has(member.memberId)) return;
    this.#joining.add(member.memberId);
    this.#schedule('join', member, effects);
  }

  /** A classic member has joined, and is to ask for its assignment. */
  joined(member: ConsumerMember, { effects }: GroupContext): void {
    this.#joining.delete(member.memberId);
    effects.cancel(this.#key('join', member.memberId));
    this.#schedule('sync', member, effects);
  }

  synced(memberId: string, { effects }: GroupContext): void {
    effects.cancel(this.#key('sync', memberId));
  }

  #schedule(task: MemberTask, member: ConsumerMember, effects: GroupContext['effects']): void {
    const { memberId, subscription, current } = member;
    const event = {
      ...({ kind: 'consumer-task-timer', groupId: this.#groupId, memberId, task } as const),
      memberEpoch: current.memberEpoch,
    };
    effects.schedule(this.#key(task, memberId), subscription.rebalanceTimeoutMs, event);
  }

  forget(memberId: string, { effects }: GroupContext): void {
    this.#sessions.delete(memberId);
    this.#joining.delete(memberId);
    effects.cancel(memberTimerKey(this.#groupId, memberId));
    for (const task of ['rebalance', 'join', 'sync'] as const) effects.cancel(this.#key(task, memberId));
  }

  #key(task: MemberTask, memberId: string): string {
    return `${task}-${memberTimerKey(this.#groupId, memberId)}`;
  }
}
