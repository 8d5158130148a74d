/**
 * Sets what a group has committed: as one of its members, or from outside a group without members, as Kafka's
 * AlterConsumerGroupOffsets does. A group with members refuses it (UNKNOWN_MEMBER_ID), so nobody is moved while reading.
 */
import { offsetCommitRequest, offsetCommitResponse } from '../../protocol/messages/08-offset-commit.ts';
import { apiCall } from '../api-call.ts';
import { errorNameOf } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';

/** Version 0 meant ZooKeeper; version 10 names topics by id. */
const api = apiCall(offsetCommitRequest, offsetCommitResponse, { minVersion: 1, maxVersion: 9 });
const NO_GENERATION = -1;

export interface OffsetToCommit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface CommitOutcome {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's name of the error, null if it was done. */
  readonly error: string | null;
}

/** Who commits; nobody of the group without it. */
export interface Membership {
  readonly memberId: string;
  readonly generationId: number;
  readonly groupInstanceId: string | null;
}

const NO_MEMBER: Membership = { memberId: '', generationId: NO_GENERATION, groupInstanceId: null };

export async function commitGroupOffsets(
  cluster: KafkaCluster,
  coordinatorId: number,
  groupId: string,
  offsets: readonly OffsetToCommit[],
  { memberId, generationId, groupInstanceId }: Membership = NO_MEMBER,
): Promise<CommitOutcome[]> {
  const topics = new Map<
    string,
    { partitionIndex: number; committedOffset: bigint; committedMetadata: string }[]
  >();
  for (const { topic, partition, offset } of offsets) {
    const partitions = topics.get(topic) ?? [];
    partitions.push({ partitionIndex: partition, committedOffset: BigInt(offset), committedMetadata: '' });
    topics.set(topic, partitions);
  }
  const answer = await cluster.call(
    coordinatorId,
    api,
    {
      groupId,
      ...{ generationIdOrMemberEpoch: generationId, memberId, groupInstanceId },
      topics: Array.from(topics, ([name, partitions]) => ({ name, partitions })),
    },
    { once: true },
  );
  return answer.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, errorCode }) => ({
      topic: name,
      partition: partitionIndex,
      error: errorNameOf(errorCode),
    })),
  );
}
