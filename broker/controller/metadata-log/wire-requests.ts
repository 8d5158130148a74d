/**
 * What the quorum core says to other members as Kafka's requests, and their answers in the core's words (KIP-595, KIP-853,
 * KIP-996, KIP-1166). Each of these requests could carry many partitions; there is one, `__cluster_metadata-0`.
 *
 * A voter's directory id is zero, because voters are fixed by `controller.quorum.voters`. A voter on a new disk fetches under
 * its directory's id until it has got back what it had, so that nobody counts it as a voter.
 */
import { fetchRequest, type FetchResponse, fetchResponse } from '../../../protocol/messages/01-fetch.ts';
import { voteRequest, type VoteResponse, voteResponse } from '../../../protocol/messages/52-vote.ts';
import {
  beginQuorumEpochRequest,
  type BeginQuorumEpochResponse,
  beginQuorumEpochResponse,
} from '../../../protocol/messages/53-begin-quorum-epoch.ts';
import {
  endQuorumEpochRequest,
  type EndQuorumEpochResponse,
  endQuorumEpochResponse,
} from '../../../protocol/messages/54-end-quorum-epoch.ts';
import { ErrorCode } from '../../../protocol/errors.ts';
import type { Encodable } from '../../../protocol/schema/notation.ts';
import type {
  AnswerHead,
  EpochAnswer,
  FetchAnswer,
  FetchRequest,
  OffsetAndEpoch,
  VoteAnswer,
} from '../quorum/quorum-messages.ts';
import type * as messages from '../quorum/quorum-messages.ts';
import { METADATA_TOPIC } from '../topic-name.ts';
import { fetchedBatches } from './fetched-batches.ts';
import { NO_DIRECTORY_ID } from './quorum-state-file.ts';
import type { QuorumVoter } from './replicated-metadata-log.ts';

/** Kafka's fixed id of the metadata topic. */
export const METADATA_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
export const METADATA_PARTITION = 0;
/** Records in one answer to a Fetch, in bytes; a batch that is larger comes alone. */
export const FETCH_BYTES = 8_388_608;

export const voteApi = { request: voteRequest, response: voteResponse };
export const beginQuorumEpochApi = { request: beginQuorumEpochRequest, response: beginQuorumEpochResponse };
export const endQuorumEpochApi = { request: endQuorumEpochRequest, response: endQuorumEpochResponse };
export const fetchApi = { request: fetchRequest, response: fetchResponse };

/** Who speaks. */
export interface Speaker {
  readonly clusterId: string;
  readonly listenerName: string;
  /** Null when this node is no voter. */
  readonly voter: QuorumVoter | null;
  /** Zero, or of a directory that does not count as a voter's. */
  readonly directoryId: string;
}

export function voteBody(
  request: messages.VoteRequest,
  { clusterId }: Speaker,
): Encodable<typeof voteRequest> {
  const partition = {
    partitionIndex: METADATA_PARTITION,
    replicaEpoch: request.epoch,
    replicaId: request.candidateId,
    replicaDirectoryId: NO_DIRECTORY_ID,
    voterDirectoryId: NO_DIRECTORY_ID,
    lastOffsetEpoch: request.logEnd.epoch,
    lastOffset: BigInt(request.logEnd.offset),
    preVote: request.preVote,
  };
  const topics = [{ topicName: METADATA_TOPIC, partitions: [partition] }];
  return { clusterId, voterId: request.voterId, topics };
}

export function beginQuorumEpochBody(
  request: messages.BeginQuorumEpochRequest,
  speaker: Speaker,
): Encodable<typeof beginQuorumEpochRequest> {
  const { leaderId, epoch: leaderEpoch, voterId } = request;
  const partition = { partitionIndex: METADATA_PARTITION, leaderId, leaderEpoch };
  const topics = [{ topicName: METADATA_TOPIC, partitions: [partition] }];
  return { clusterId: speaker.clusterId, voterId, topics, leaderEndpoints: endpointsOf(speaker) };
}

export function endQuorumEpochBody(
  request: messages.EndQuorumEpochRequest,
  speaker: Speaker,
): Encodable<typeof endQuorumEpochRequest> {
  const { leaderId, epoch: leaderEpoch, preferredSuccessors } = request;
  const preferredCandidates = preferredSuccessors.map((candidateId) => ({
    candidateId,
    candidateDirectoryId: NO_DIRECTORY_ID,
  }));
  const partition = { partitionIndex: METADATA_PARTITION, leaderId, leaderEpoch, preferredCandidates };
  const topics = [{ topicName: METADATA_TOPIC, partitions: [partition] }];
  return { clusterId: speaker.clusterId, topics, leaderEndpoints: endpointsOf(speaker) };
}

export function fetchBody(request: FetchRequest, speaker: Speaker): Encodable<typeof fetchRequest> {
  const partition = {
    partition: METADATA_PARTITION,
    currentLeaderEpoch: request.epoch,
    fetchOffset: BigInt(request.fetchOffset),
    lastFetchedEpoch: request.lastFetchedEpoch,
    partitionMaxBytes: FETCH_BYTES,
    replicaDirectoryId: speaker.directoryId,
    highWatermark: BigInt(request.highWatermark),
  };
  return {
    clusterId: speaker.clusterId,
    replicaState: { replicaId: request.replicaId },
    maxWaitMs: request.maxWaitMs,
    minBytes: 0,
    maxBytes: FETCH_BYTES,
    topics: [{ topicId: METADATA_TOPIC_ID, partitions: [partition] }],
  };
}

function endpointsOf({ listenerName, voter }: Speaker) {
  return voter === null ? [] : [{ name: listenerName, host: voter.host, port: voter.port }];
}

// Answers: null for what says nothing about the quorum.

export function voteAnswer(response: VoteResponse): VoteAnswer | null {
  const partition = response.topics[0]?.partitions[0];
  if (response.errorCode !== ErrorCode.NONE || partition === undefined) return null;
  return { kind: 'vote', ...headOf(partition), voteGranted: partition.voteGranted };
}

export function epochAnswer(
  kind: EpochAnswer['kind'],
  response: BeginQuorumEpochResponse | EndQuorumEpochResponse,
): EpochAnswer | null {
  const partition = response.topics[0]?.partitions[0];
  if (response.errorCode !== ErrorCode.NONE || partition === undefined) return null;
  return { kind, ...headOf(partition) };
}

/** Null, too, when the batches are damaged or not those that were asked for. */
export function fetchAnswer(response: FetchResponse, request: FetchRequest): FetchAnswer<Buffer> | null {
  const partition = response.responses[0]?.partitions[0];
  if (response.errorCode !== ErrorCode.NONE || partition === undefined) return null;
  const { leaderId, leaderEpoch } = partition.currentLeader;
  const batches =
    partition.records === null || partition.records.length === 0
      ? Buffer.alloc(0)
      : fetchedBatches(partition.records, request.fetchOffset, leaderEpoch);
  if (batches === null || leaderEpoch < 0) return null;
  return {
    kind: 'fetch',
    ...headOf({ errorCode: partition.errorCode, leaderId, leaderEpoch }),
    highWatermark: Number(partition.highWatermark),
    diverging: pointOf(partition.divergingEpoch),
    snapshotId: pointOf(partition.snapshotId),
    entries: batches.length === 0 ? null : batches,
  };
}

function headOf(partition: {
  readonly errorCode: number;
  readonly leaderId: number;
  readonly leaderEpoch: number;
}): AnswerHead {
  const { errorCode, leaderId, leaderEpoch: epoch } = partition;
  return { errorCode, epoch, leaderId: leaderId < 0 ? null : leaderId };
}

function pointOf(point: { readonly epoch: number; readonly endOffset: bigint }): OffsetAndEpoch | null {
  return point.epoch < 0 ? null : { offset: Number(point.endOffset), epoch: point.epoch };
}
