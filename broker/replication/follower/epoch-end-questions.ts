/** Asks a leader where epochs of followed logs ended there (OffsetForLeaderEpoch, KIP-101, KIP-279), all in one request. */
import {
  offsetForLeaderEpochRequest,
  offsetForLeaderEpochResponse,
} from '../../../protocol/messages/23-offset-for-leader-epoch.ts';
import type { NodeConnection } from '../../platform/transport.ts';
import type { FollowedPartition } from './followed-partition.ts';
import type { EpochEndOffset } from './truncation-offset.ts';

const API = { request: offsetForLeaderEpochRequest, response: offsetForLeaderEpochResponse };
const VERSION = 4;

export interface EpochQuestion {
  readonly partition: FollowedPartition;
  /** The largest epoch of the follower's log. */
  readonly ownEpoch: number;
}

export interface EpochEndAnswer extends EpochEndOffset {
  readonly errorCode: number;
}

/** Null when no answer came; the connection has ended then. */
export async function askEpochEnds(
  connection: NodeConnection,
  brokerId: number,
  questions: readonly EpochQuestion[],
  timeoutMs: number,
): Promise<ReadonlyMap<FollowedPartition, EpochEndAnswer> | null> {
  const topics = questions.map(({ partition: { local, leaderEpoch: currentLeaderEpoch }, ownEpoch }) => ({
    topic: local.topic,
    partitions: [{ partition: local.partition, currentLeaderEpoch, leaderEpoch: ownEpoch }],
  }));
  const answer = await connection
    .call(API, VERSION, { replicaId: brokerId, topics }, timeoutMs)
    .catch(() => null);
  if (answer === null) return null;
  const byName = new Map(questions.map(({ partition }) => [nameOf(partition.local), partition]));
  const ends = new Map<FollowedPartition, EpochEndAnswer>();
  for (const { topic, partitions } of answer.topics) {
    for (const { partition, errorCode, leaderEpoch, endOffset } of partitions) {
      const asked = byName.get(nameOf({ topic, partition }));
      if (asked !== undefined)
        ends.set(asked, { errorCode, epoch: leaderEpoch, endOffset: Number(endOffset) });
    }
  }
  return ends;
}

function nameOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}-${partition}`;
}
