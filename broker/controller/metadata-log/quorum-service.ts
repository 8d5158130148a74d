/**
 * Answers what other nodes ask of this member of the metadata quorum: Kafka's requests to the core's words and back. Only
 * requests about `__cluster_metadata-0` of this cluster get that far.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { FetchRequest, fetchResponse } from '../../../protocol/messages/01-fetch.ts';
import type { VoteRequest, voteResponse } from '../../../protocol/messages/52-vote.ts';
import type {
  BeginQuorumEpochRequest,
  beginQuorumEpochResponse,
} from '../../../protocol/messages/53-begin-quorum-epoch.ts';
import type {
  EndQuorumEpochRequest,
  endQuorumEpochResponse,
} from '../../../protocol/messages/54-end-quorum-epoch.ts';
import type {
  FetchSnapshotRequest,
  fetchSnapshotResponse,
} from '../../../protocol/messages/59-fetch-snapshot.ts';
import type { Encodable } from '../../../protocol/schema/notation.ts';
import type { Disk } from '../../platform/platform.ts';
import type { AnswerHead, OffsetAndEpoch, QuorumRequest } from '../quorum/quorum-messages.ts';
import { METADATA_TOPIC } from '../topic-name.ts';
import type { MetadataStorage } from './metadata-storage.ts';
import type { QuorumDriver, Reply } from './quorum-driver.ts';
import { NO_DIRECTORY_ID } from './quorum-state-file.ts';
import type { QuorumVoter } from './replicated-metadata-log.ts';
import { readSnapshotPiece, snapshotPath } from './snapshot-files.ts';
import { FETCH_BYTES, METADATA_PARTITION, METADATA_TOPIC_ID } from './wire-requests.ts';

export interface QuorumServiceOptions {
  readonly driver: QuorumDriver;
  readonly storage: MetadataStorage;
  readonly disk: Disk;
  readonly clusterId: string;
  readonly voters: readonly QuorumVoter[];
}

/** Answers a Fetch from a voter on a new disk that does not vote yet; nothing else answers so. */
export const JOINS = ErrorCode.REPLICA_NOT_AVAILABLE;
const FIRST_VERSION_WITH_TOPIC_IDS = 13;
/** Replicas with a directory of their own are no voters, even if they have a voter's id: they get others for the core. */
const OBSERVER_IDS_FROM = 2 ** 32;

export function coreReplicaId(replicaId: number, directoryId: string): number {
  return directoryId === NO_DIRECTORY_ID || replicaId < 0 ? replicaId : OBSERVER_IDS_FROM + replicaId;
}

/** The id that it goes by on the wire. */
export function wireReplicaId(coreId: number): number {
  return coreId >= OBSERVER_IDS_FROM ? coreId - OBSERVER_IDS_FROM : coreId;
}

export class QuorumService {
  readonly #options: QuorumServiceOptions;

  constructor(options: QuorumServiceOptions) {
    this.#options = options;
  }

  async vote(request: VoteRequest): Promise<Encodable<typeof voteResponse>> {
    const partition = request.topics[0]?.partitions[0];
    const refusal = this.#refusal(request, request.topics);
    if (refusal !== null || partition === undefined)
      return { errorCode: refusal ?? ErrorCode.INVALID_REQUEST };
    const { replicaEpoch, replicaId, lastOffset, lastOffsetEpoch, preVote } = partition;
    const reply = await this.#ask({
      kind: 'vote',
      epoch: replicaEpoch,
      candidateId: replicaId,
      voterId: request.voterId,
      logEnd: { offset: Number(lastOffset), epoch: lastOffsetEpoch },
      preVote,
    });
    if (reply?.answer.kind !== 'vote') return { errorCode: ErrorCode.BROKER_NOT_AVAILABLE };
    const partitions = [{ ...headOf(reply.answer), voteGranted: reply.answer.voteGranted }];
    return { topics: [{ topicName: METADATA_TOPIC, partitions }], nodeEndpoints: this.#leaderOf(reply) };
  }

  async beginQuorumEpoch(
    request: BeginQuorumEpochRequest,
  ): Promise<Encodable<typeof beginQuorumEpochResponse>> {
    const partition = request.topics[0]?.partitions[0];
    const refusal = this.#refusal(request, request.topics);
    if (refusal !== null || partition === undefined)
      return { errorCode: refusal ?? ErrorCode.INVALID_REQUEST };
    const { leaderId, leaderEpoch: epoch } = partition;
    return this.#epochAnswer({ kind: 'beginQuorumEpoch', epoch, leaderId, voterId: request.voterId });
  }

  async endQuorumEpoch(request: EndQuorumEpochRequest): Promise<Encodable<typeof endQuorumEpochResponse>> {
    const partition = request.topics[0]?.partitions[0];
    const refusal = this.#refusal(request, request.topics);
    if (refusal !== null || partition === undefined)
      return { errorCode: refusal ?? ErrorCode.INVALID_REQUEST };
    const { leaderId, leaderEpoch: epoch, preferredCandidates, preferredSuccessors: ids } = partition;
    const preferredSuccessors =
      preferredCandidates.length > 0 ? preferredCandidates.map(({ candidateId }) => candidateId) : ids;
    return this.#epochAnswer({ kind: 'endQuorumEpoch', epoch, leaderId, preferredSuccessors });
  }

  async #epochAnswer(request: QuorumRequest) {
    const reply = await this.#ask(request);
    if (reply === null) return { errorCode: ErrorCode.BROKER_NOT_AVAILABLE };
    const topics = [{ topicName: METADATA_TOPIC, partitions: [headOf(reply.answer)] }];
    return { topics, nodeEndpoints: this.#leaderOf(reply) };
  }

  async fetch(request: FetchRequest, apiVersion: number): Promise<Encodable<typeof fetchResponse>> {
    const topic = request.topics[0];
    const partition = topic?.partitions[0];
    const hasIds = apiVersion >= FIRST_VERSION_WITH_TOPIC_IDS;
    const isOurs = hasIds ? topic?.topicId === METADATA_TOPIC_ID : topic?.topic === METADATA_TOPIC;
    const refusal = this.#clusterRefusal(request.clusterId);
    if (refusal !== null || partition?.partition !== METADATA_PARTITION || !isOurs) {
      return { errorCode: refusal ?? ErrorCode.INVALID_REQUEST };
    }
    // It forgot which epochs it was in: what it says of that must not count for another voter on a new disk.
    if (this.#options.driver.isJoining) return { errorCode: JOINS };
    const replicaId =
      request.replicaState.replicaId >= 0 ? request.replicaState.replicaId : request.replicaId;
    const reply = await this.#ask(
      {
        kind: 'fetch',
        epoch: partition.currentLeaderEpoch,
        replicaId: coreReplicaId(replicaId, partition.replicaDirectoryId),
        fetchOffset: Number(partition.fetchOffset),
        lastFetchedEpoch: partition.lastFetchedEpoch,
        highWatermark: Number(partition.highWatermark),
        maxWaitMs: request.maxWaitMs,
      },
      Math.min(FETCH_BYTES, request.maxBytes, partition.partitionMaxBytes),
    );
    if (reply?.answer.kind !== 'fetch') return { errorCode: ErrorCode.BROKER_NOT_AVAILABLE };
    const { answer, entries } = reply;
    const { errorCode, leaderEpoch, leaderId } = headOf(answer);
    const answered = {
      partitionIndex: METADATA_PARTITION,
      errorCode,
      highWatermark: BigInt(answer.highWatermark),
      lastStableOffset: BigInt(answer.highWatermark),
      logStartOffset: BigInt(this.#options.storage.startOffset()),
      currentLeader: { leaderId, leaderEpoch },
      ...(answer.diverging === null ? {} : { divergingEpoch: pointOf(answer.diverging) }),
      ...(answer.snapshotId === null ? {} : { snapshotId: pointOf(answer.snapshotId) }),
      records: entries ?? Buffer.alloc(0),
    };
    const named = hasIds ? { topicId: METADATA_TOPIC_ID } : { topic: METADATA_TOPIC };
    const nodeEndpoints = this.#leaderOf(reply).map((endpoint) => ({ ...endpoint, rack: null }));
    return { responses: [{ ...named, partitions: [answered] }], nodeEndpoints };
  }

  fetchSnapshot(request: FetchSnapshotRequest): Encodable<typeof fetchSnapshotResponse> {
    const topic = request.topics[0];
    const partition = topic?.partitions[0];
    const refusal = this.#clusterRefusal(request.clusterId);
    if (refusal !== null || topic?.name !== METADATA_TOPIC || partition?.partition !== METADATA_PARTITION) {
      return { errorCode: refusal ?? ErrorCode.INVALID_REQUEST };
    }
    const { status } = this.#options.driver;
    const { snapshotId } = partition;
    const base = {
      index: METADATA_PARTITION,
      snapshotId,
      currentLeader: { leaderId: status.leaderId ?? -1, leaderEpoch: status.epoch },
    };
    const answer = (errorCode: number, piece: { size?: bigint; unalignedRecords?: Buffer } = {}) => {
      const partitions = [{ ...base, errorCode, position: partition.position, ...piece }];
      return { topics: [{ name: METADATA_TOPIC, partitions }] };
    };
    const epoch = partition.currentLeaderEpoch;
    if (epoch < status.epoch) return answer(ErrorCode.FENCED_LEADER_EPOCH);
    if (epoch > status.epoch) return answer(ErrorCode.UNKNOWN_LEADER_EPOCH);
    if (status.role !== 'leader') return answer(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    const { storage, disk, driver } = this.#options;
    const id = { offset: Number(snapshotId.endOffset), epoch: snapshotId.epoch };
    const path = snapshotPath(storage.log.directory, id);
    const piece = readSnapshotPiece(disk, path, Number(partition.position), request.maxBytes);
    if (piece === null) return answer(ErrorCode.SNAPSHOT_NOT_FOUND);
    if (partition.position < 0n || partition.position >= BigInt(piece.sizeBytes)) {
      return answer(ErrorCode.POSITION_OUT_OF_RANGE);
    }
    driver.input((quorum, nowMs) => {
      quorum.snapshotServed(coreReplicaId(request.replicaId, partition.replicaDirectoryId), epoch, nowMs);
    });
    return answer(ErrorCode.NONE, { size: BigInt(piece.sizeBytes), unalignedRecords: piece.bytes });
  }

  #ask(request: QuorumRequest, maxBytes?: number): Promise<Reply | null> {
    return this.#options.driver.ask(request, maxBytes);
  }

  /** Null when the request is about our metadata log. */
  #refusal(
    { clusterId }: { readonly clusterId: string | null },
    topics: readonly {
      readonly topicName: string;
      readonly partitions: readonly { readonly partitionIndex: number }[];
    }[],
  ): number | null {
    const [topic] = topics;
    const isOurs =
      topic?.topicName === METADATA_TOPIC && topic.partitions[0]?.partitionIndex === METADATA_PARTITION;
    return this.#clusterRefusal(clusterId) ?? (isOurs ? null : ErrorCode.INVALID_REQUEST);
  }

  #clusterRefusal(clusterId: string | null): number | null {
    const isOurs = clusterId === null || clusterId === this.#options.clusterId;
    return isOurs ? null : ErrorCode.INCONSISTENT_CLUSTER_ID;
  }

  #leaderOf({ answer }: Reply): { nodeId: number; host: string; port: number }[] {
    const leader = this.#options.voters.find(({ id }) => id === answer.leaderId);
    return leader === undefined ? [] : [{ nodeId: leader.id, host: leader.host, port: leader.port }];
  }
}

function headOf({ errorCode, epoch, leaderId }: AnswerHead) {
  return { partitionIndex: METADATA_PARTITION, errorCode, leaderId: leaderId ?? -1, leaderEpoch: epoch };
}

function pointOf({ offset, epoch }: OffsetAndEpoch): { endOffset: bigint; epoch: number } {
  return { endOffset: BigInt(offset), epoch };
}
