/**
 * The consumer groups (KIP-848) of one partition of __consumer_offsets: keeps them as their records say, lets the files
 * beside this one decide, and minds the timers of their members. Classic groups are next door, in group-shard.ts, which
 * also says whose a group id is.
 */
import { ErrorCode } from '../../../../protocol/errors.ts';
import type { JoinResult, SyncResult } from '../classic-group.ts';
import type { GroupContext, GroupEvent } from '../group-context.ts';
import type { HeartbeatRequest } from '../heartbeat.ts';
import type { Join } from '../joining-member.ts';
import type { LeaveResult, LeavingMember } from '../leave-group.ts';
import type { SyncRequest } from '../sync-group.ts';
import { hearClassicMember, joinClassicMember, removeMembers, syncClassicMember } from './classic-members.ts';
import { ConsumerGroup, type ConsumerMember } from './consumer-group.ts';
import { hearMember, type Heartbeat, leaveGroup } from './consumer-heartbeat.ts';
import type { ConsumerGroupRecord } from './consumer-record.ts';
import { GroupDraft } from './group-draft.ts';
import { GroupQueue } from './group-queue.ts';
import { type ConsumerHeartbeatAnswer, refusedHeartbeat } from './heartbeat-request.ts';
import { MemberTimers } from './member-timers.ts';
import { downgrade } from './migration.ts';
import { groupNotFound, isRefusal } from './refusal.ts';
import { removeMember } from './remove-members.ts';
import type { Topology } from './topology.ts';

type GroupRecords = GroupContext['effects']['records'];
export type ConsumerGroupEvent = Extract<GroupEvent, { kind: `consumer-${string}` }>;

export function isConsumerGroupEvent(event: GroupEvent): event is ConsumerGroupEvent {
  return event.kind.startsWith('consumer-');
}

export class ConsumerGroups {
  readonly queue = new GroupQueue();
  readonly #groups = new Map<string, ConsumerGroup>();
  readonly #timers = new Map<string, MemberTimers>();
  readonly #topology: () => Topology;

  constructor(topology: () => Topology) {
    this.#topology = topology;
  }

  get groups(): ReadonlyMap<string, ConsumerGroup> {
    return this.#groups;
  }

  replay(record: ConsumerGroupRecord): void {
    const { groupId } = record;
    const group = this.#groups.get(groupId) ?? new ConsumerGroup(groupId);
    group.replay(record);
    if (group.isGone) this.#groups.delete(groupId);
    else this.#groups.set(groupId, group);
  }

  /** Nobody knows when the members last spoke: they get a fresh session, and time to revoke. */
  loaded(context: GroupContext): void {
    for (const group of this.#groups.values()) this.startTimers(group, context);
  }

  unloaded(): void {
    this.#groups.clear();
    this.#timers.clear();
  }

  /** Of a group that was loaded or upgraded, or whose step was refused. */
  startTimers(group: ConsumerGroup, context: GroupContext): void {
    const timers = this.#timersOf(group.groupId);
    for (const member of group.members()) {
      timers.extendSession(member, context);
      timers.setRebalance(member, context);
    }
  }

  #timersOf(groupId: string): MemberTimers {
    const known = this.#timers.get(groupId);
    if (known !== undefined) return known;
    const timers = new MemberTimers(groupId);
    this.#timers.set(groupId, timers);
    return timers;
  }

  #draftOf(groupId: string): GroupDraft {
    return new GroupDraft(this.#groups.get(groupId) ?? new ConsumerGroup(groupId));
  }

  /**
   * `becomes` are records of the classic group that goes, and of its members, which are in this one then. Nothing is written
   * when the member is refused. A group that is not there comes to be.
   */
  heartbeat(
    heartbeat: Heartbeat,
    becomes: { readonly ended: GroupRecords; readonly members: readonly ConsumerGroupRecord[] },
    context: GroupContext,
  ): ConsumerHeartbeatAnswer {
    const { groupId } = heartbeat.request;
    const draft = this.#draftOf(groupId);
    for (const record of becomes.members) draft.write(record);
    const heard = hearMember(draft, heartbeat, context);
    if (isRefusal(heard)) return refusedHeartbeat(heard);
    const { member, answer } = heard;
    const timers = this.#timersOf(groupId);
    if (draft.stored.member(member.memberId)?.current !== member.current)
      timers.setRebalance(member, context);
    timers.extendSession(member, context);
    if (draft.records.length > 0) context.effects.records.push(...becomes.ended, ...draft.records);
    return answer;
  }

  /** Heartbeats with epoch -1 or -2. */
  leave({ request, topology }: Heartbeat, context: GroupContext): ConsumerHeartbeatAnswer {
    const { groupId, memberEpoch } = request;
    const group = this.#groups.get(groupId);
    if (group === undefined) return refusedHeartbeat(groupNotFound(groupId));
    const draft = new GroupDraft(group);
    const left = leaveGroup(draft, request, topology);
    if (isRefusal(left)) return refusedHeartbeat(left);
    // A static member that will be back goes when its session ends.
    if (!draft.group.hasMember(left.memberId)) this.#forget([left], groupId, context);
    this.#write(draft, context);
    const { memberId } = request;
    return {
      errorCode: 0,
      errorMessage: null,
      memberId,
      memberEpoch,
      heartbeatIntervalMs: 0,
      assignment: null,
    };
  }

  /** JoinGroup of a member that speaks the classic protocol. */
  joinClassic(join: Join, context: GroupContext): JoinResult {
    const { groupId } = join.request;
    const draft = this.#draftOf(groupId);
    const { member, answer } = joinClassicMember(draft, join, this.#topology(), context);
    if (member === null) return answer;
    const timers = this.#timersOf(groupId);
    timers.setRebalance(member, context);
    timers.joined(member, context);
    timers.extendSession(member, context);
    this.#write(draft, context);
    return answer;
  }

  syncClassic(group: ConsumerGroup, request: SyncRequest, context: GroupContext): SyncResult {
    const answer = syncClassicMember(group, request, this.#topology());
    if (answer.errorCode === 0) this.#timersOf(group.groupId).synced(request.memberId, context);
    this.#heardClassic(group, request.memberId, answer.errorCode, context);
    return answer;
  }

  heartbeatClassic(group: ConsumerGroup, request: HeartbeatRequest, context: GroupContext): number {
    const errorCode = hearClassicMember(group, request);
    this.#heardClassic(group, request.memberId, errorCode, context);
    return errorCode;
  }

  #heardClassic(group: ConsumerGroup, memberId: string, errorCode: number, context: GroupContext): void {
    const mustJoin = errorCode === ErrorCode.REBALANCE_IN_PROGRESS;
    const member = group.member(memberId);
    if (member === null || (errorCode !== 0 && !mustJoin)) return;
    const timers = this.#timersOf(group.groupId);
    timers.extendSession(member, context);
    if (mustJoin) timers.mustJoin(member, context);
  }

  /** LeaveGroup. */
  leaveClassic(group: ConsumerGroup, leaving: readonly LeavingMember[], context: GroupContext): LeaveResult {
    const { groupId } = group;
    const draft = new GroupDraft(group);
    const { gone, answers } = removeMembers(draft, leaving, this.#topology());
    this.#forget(gone, groupId, context);
    if (gone.length > 0) this.#write(draft, context);
    return { errorCode: 0, members: answers };
  }

  #forget(members: Iterable<ConsumerMember>, groupId: string, context: GroupContext): void {
    const timers = this.#timersOf(groupId);
    for (const { memberId } of members) timers.forget(memberId, context);
  }

  /**
   * A group in which nobody speaks the consumer protocol any more becomes a classic one, where that is wanted. Timers that
   * are left of its members find nobody in the epoch that they are for.
   */
  #write(draft: GroupDraft, context: GroupContext): void {
    const classic = downgrade(draft, this.#topology(), context);
    const { records } = context.effects;
    records.push(...draft.records);
    if (classic !== null) records.push(classic);
  }

  onEvent(event: ConsumerGroupEvent, errorCode: number, context: GroupContext): void {
    const { groupId } = event;
    if (event.kind === 'consumer-group-settled') return this.#settled(groupId, errorCode, context);
    const isQueued = this.queue.run(groupId, context, (later) => this.#onTimer(event, later));
    // Nobody is thrown out because too many wait.
    const member = this.#groups.get(groupId)?.member(event.memberId) ?? null;
    if (!isQueued && member !== null) this.#timersOf(groupId).extendSession(member, context);
  }

  #settled(groupId: string, errorCode: number, context: GroupContext): void {
    const group = this.#groups.get(groupId);
    // A member that should have gone has no timer any more, one that should have come has one without need.
    if (errorCode !== 0 && group !== undefined) this.startTimers(group, context);
    if (group === undefined) this.#timers.delete(groupId);
    this.queue.settled(groupId, context);
  }

  #onTimer(
    event: Exclude<ConsumerGroupEvent, { kind: 'consumer-group-settled' }>,
    context: GroupContext,
  ): void {
    const { groupId, memberId } = event;
    const timers = this.#timersOf(groupId);
    const group = this.#groups.get(groupId);
    const member = group?.member(memberId) ?? null;
    if (event.kind === 'consumer-session-timer') {
      if (!timers.isSessionOver(memberId, context)) return;
    } else if (member === null || !isOpen(event, member)) return;
    if (group === undefined) this.#timers.delete(groupId);
    if (group === undefined || member === null) return;
    const draft = new GroupDraft(group);
    removeMember(draft, member, this.#topology());
    timers.forget(memberId, context);
    this.#write(draft, context);
  }
}

/** The member still has to do what it had its rebalance timeout for. Timers of joining and asking are taken back when it is done. */
function isOpen(
  { task, memberEpoch }: Extract<ConsumerGroupEvent, { kind: 'consumer-task-timer' }>,
  { current, subscription }: ConsumerMember,
): boolean {
  if (memberEpoch !== current.memberEpoch) return false;
  return task === 'rebalance' ? current.state === 'UNREVOKED_PARTITIONS' : subscription.classic !== null;
}
