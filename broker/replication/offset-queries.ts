/**
 * ListOffsets over one local partition: latest, earliest, by time, of the largest time, and the list of offsets that
 * version 0 of that API asks for.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { CorruptLogError, LogOfflineError } from '../log/log-errors.ts';
import type { LocalPartition, PartitionLookup } from './local-partition.ts';
import { isDiskError } from './partition-reader.ts';
import {
  ANY_REPLICA,
  EARLIEST_TIMESTAMP,
  type EndOfEpochRequest,
  type EndOfEpochResult,
  LATEST_TIMESTAMP,
  MAX_TIMESTAMP,
  type ListOffsetsPartitionRequest,
  type ListOffsetsPartitionResult,
} from './replica-requests.ts';

/** Earliest offset on local disk (KIP-405): without tiered storage the same as earliest. */
const EARLIEST_LOCAL_TIMESTAMP = -4;

function notFound(errorCode: number): ListOffsetsPartitionResult {
  return { errorCode, timestampMs: -1, offset: -1, leaderEpoch: -1 };
}

function readLimit(partition: LocalPartition, request: ListOffsetsPartitionRequest): number {
  return partition.readLimit(request.replicaId !== -1, request.isolationLevel);
}

/** Turns what a damaged or failed log throws into its error code. */
function guarded<T>(query: () => T, failed: (errorCode: number) => T): T {
  try {
    return query();
  } catch (error) {
    if (error instanceof CorruptLogError) return failed(ErrorCode.CORRUPT_MESSAGE);
    if (error instanceof LogOfflineError || isDiskError(error)) return failed(ErrorCode.KAFKA_STORAGE_ERROR);
    throw error;
  }
}

/** Where a leader epoch ended in one partition (KIP-101). */
export function queryEndOfEpoch(
  partitions: PartitionLookup,
  { topic, partition, currentLeaderEpoch, leaderEpoch, replicaId = -1 }: EndOfEpochRequest,
): EndOfEpochResult {
  const local = partitions.get(topic, partition);
  const unknown = { epoch: -1, endOffset: -1 };
  if (local === undefined) return { errorCode: partitions.missingError(topic, partition), ...unknown };
  const errorCode =
    replicaId === ANY_REPLICA
      ? local.replicaError(currentLeaderEpoch)
      : local.leaderError(currentLeaderEpoch);
  return errorCode === 0 ? { errorCode, ...local.endOfEpoch(leaderEpoch) } : { errorCode, ...unknown };
}

export function queryOffset(
  partitions: PartitionLookup,
  request: ListOffsetsPartitionRequest,
): ListOffsetsPartitionResult {
  const partition = partitions.get(request.topic, request.partition);
  if (partition === undefined) return notFound(partitions.missingError(request.topic, request.partition));
  const errorCode =
    request.replicaId === ANY_REPLICA
      ? partition.replicaError(request.currentLeaderEpoch)
      : partition.leaderError(request.currentLeaderEpoch);
  if (errorCode !== 0) return notFound(errorCode);
  // A new leader does not know yet how far consumers have come under the one before (KIP-207).
  const { state } = partition;
  const isUncertain =
    request.replicaId === -1 && partition.isLeader && partition.highWatermark < state.leaderEpochStartOffset;
  const { log } = partition;
  const limit = readLimit(partition, request);
  const epochAt = (offset: number): number => log.leaderEpochs.epochAt(offset);
  switch (request.timestampMs) {
    case LATEST_TIMESTAMP:
      if (isUncertain) return notFound(ErrorCode.OFFSET_NOT_AVAILABLE);
      return { errorCode: 0, timestampMs: -1, offset: limit, leaderEpoch: partition.leaderEpoch };
    case EARLIEST_TIMESTAMP:
    case EARLIEST_LOCAL_TIMESTAMP:
      return {
        errorCode: 0,
        timestampMs: -1,
        offset: log.logStartOffset,
        leaderEpoch: epochAt(log.logStartOffset),
      };
    default:
  }
  if (request.timestampMs < 0 && request.timestampMs !== MAX_TIMESTAMP)
    return notFound(ErrorCode.UNSUPPORTED_VERSION);
  return guarded(() => {
    const found =
      request.timestampMs === MAX_TIMESTAMP ? log.offsetOfMaxTime() : log.offsetByTime(request.timestampMs);
    if (found === null || found.offset >= limit)
      return notFound(isUncertain ? ErrorCode.OFFSET_NOT_AVAILABLE : 0);
    return {
      errorCode: 0,
      timestampMs: found.timestampMs,
      offset: found.offset,
      leaderEpoch: epochAt(found.offset),
    };
  }, notFound);
}

/** Newest first: the read limit, which counts as written at `nowMs`, and bases of segments last written at or before the time. */
export function queryLegacyOffsets(
  partitions: PartitionLookup,
  request: ListOffsetsPartitionRequest,
  maxOffsets: number,
  nowMs: number,
): { errorCode: number; offsets: number[] } {
  const { topic, partition: index } = request;
  const partition = partitions.get(topic, index);
  if (partition === undefined) return { errorCode: partitions.missingError(topic, index), offsets: [] };
  const errorCode = partition.leaderError(-1);
  if (errorCode !== 0) return { errorCode, offsets: [] };
  if (request.timestampMs < EARLIEST_TIMESTAMP)
    return { errorCode: ErrorCode.UNSUPPORTED_VERSION, offsets: [] };
  const limit = readLimit(partition, request);
  const { log } = partition;
  if (request.timestampMs === EARLIEST_TIMESTAMP)
    return { errorCode: 0, offsets: [log.logStartOffset].slice(0, maxOffsets) };
  return guarded<{ errorCode: number; offsets: number[] }>(
    () => {
      const isLatest = request.timestampMs === LATEST_TIMESTAMP;
      const bases = log
        .segmentTimes()
        .filter(
          ({ baseOffset, modifiedMs }) =>
            baseOffset < limit && (isLatest || modifiedMs <= request.timestampMs),
        )
        .map(({ baseOffset }) => baseOffset)
        .reverse();
      return {
        errorCode: 0,
        offsets: (isLatest || nowMs <= request.timestampMs ? [limit, ...bases] : bases).slice(
          0,
          Math.max(0, maxOffsets),
        ),
      };
    },
    (code) => ({ errorCode: code, offsets: [] }),
  );
}
