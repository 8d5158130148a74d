/**
 * All groups of one partition of __consumer_offsets: finds the group a request is about and lets the file of that
 * subject decide. An id names a classic group or one of the consumer protocol (KIP-848, consumer/), never both: one
 * without members makes room for the first member of the other kind, one with members changes its kind with them
 * (consumer/migration.ts). Pure: what it wants done goes into the effects, what lasts comes back through `replay`.
 *
 * Loading is `replay` of every record and then `loaded`, which makes the live groups from what is stored.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import type {
  TransactionalProducer,
  TransactionalWrite,
  TransactionMarker,
} from '../runtime/transactional-batch.ts';
import { isTimerEvent, onClassicEvent } from './classic-events.ts';
import { ClassicGroup, type JoinResult, type SyncResult } from './classic-group.ts';
import type { ConsumerGroup } from './consumer/consumer-group.ts';
import { consumerCommitFault } from './consumer/consumer-offsets.ts';
import type { Heartbeat } from './consumer/consumer-heartbeat.ts';
import { ConsumerGroups, isConsumerGroupEvent } from './consumer/consumer-groups.ts';
import { isConsumerGroupRecord } from './consumer/consumer-record.ts';
import { type ConsumerHeartbeatAnswer, refusedHeartbeat } from './consumer/heartbeat-request.ts';
import { deleteConsumerGroup, expireConsumerGroups } from './consumer/remove-groups.ts';
import { upgrade } from './consumer/migration.ts';
import { consumerGroupNotFound, isRefusal, notAConsumerGroup } from './consumer/refusal.ts';
import { topicIdOf, type Topology } from './consumer/topology.ts';
import type { GroupContext, GroupEvent } from './group-context.ts';
import type { ClassicRecord, CommittedOffset, GroupRecord } from './group-record.ts';
import { GroupStore } from './group-store.ts';
import { heartbeat, type HeartbeatRequest } from './heartbeat.ts';
import { joinGroup } from './join-group.ts';
import type { Join } from './joining-member.ts';
import { leaveError, leaveGroup, type LeaveResult, type LeavingMember } from './leave-group.ts';
import {
  commitErrors,
  commitToClassicGroup,
  type OffsetCommitRequest,
  type OffsetCommitResult,
  type PartitionCheck,
  writeOffsets,
} from './offset-commit.ts';
import {
  classicReads,
  deleteOffsets,
  offsetDeleteError,
  type OffsetDeleteRequest,
  type OffsetDeleteResult,
} from './offset-delete.ts';
import { dissolve, joinError } from './rebalance.ts';
import { deleteClassicGroup, expireClassicGroups } from './remove-classic-groups.ts';
import { restoreGroup } from './restore-group.ts';
import { syncError, syncGroup, type SyncRequest } from './sync-group.ts';

/** Tombstones of one expiry or deletion step; what is left comes with the next. Keeps a batch within its limit. */
const MAX_TOMBSTONES_PER_STEP = 5_000;
export const OFFSET_EXPIRY_TIMER = 'offset-expiry';

export class GroupShard {
  readonly store = new GroupStore();
  readonly consumers: ConsumerGroups;
  readonly #groups = new Map<string, ClassicGroup>();
  readonly #topology: () => Topology;

  constructor(topology: () => Topology) {
    this.#topology = topology;
    this.consumers = new ConsumerGroups(topology);
  }

  readonly #topicExists = (topic: string): boolean => topicIdOf(this.#topology(), topic) !== null;

  get groups(): ReadonlyMap<string, ClassicGroup> {
    return this.#groups;
  }

  replay(record: GroupRecord, transaction: TransactionalProducer | null): void {
    const { groupId } = record;
    if (isConsumerGroupRecord(record)) {
      this.consumers.replay(record);
      const isConsumer = this.consumers.groups.has(groupId);
      if (isConsumer && this.#groups.get(groupId)?.state === 'Empty') this.#groups.delete(groupId);
      // Offsets that are left when it has gone are those of an application without membership.
      if (!isConsumer && this.store.hasOffsets(groupId)) this.#adopt(groupId, -1);
    } else this.#replayClassic(record, transaction);
  }

  #replayClassic(record: ClassicRecord, transaction: TransactionalProducer | null): void {
    this.store.replay(record, transaction);
    const { groupId } = record;
    const group = this.#groups.get(groupId);
    if (record.value === null) {
      if (group !== undefined && !this.store.has(groupId)) this.#forgetIfUnused(group);
    } else if (record.kind === 'offset') {
      // An application without membership, or a group that was removed a moment ago: it exists through its offset.
      this.#adopt(groupId, record.value.commitTimestampMs);
    }
  }

  #adopt(groupId: string, sinceMs: number): void {
    if (this.#groups.has(groupId) || this.consumers.groups.has(groupId)) return;
    this.#groups.set(groupId, new ClassicGroup(groupId, sinceMs));
  }

  /** Groups that the offsets of a transaction made known exist already, since those were written. */
  replayMarker(marker: TransactionMarker): void {
    this.store.replayMarker(marker);
  }

  /** Also takes away the offsets of topics that were deleted while nobody coordinated, even if there is a new one of the name. */
  loaded(context: GroupContext): void {
    for (const groupId of this.store.groupIds()) {
      const stored = this.store.storedGroup(groupId);
      if (stored !== null) this.#groups.set(groupId, restoreGroup(groupId, stored, context));
    }
    this.consumers.loaded(context);
    this.#forgetOffsets((topic, topicId) => {
      const known = topicIdOf(this.#topology(), topic);
      return known === null || (topicId ?? known) !== known;
    }, context);
    this.#scheduleExpiry(context);
  }

  /**
   * A request of a classic member, when it is certain what kind of group this is: in a group that is of the consumer
   * protocol, or may just become it, one after the other.
   */
  #inTurn<Answer>(
    groupId: string,
    replyTo: ReplyTo<Answer>,
    refusal: (errorCode: number) => Answer,
    context: GroupContext,
    work: (step: GroupContext) => void,
  ): void {
    const { queue, groups } = this.consumers;
    if (!queue.isBusy(groupId) && !groups.has(groupId)) return work(context);
    if (!queue.run(groupId, context, work))
      context.effects.reply(replyTo, refusal(ErrorCode.COORDINATOR_NOT_AVAILABLE));
  }

  /** The consumer group that classic members of this id are in. */
  #consumerGroupOf(groupId: string): ConsumerGroup | null {
    const group = this.#groups.has(groupId) ? undefined : this.consumers.groups.get(groupId);
    return group !== undefined && group.memberCount > 0 ? group : null;
  }

  join(join: Join, context: GroupContext): void {
    const { replyTo, request } = join;
    const refusal = (errorCode: number): JoinResult => joinError(errorCode, request.memberId);
    this.#inTurn(request.groupId, replyTo, refusal, context, (step) => this.#join(join, step));
  }

  #join(join: Join, context: GroupContext): void {
    const { groupId, memberId } = join.request;
    const { effects } = context;
    if (this.#consumerGroupOf(groupId) !== null)
      return effects.reply(join.replyTo, this.consumers.joinClassic(join, context));
    const known = this.#groups.get(groupId);
    if (known === undefined && memberId !== '')
      return effects.reply(join.replyTo, joinError(ErrorCode.UNKNOWN_MEMBER_ID, memberId));
    // An empty group of the other kind makes room.
    if (known === undefined)
      effects.records.push(...(this.consumers.groups.get(groupId)?.tombstones() ?? []));
    joinGroup(known ?? this.#create(groupId, context), join, context);
  }

  #create(groupId: string, { now }: GroupContext): ClassicGroup {
    const group = new ClassicGroup(groupId, now.wallMs);
    this.#groups.set(groupId, group);
    return group;
  }

  /** ConsumerGroupHeartbeat, of any epoch. */
  consumerHeartbeat(
    heartbeat: Heartbeat,
    replyTo: ReplyTo<ConsumerHeartbeatAnswer>,
    context: GroupContext,
  ): void {
    const { groupId } = heartbeat.request;
    const isQueued = this.consumers.queue.run(groupId, context, (later) => {
      later.effects.reply(replyTo, this.#hear(heartbeat, later));
    });
    const errorCode = ErrorCode.COORDINATOR_NOT_AVAILABLE;
    if (!isQueued) context.effects.reply(replyTo, refusedHeartbeat({ errorCode, errorMessage: null }));
  }

  #hear(heartbeat: Heartbeat, context: GroupContext): ConsumerHeartbeatAnswer {
    const { groupId, memberEpoch } = heartbeat.request;
    const classic = this.#groups.get(groupId);
    if (classic !== undefined) return this.#hearInClassicGroup(classic, heartbeat, context);
    if (memberEpoch < 0) return this.consumers.leave(heartbeat, context);
    if (memberEpoch > 0 && !this.consumers.groups.has(groupId))
      return refusedHeartbeat(consumerGroupNotFound(groupId));
    return this.consumers.heartbeat(heartbeat, { ended: [], members: [] }, context);
  }

  #hearInClassicGroup(
    classic: ClassicGroup,
    heartbeat: Heartbeat,
    context: GroupContext,
  ): ConsumerHeartbeatAnswer {
    const { groupId, memberEpoch } = heartbeat.request;
    if (memberEpoch !== 0) return refusedHeartbeat(notAConsumerGroup(groupId));
    const members = classic.state === 'Empty' ? [] : upgrade(classic, heartbeat.topology, context);
    if (isRefusal(members)) return refusedHeartbeat(members);
    // A generation may be on its way to the log: its tombstone must come after it.
    const isStored = classic.generationId > 0;
    const ended = isStored ? [{ kind: 'group', groupId, value: null } as const] : [];
    return this.consumers.heartbeat(heartbeat, { ended, members }, context);
  }

  /** A group that changed its kind with members in it goes on as what it is now. */
  #onConverted(groupId: string, context: GroupContext): void {
    const classic = this.#groups.get(groupId);
    const consumerGroup = this.consumers.groups.get(groupId);
    if (classic !== undefined && consumerGroup !== undefined && consumerGroup.memberCount > 0) {
      dissolve(classic, context);
      this.#groups.delete(groupId);
      this.consumers.startTimers(consumerGroup, context);
    }
    const stored = consumerGroup === undefined ? this.store.storedGroup(groupId) : null;
    if (stored !== null && stored.members.length > 0 && (classic?.generationId ?? 0) === 0)
      this.#groups.set(groupId, restoreGroup(groupId, stored, context));
  }

  sync(request: SyncRequest, replyTo: ReplyTo<SyncResult>, context: GroupContext): void {
    const { groupId } = request;
    this.#inTurn(groupId, replyTo, syncError, context, (step) => {
      const group = this.#groups.get(groupId);
      if (group !== undefined) return syncGroup(group, request, replyTo, step);
      const other = this.#consumerGroupOf(groupId);
      const answer = other && this.consumers.syncClassic(other, request, step);
      step.effects.reply(replyTo, answer ?? syncError(ErrorCode.UNKNOWN_MEMBER_ID));
    });
  }

  heartbeat(request: HeartbeatRequest, replyTo: ReplyTo<number>, context: GroupContext): void {
    const { groupId } = request;
    this.#inTurn(
      groupId,
      replyTo,
      (errorCode) => errorCode,
      context,
      (step) => {
        const group = this.#groups.get(groupId);
        const other = this.#consumerGroupOf(groupId);
        const answer = other && this.consumers.heartbeatClassic(other, request, step);
        const errorCode = group ? heartbeat(group, request, step) : answer;
        step.effects.reply(replyTo, errorCode ?? ErrorCode.UNKNOWN_MEMBER_ID);
      },
    );
  }

  leave(
    groupId: string,
    leaving: readonly LeavingMember[],
    replyTo: ReplyTo<LeaveResult>,
    context: GroupContext,
  ): void {
    this.#inTurn(groupId, replyTo, leaveError, context, (step) => {
      const group = this.#groups.get(groupId);
      if (group !== undefined) return leaveGroup(group, leaving, replyTo, step);
      const other = this.#consumerGroupOf(groupId);
      const errorCode = ErrorCode.UNKNOWN_MEMBER_ID;
      const members = leaving.map((member) => ({ ...member, errorCode }));
      const answer = other && this.consumers.leaveClassic(other, leaving, step);
      step.effects.reply(replyTo, answer ?? { errorCode: 0, members });
    });
  }

  commit(
    request: OffsetCommitRequest,
    partitionExists: PartitionCheck,
    replyTo: ReplyTo<OffsetCommitResult>,
    context: GroupContext,
  ): void {
    const known = this.#groups.get(request.groupId);
    const consumerGroup = this.consumers.groups.get(request.groupId);
    if (known === undefined && consumerGroup !== undefined) {
      const fault = consumerCommitFault(consumerGroup, request, this.#topology(), context);
      if (fault !== 0) return context.effects.reply(replyTo, commitErrors(request, fault));
      return writeOffsets(request, partitionExists, replyTo, context);
    }
    if (known === undefined && request.generationId >= 0) {
      const fault = request.knowsEpochs ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.ILLEGAL_GENERATION;
      return context.effects.reply(replyTo, commitErrors(request, fault));
    }
    // A group of an application without membership comes to be when its first offset is replayed.
    const group = known ?? new ClassicGroup(request.groupId, context.now.wallMs);
    commitToClassicGroup(group, request, partitionExists, replyTo, context);
  }

  /** Offsets that count when the producer's transaction is committed. */
  commitInTransaction(
    request: OffsetCommitRequest,
    producer: TransactionalWrite,
    partitionExists: PartitionCheck,
    replyTo: ReplyTo<OffsetCommitResult>,
    context: GroupContext,
  ): void {
    context.effects.transaction = producer;
    this.commit(request, partitionExists, replyTo, context);
  }

  /** The end of a transaction that committed offsets here. Replies with the error code. */
  endTransaction(marker: TransactionMarker, replyTo: ReplyTo<number>, { effects }: GroupContext): void {
    effects.marker = marker;
    effects.reply(replyTo, 0, (errorCode) => errorCode);
  }

  /** DeleteGroups: error 0, 68 while it has members, 69 when there is none. */
  deleteGroup(groupId: string, replyTo: ReplyTo<number>, context: GroupContext): void {
    if (
      this.consumers.queue.isBusy(groupId) ||
      (this.consumers.groups.has(groupId) && !this.#groups.has(groupId))
    )
      return deleteConsumerGroup(this.consumers, this.store, groupId, replyTo, context);
    deleteClassicGroup(this.#groups, this.store, groupId, replyTo, context);
  }

  deleteOffsets(
    request: OffsetDeleteRequest,
    replyTo: ReplyTo<OffsetDeleteResult>,
    context: GroupContext,
  ): void {
    const group = this.#groups.get(request.groupId);
    const consumerGroup = this.consumers.groups.get(request.groupId);
    if (group === undefined && consumerGroup !== undefined) {
      const read = consumerGroup.subscribedTopicNames();
      const reads = (topic: string): boolean => read.has(topic);
      return deleteOffsets(reads, this.store, request, this.#topicExists, replyTo, context);
    }
    if (group === undefined || group.state === 'Dead')
      return context.effects.reply(replyTo, offsetDeleteError(ErrorCode.GROUP_ID_NOT_FOUND));
    deleteOffsets(classicReads(group), this.store, request, this.#topicExists, replyTo, context);
  }

  /** The offsets of deleted topics go with them. */
  topicsDeleted(names: ReadonlySet<string>, context: GroupContext): void {
    this.#forgetOffsets((topic) => names.has(topic), context);
  }

  #forgetOffsets(which: (topic: string, topicId: string | null) => boolean, { effects }: GroupContext): void {
    const ofOffset = (topic: string, _partition: number, { topicId }: CommittedOffset): boolean =>
      which(topic, topicId);
    for (const groupId of this.store.groupIds()) {
      effects.records.push(...this.store.tombstones(groupId, ofOffset));
      effects.records.push(...this.store.pendingTombstones(groupId, (topic) => which(topic, null)));
    }
  }

  #scheduleExpiry({ effects, config }: GroupContext): void {
    effects.schedule(OFFSET_EXPIRY_TIMER, config.offsetsRetentionCheckIntervalMs, {
      kind: 'offset-expiry-timer',
    });
  }

  #expire(context: GroupContext): void {
    expireClassicGroups(this.#groups, this.store, MAX_TOMBSTONES_PER_STEP, context);
    expireConsumerGroups(this.consumers, this.store, MAX_TOMBSTONES_PER_STEP, context);
    this.#scheduleExpiry(context);
  }

  /** The partition moves away: nobody is told anything more from here. */
  unloaded(): void {
    for (const group of this.#groups.values()) group.transitionTo('Dead', group.stateSinceMs);
    this.#groups.clear();
    this.consumers.unloaded();
  }

  /** A timer rang, or records were committed (`errorCode` 0) or refused. */
  onEvent(event: GroupEvent, errorCode: number, context: GroupContext): void {
    if (event.kind === 'offset-expiry-timer') return this.#expire(context);
    if (isConsumerGroupEvent(event)) {
      if (event.kind === 'consumer-group-settled' && errorCode === 0)
        this.#onConverted(event.groupId, context);
      return this.consumers.onEvent(event, errorCode, context);
    }
    const { groupId } = event;
    const { queue } = this.consumers;
    if (
      isTimerEvent(event) &&
      queue.isBusy(groupId) &&
      queue.run(groupId, context, (later) => this.onEvent(event, 0, later))
    )
      return;
    const group = this.#groups.get(groupId);
    if (group === undefined) return;
    onClassicEvent(group, event, errorCode, context);
    this.#forgetIfNothingHappened(group);
  }

  /** A group that never got as far as a generation (a refused join, a client that never came back). */
  #forgetIfNothingHappened(group: ClassicGroup): void {
    if (group.generationId === 0 && !this.store.has(group.groupId)) this.#forgetIfUnused(group);
  }

  #forgetIfUnused(group: ClassicGroup): void {
    if (group.state === 'Empty' && group.pendingJoinMembers.size === 0) this.#groups.delete(group.groupId);
  }
}
