/**
 * OffsetCommit and OffsetFetch.
 *
 * A member commits for the generation it is in; an application without membership (generation -1, no member id) may
 * commit while the group has no members. Each accepted partition is one record; the answer is given when it is
 * committed. What is fetched is what is stored: a commit that was answered is seen, one that was not may be.
 *
 * Offsets that are committed in a transaction (TxnOffsetCommit, KIP-98) are stored at once and seen when it is committed;
 * who must not read on before that is told UNSTABLE_OFFSET_COMMIT (KIP-447).
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import { ZERO_UUID } from '../../../protocol/wire/uuid.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import type { ClassicGroup } from './classic-group.ts';
import type { GroupContext } from './group-context.ts';
import type { CommittedOffset } from './group-record.ts';
import type { GroupStore } from './group-store.ts';
import { memberFault } from './member-fault.ts';
import { extendSession } from './member-session.ts';

export interface OffsetCommitRequest {
  readonly groupId: string;
  /** -1 without membership. */
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  /** From version 9 of OffsetCommit on: `generationId` may be the epoch of a member of a consumer group (KIP-848). */
  readonly knowsEpochs?: boolean;
  /** -1: the broker's retention. Versions 2 to 4 only. */
  readonly retentionTimeMs: bigint;
  readonly topics: readonly {
    readonly name: string;
    /** From version 10 of OffsetCommit on: the offsets count for this topic alone, and for no other of its name. */
    readonly topicId?: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly committedOffset: bigint;
      readonly committedLeaderEpoch: number;
      /** -1: now. Version 1 only. */
      readonly commitTimestamp: bigint;
      readonly committedMetadata: string | null;
    }[];
  }[];
}

export interface OffsetCommitResult {
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number }[];
  }[];
}

/** Known partitions only are kept: offsets of others would never be cleaned up. Without a topic id, of any topic of the name. */
export type PartitionCheck = (topic: string, partition: number, topicId: string | null) => boolean;

/** The same answer for every partition; `keep` leaves refusals that were found before as they are. */
export function commitErrors(
  request: OffsetCommitRequest,
  errorCode: number,
  keep: OffsetCommitResult | null = null,
): OffsetCommitResult {
  return {
    topics: request.topics.map(({ name, partitions }, topicIndex) => ({
      name,
      partitions: partitions.map(({ partitionIndex }, index) => {
        const before = keep?.topics[topicIndex]?.partitions[index]?.errorCode ?? 0;
        return { partitionIndex, errorCode: before === 0 ? errorCode : before };
      }),
    })),
  };
}

/** May these credentials commit for this group now? */
export function commitFault(
  group: ClassicGroup,
  request: OffsetCommitRequest,
  inTransaction: boolean,
): number {
  if (group.state === 'Dead') return ErrorCode.COORDINATOR_NOT_AVAILABLE;
  if (request.generationId < 0 && group.state === 'Empty') return 0;
  if (request.generationId < 0 && request.memberId === '' && request.groupInstanceId === null) {
    // Clients older than KIP-447 cannot say who they are; their transactional id fences them.
    return inTransaction ? 0 : ErrorCode.UNKNOWN_MEMBER_ID;
  }
  const fault = memberFault(group, request.memberId, request.groupInstanceId);
  if (fault !== 0) return fault;
  if (request.generationId !== group.generationId) return ErrorCode.ILLEGAL_GENERATION;
  return group.state === 'CompletingRebalance' && !inTransaction ? ErrorCode.REBALANCE_IN_PROGRESS : 0;
}

/** Of a classic group, or of an application without membership. */
export function commitToClassicGroup(
  group: ClassicGroup,
  request: OffsetCommitRequest,
  partitionExists: PartitionCheck,
  replyTo: ReplyTo<OffsetCommitResult>,
  context: GroupContext,
): void {
  const { effects } = context;
  const fault = commitFault(group, request, effects.transaction !== null);
  if (fault !== 0) return effects.reply(replyTo, commitErrors(request, fault));
  const member = group.members.get(request.memberId);
  if (member !== undefined) extendSession(group, member, context);
  writeOffsets(request, partitionExists, replyTo, context);
}

/** For those who may. */
export function writeOffsets(
  request: OffsetCommitRequest,
  partitionExists: PartitionCheck,
  replyTo: ReplyTo<OffsetCommitResult>,
  { effects, config, now }: GroupContext,
): void {
  const { groupId } = request;
  const topics = request.topics.map(({ name, topicId: id = ZERO_UUID, partitions }) => ({
    name,
    partitions: partitions.map((commit) => {
      const topicId = id === ZERO_UUID ? null : id;
      const { partitionIndex } = commit;
      const metadata = commit.committedMetadata ?? '';
      if (metadata.length > config.offsetMetadataMaxBytes) {
        return { partitionIndex, errorCode: ErrorCode.OFFSET_METADATA_TOO_LARGE };
      }
      if (!partitionExists(name, partitionIndex, topicId)) {
        return { partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION };
      }
      const commitTimestampMs = commit.commitTimestamp < 0n ? now.wallMs : Number(commit.commitTimestamp);
      const retentionMs = request.retentionTimeMs;
      effects.records.push({
        ...{ kind: 'offset', groupId, topic: name, partition: partitionIndex },
        value: {
          ...{ offset: commit.committedOffset, leaderEpoch: commit.committedLeaderEpoch, metadata, topicId },
          ...{
            commitTimestampMs,
            expireTimestampMs: retentionMs < 0n ? -1 : commitTimestampMs + Number(retentionMs),
          },
        },
      });
      return { partitionIndex, errorCode: 0 };
    }),
  }));
  const result = { topics };
  effects.reply(replyTo, result, (errorCode) => commitErrors(request, errorCode, result));
}

export interface OffsetFetchRequest {
  readonly groupId: string;
  /** Null: every partition that has one. */
  readonly topics: readonly { readonly name: string; readonly partitionIndexes: readonly number[] }[] | null;
  /** Say of which partitions an open transaction may change the offset. */
  readonly requireStable?: boolean;
  /** Of the member of a consumer group that asks (KIP-848); an application without membership says neither. */
  readonly memberId?: string | null;
  readonly memberEpoch?: number;
}

export interface OffsetFetchResult {
  readonly groupId: string;
  readonly errorCode: number;
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly {
      readonly partitionIndex: number;
      readonly committedOffset: bigint;
      readonly committedLeaderEpoch: number;
      readonly metadata: string;
      readonly errorCode: number;
    }[];
  }[];
}

/** `topicIdOf`: of the topic that has the name now, null for none. What was committed for another one is no offset. */
export function fetchOffsets(
  store: GroupStore,
  request: OffsetFetchRequest,
  topicIdOf: (topic: string) => string | null,
): OffsetFetchResult {
  const { groupId, requireStable = false } = request;
  const isOf = (topic: string, { topicId }: CommittedOffset): boolean =>
    topicId === null || topicId === topicIdOf(topic);
  const wanted =
    request.topics ??
    [...store.offsetsOf(groupId)].map(([name, partitions]) => ({
      name,
      partitionIndexes: [...partitions].filter(([, each]) => isOf(name, each)).map(([index]) => index),
    }));
  const topics = wanted.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => {
      if (requireStable && store.pending.has(groupId, name, partitionIndex)) {
        const nothing = { committedOffset: -1n, committedLeaderEpoch: -1, metadata: '' };
        return { partitionIndex, errorCode: ErrorCode.UNSTABLE_OFFSET_COMMIT, ...nothing };
      }
      const stored = store.offset(groupId, name, partitionIndex);
      const committed = stored !== null && isOf(name, stored) ? stored : null;
      return {
        ...{ partitionIndex, errorCode: 0, committedOffset: committed?.offset ?? -1n },
        ...{ committedLeaderEpoch: committed?.leaderEpoch ?? -1, metadata: committed?.metadata ?? '' },
      };
    }),
  }));
  return { groupId, errorCode: 0, topics };
}
