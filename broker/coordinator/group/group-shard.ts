/**
 * All groups of one partition of __consumer_offsets: finds the group a request is about and lets the file of that
 * subject decide. Pure: what it wants done goes into the effects, what lasts comes back through `replay`.
 *
 * Loading is `replay` of every record and then `loaded`, which makes the live groups from what is stored; members of
 * a stored group get a fresh session, because nobody knows when they last spoke (as in Kafka's onLoaded).
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import type {
  TransactionalProducer,
  TransactionalWrite,
  TransactionMarker,
} from '../runtime/transactional-batch.ts';
import { ClassicGroup, type Member, type SyncResult } from './classic-group.ts';
import type { GroupContext, GroupEvent } from './group-context.ts';
import type { GroupRecord, StoredGroup } from './group-record.ts';
import { GroupStore } from './group-store.ts';
import { heartbeat, type HeartbeatRequest } from './heartbeat.ts';
import { joinGroup } from './join-group.ts';
import type { Join } from './joining-member.ts';
import {
  type LeaveResult,
  type LeavingMember,
  leaveGroup,
  onPendingMemberTimer,
  onSessionTimer,
} from './leave-group.ts';
import { extendSession } from './member-session.ts';
import {
  commitErrors,
  commitOffsets,
  type OffsetCommitRequest,
  type OffsetCommitResult,
} from './offset-commit.ts';
import {
  deleteOffsets,
  offsetDeleteError,
  type OffsetDeleteRequest,
  type OffsetDeleteResult,
} from './offset-delete.ts';
import { expiredOffsets } from './offset-expiry.ts';
import { completeJoin, joinError, onInitialJoinTimer, onSyncTimer, prepareRebalance } from './rebalance.ts';
import { onStaticMemberStored } from './static-member.ts';
import { onAssignmentStored, syncError, syncGroup, type SyncRequest } from './sync-group.ts';

/** Tombstones of one expiry or deletion step; what is left comes with the next. Keeps a batch within its limit. */
const MAX_TOMBSTONES_PER_STEP = 5_000;
export const OFFSET_EXPIRY_TIMER = 'offset-expiry';

export class GroupShard {
  readonly store = new GroupStore();
  readonly #groups = new Map<string, ClassicGroup>();
  readonly #topicExists: (topic: string) => boolean;

  constructor(topicExists: (topic: string) => boolean) {
    this.#topicExists = topicExists;
  }

  get groups(): ReadonlyMap<string, ClassicGroup> {
    return this.#groups;
  }

  replay(record: GroupRecord, transaction: TransactionalProducer | null): void {
    this.store.replay(record, transaction);
    const { groupId } = record;
    const group = this.#groups.get(groupId);
    if (record.value === null) {
      if (group !== undefined && !this.store.has(groupId)) this.#forgetIfUnused(group);
    } else if (record.kind === 'offset' && group === undefined) {
      // An application without membership, or a group that was removed a moment ago: it exists through its offset.
      this.#groups.set(groupId, new ClassicGroup(groupId, record.value.commitTimestampMs));
    }
  }

  /** Groups that the offsets of a transaction made known exist already, since those were written. */
  replayMarker(marker: TransactionMarker): void {
    this.store.replayMarker(marker);
  }

  /** Also takes away the offsets of topics that were deleted while nobody coordinated. */
  loaded(context: GroupContext): void {
    for (const groupId of this.store.groupIds()) {
      const stored = this.store.storedGroup(groupId);
      if (stored !== null) this.#restore(groupId, stored, context);
    }
    this.#forgetOffsets((topic) => !this.#topicExists(topic), context);
    this.#scheduleExpiry(context);
  }

  #restore(groupId: string, stored: StoredGroup, context: GroupContext): void {
    const group = new ClassicGroup(groupId, stored.stateSinceMs);
    this.#groups.set(groupId, group);
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
    if (group.members.size > context.config.maxGroupSize) prepareRebalance(group, context);
  }

  join(join: Join, context: GroupContext): void {
    const { groupId, memberId } = join.request;
    const group = this.#groups.get(groupId) ?? (memberId === '' ? this.#create(groupId, context) : undefined);
    if (group === undefined)
      context.effects.reply(join.replyTo, joinError(ErrorCode.UNKNOWN_MEMBER_ID, memberId));
    else joinGroup(group, join, context);
  }

  #create(groupId: string, { now }: GroupContext): ClassicGroup {
    const group = new ClassicGroup(groupId, now.wallMs);
    this.#groups.set(groupId, group);
    return group;
  }

  sync(request: SyncRequest, replyTo: ReplyTo<SyncResult>, context: GroupContext): void {
    const group = this.#groups.get(request.groupId);
    if (group === undefined) context.effects.reply(replyTo, syncError(ErrorCode.UNKNOWN_MEMBER_ID));
    else syncGroup(group, request, replyTo, context);
  }

  heartbeat(request: HeartbeatRequest, replyTo: ReplyTo<number>, context: GroupContext): void {
    const group = this.#groups.get(request.groupId);
    context.effects.reply(replyTo, group ? heartbeat(group, request, context) : ErrorCode.UNKNOWN_MEMBER_ID);
  }

  leave(
    groupId: string,
    members: readonly LeavingMember[],
    replyTo: ReplyTo<LeaveResult>,
    context: GroupContext,
  ): void {
    const group = this.#groups.get(groupId);
    if (group !== undefined) return leaveGroup(group, members, replyTo, context);
    const errorCode = ErrorCode.UNKNOWN_MEMBER_ID;
    context.effects.reply(replyTo, {
      errorCode: 0,
      members: members.map((member) => ({ ...member, errorCode })),
    });
  }

  commit(
    request: OffsetCommitRequest,
    partitionExists: (topic: string, partition: number) => boolean,
    replyTo: ReplyTo<OffsetCommitResult>,
    context: GroupContext,
  ): void {
    const known = this.#groups.get(request.groupId);
    if (known === undefined && request.generationId >= 0) {
      context.effects.reply(replyTo, commitErrors(request, ErrorCode.ILLEGAL_GENERATION));
      return;
    }
    // A group of an application without membership comes to be when its first offset is replayed.
    const group = known ?? new ClassicGroup(request.groupId, context.now.wallMs);
    commitOffsets(group, request, partitionExists, replyTo, context);
  }

  /** Offsets that count when the producer's transaction is committed. */
  commitInTransaction(
    request: OffsetCommitRequest,
    producer: TransactionalWrite,
    partitionExists: (topic: string, partition: number) => boolean,
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
    const group = this.#groups.get(groupId);
    const { effects } = context;
    if (group === undefined || group.state === 'Dead')
      return effects.reply(replyTo, ErrorCode.GROUP_ID_NOT_FOUND);
    if (group.state !== 'Empty') return effects.reply(replyTo, ErrorCode.NON_EMPTY_GROUP);
    effects.records.push(...this.store.tombstones(groupId, () => true));
    effects.records.push(...this.store.pendingTombstones(groupId, () => true));
    this.#removeGroup(group, context);
    effects.reply(replyTo, 0, (errorCode) => errorCode);
  }

  deleteOffsets(
    request: OffsetDeleteRequest,
    replyTo: ReplyTo<OffsetDeleteResult>,
    context: GroupContext,
  ): void {
    const group = this.#groups.get(request.groupId);
    if (group === undefined || group.state === 'Dead')
      return context.effects.reply(replyTo, offsetDeleteError(ErrorCode.GROUP_ID_NOT_FOUND));
    deleteOffsets(group, this.store, request, this.#topicExists, replyTo, context);
  }

  /** The group leaves the memory when its last tombstone is replayed, or now if nothing of it was ever stored. */
  #removeGroup(group: ClassicGroup, { effects }: GroupContext): void {
    const { groupId, generationId } = group;
    // A generation may be on its way to the log: its tombstone must come after it.
    if (generationId > 0) effects.records.push({ kind: 'group', groupId, value: null });
    else if (!this.store.hasOffsets(groupId)) this.#groups.delete(groupId);
  }

  /** The offsets of deleted topics go with them. */
  topicsDeleted(names: ReadonlySet<string>, context: GroupContext): void {
    this.#forgetOffsets((topic) => names.has(topic), context);
  }

  #forgetOffsets(which: (topic: string) => boolean, { effects }: GroupContext): void {
    for (const groupId of this.store.groupIds()) {
      effects.records.push(...this.store.tombstones(groupId, which));
      effects.records.push(...this.store.pendingTombstones(groupId, which));
    }
  }

  #scheduleExpiry({ effects, config }: GroupContext): void {
    effects.schedule(OFFSET_EXPIRY_TIMER, config.offsetsRetentionCheckIntervalMs, {
      kind: 'offset-expiry-timer',
    });
  }

  /** Expired offsets go; a group that is Empty, waits for nobody and has no offset left goes too. */
  #expire(context: GroupContext): void {
    const { effects, config, now } = context;
    for (const group of [...this.#groups.values()]) {
      if (effects.records.length >= MAX_TOMBSTONES_PER_STEP) break;
      const expired = expiredOffsets(group, this.store, config.offsetsRetentionMs, now.wallMs);
      effects.records.push(...expired);
      const isLast =
        expired.length === this.store.countOffsets(group.groupId) &&
        !this.store.pending.hasAny(group.groupId);
      if (!isLast || group.state !== 'Empty' || group.pendingJoinMembers.size > 0) continue;
      this.#removeGroup(group, context);
    }
    this.#scheduleExpiry(context);
  }

  /** The partition moves away: nobody is told anything more from here. */
  unloaded(): void {
    for (const group of this.#groups.values()) group.transitionTo('Dead', group.stateSinceMs);
    this.#groups.clear();
  }

  /** A timer rang, or records were committed (`errorCode` 0) or refused. */
  onEvent(event: GroupEvent, errorCode: number, context: GroupContext): void {
    if (event.kind === 'offset-expiry-timer') return this.#expire(context);
    const group = this.#groups.get(event.groupId);
    if (group === undefined) return;
    this.#onGroupEvent(group, event, errorCode, context);
    this.#forgetIfNothingHappened(group);
  }

  #onGroupEvent(
    group: ClassicGroup,
    event: Exclude<GroupEvent, { kind: 'offset-expiry-timer' }>,
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

  /** A group that never got as far as a generation (a refused join, a client that never came back). */
  #forgetIfNothingHappened(group: ClassicGroup): void {
    if (group.generationId === 0 && !this.store.has(group.groupId)) this.#forgetIfUnused(group);
  }

  #forgetIfUnused(group: ClassicGroup): void {
    if (group.state === 'Empty' && group.pendingJoinMembers.size === 0) this.#groups.delete(group.groupId);
  }
}
