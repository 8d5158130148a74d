/**
 * DescribeQuorum 0-2: who leads the metadata log, and how far voters and observers are (KIP-595, KIP-836, KIP-853). Only the
 * leader knows. It counts on monotonic time; answers are in wall time. A voter on a new disk fetches as an observer until it
 * votes (joining.ts); it is listed once, as the voter that it is, with how far it has got back.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type {
  DescribeQuorumRequest,
  describeQuorumResponse,
} from '../../../protocol/messages/55-describe-quorum.ts';
import type { Encodable } from '../../../protocol/schema/notation.ts';
import type { Clock } from '../../platform/platform.ts';
import type { ReplicaProgress } from '../quorum/leader-progress.ts';
import type { QuorumStatus } from '../quorum/quorum.ts';
import { METADATA_TOPIC } from '../topic-name.ts';
import { wireReplicaId } from './quorum-service.ts';
import type { QuorumVoter } from './replicated-metadata-log.ts';
import { METADATA_PARTITION } from './wire-requests.ts';

export interface DescribedQuorum {
  readonly status: QuorumStatus;
  readonly logEndOffset: number;
  readonly voters: readonly QuorumVoter[];
  readonly listenerName: string;
  readonly clock: Clock;
}

const UNKNOWN = -1;
/** Who has not fetched for so long observes no more (Kafka's LeaderState): a broker that is gone would be listed for ever. */
const OBSERVER_SESSION_MS = 300_000;

export function describeQuorum(
  request: DescribeQuorumRequest,
  quorum: DescribedQuorum,
): Encodable<typeof describeQuorumResponse> {
  const topics = request.topics.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.map(({ partitionIndex }) => {
      const isMetadata = topicName === METADATA_TOPIC && partitionIndex === METADATA_PARTITION;
      if (!isMetadata) return refusal(partitionIndex, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, quorum);
      if (quorum.status.role !== 'leader') {
        return refusal(partitionIndex, ErrorCode.NOT_LEADER_OR_FOLLOWER, quorum);
      }
      return described(quorum);
    }),
  }));
  const nodes = quorum.voters.map(({ id, host, port }) => ({
    nodeId: id,
    listeners: [{ name: quorum.listenerName, host, port }],
  }));
  return { topics, nodes };
}

function refusal(partitionIndex: number, errorCode: number, { status }: DescribedQuorum) {
  const { leaderId, epoch: leaderEpoch } = status;
  return {
    ...{ partitionIndex, errorCode, leaderId: leaderId ?? UNKNOWN, leaderEpoch },
    ...{ highWatermark: BigInt(UNKNOWN), currentVoters: [], observers: [] },
  };
}

function described(quorum: DescribedQuorum) {
  const { status, clock, logEndOffset } = quorum;
  const behindMs = clock.wallMs() - clock.monotonicMs();
  const replica = (replicaId: number, progress: Readonly<ReplicaProgress> | undefined) => ({
    replicaId,
    logEndOffset: BigInt(progress?.endOffset ?? UNKNOWN),
    lastFetchTimestamp: timeOf(progress?.lastFetchMs, behindMs),
    lastCaughtUpTimestamp: timeOf(progress?.lastCaughtUpMs, behindMs),
  });
  const nowMs = clock.monotonicMs();
  const leader = {
    ...{ endOffset: logEndOffset, leaderEndOffset: logEndOffset },
    ...{ lastFetchMs: nowMs, lastCaughtUpMs: nowMs },
  };
  return {
    partitionIndex: METADATA_PARTITION,
    leaderId: status.leaderId ?? UNKNOWN,
    leaderEpoch: status.epoch,
    highWatermark: BigInt(status.highWatermark),
    currentVoters: quorum.voters.map(({ id }) => {
      return replica(id, id === status.leaderId ? leader : progressOf(id, status));
    }),
    observers: [...(status.observers ?? [])]
      .filter(([, { lastFetchMs }]) => lastFetchMs !== null && nowMs - lastFetchMs < OBSERVER_SESSION_MS)
      .map(([coreId, progress]) => ({ id: wireReplicaId(coreId), progress }))
      .filter(({ id }) => quorum.voters.every((voter) => voter.id !== id))
      .map(({ id, progress }) => replica(id, progress)),
  };
}

/** Of a voter, in whichever of its two roles it was heard last. */
function progressOf(id: number, { voters, observers }: QuorumStatus): Readonly<ReplicaProgress> | undefined {
  let last: Readonly<ReplicaProgress> | undefined = voters?.get(id);
  for (const [coreId, progress] of observers ?? []) {
    const isLater = (progress.lastFetchMs ?? -1) > (last?.lastFetchMs ?? -1);
    if (wireReplicaId(coreId) === id && isLater) last = progress;
  }
  return last;
}

function timeOf(monotonicMs: number | null | undefined, behindMs: number): bigint {
  return BigInt(monotonicMs == null ? UNKNOWN : Math.floor(monotonicMs + behindMs));
}
