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
import type { ReplyTo } from '../runtime/effects.ts';
import type { ClassicGroup } from './classic-group.ts';
import type { GroupContext } from './group-context.ts';
import type { GroupStore } from './group-store.ts';
import { memberFault } from './member-fault.ts';
import { extendSession } from './member-session.ts';

export interface OffsetCommitRequest {
  readonly groupId: string;
  /** -1 without membership. */
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  /** -1: the broker's retention. Versions 2 to 4 only. */
  readonly retentionTimeMs: bigint;
  readonly topics: readonly {
    readonly name: string;
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

export function commitOffsets(
  group: ClassicGroup,
  request: OffsetCommitRequest,
  /** Known partitions only are kept: offsets of others would never be cleaned up. */
  partitionExists: (topic: string, partition: number) => boolean,
  replyTo: ReplyTo<OffsetCommitResult>,
  context: GroupContext,
): void {
  const { effects, config, now } = context;
  const fault = commitFault(group, request, effects.transaction !== null);
  if (fault !== 0) return effects.reply(replyTo, commitErrors(request, fault));
  const member = group.members.get(request.memberId);
  if (member !== undefined) extendSession(group, member, context);
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((commit) => {
      const { partitionIndex } = commit;
      const metadata = commit.committedMetadata ?? '';
      if (metadata.length > config.offsetMetadataMaxBytes) {
        return { partitionIndex, errorCode: ErrorCode.OFFSET_METADATA_TOO_LARGE };
      }
      if (!partitionExists(name, partitionIndex)) {
        return { partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION };
      }
      const commitTimestampMs = commit.commitTimestamp < 0n ? now.wallMs : Number(commit.commitTimestamp);
      const retentionMs = request.retentionTimeMs;
      effects.records.push({
        ...{ kind: 'offset', groupId: group.groupId, topic: name, partition: partitionIndex },
        value: {
          ...{ offset: commit.committedOffset, leaderEpoch: commit.committedLeaderEpoch, metadata },
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

export function fetchOffsets(store: GroupStore, request: OffsetFetchRequest): OffsetFetchResult {
  const { groupId, requireStable = false } = request;
  const wanted =
    request.topics ??
    [...store.offsetsOf(groupId)].map(([name, partitions]) => ({
      name,
      partitionIndexes: [...partitions.keys()],
    }));
  const topics = wanted.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => {
      if (requireStable && store.pending.has(groupId, name, partitionIndex)) {
        const nothing = { committedOffset: -1n, committedLeaderEpoch: -1, metadata: '' };
        return { partitionIndex, errorCode: ErrorCode.UNSTABLE_OFFSET_COMMIT, ...nothing };
      }
      const committed = store.offset(groupId, name, partitionIndex);
      return {
        ...{ partitionIndex, errorCode: 0, committedOffset: committed?.offset ?? -1n },
        ...{ committedLeaderEpoch: committed?.leaderEpoch ?? -1, metadata: committed?.metadata ?? '' },
      };
    }),
  }));
  return { groupId, errorCode: 0, topics };
}
