/**
 * Reads of one fetch over its partitions: one pass in the order asked, within the byte limits, every failure turned
 * into an error code of its partition. Synchronous; waiting is decided outside from `bytes` and `isFinal`.
 *
 * A reader that names the epoch of its last record is told where its log and ours part instead of being given records
 * that do not continue its own (KIP-595).
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { forEachBatch } from '../../protocol/records/record-batch.ts';
import { CorruptLogError, LogOfflineError, OffsetOutOfRangeError } from '../log/log-errors.ts';
import type { LocalPartition, PartitionLookup } from './local-partition.ts';
import type {
  AbortedTransaction,
  EpochEnd,
  FetchPartitionRequest,
  FetchPartitionResult,
  FetchRequestParameters,
} from './replica-requests.ts';

export interface FetchPass {
  readonly results: FetchPartitionResult[];
  /** What counts towards minBytes: the bytes read, or the limit where that is what ended a read. */
  readonly bytes: number;
  /** An error or a broken promise: the answer must not wait. */
  readonly isFinal: boolean;
}

/** A replica was given what it asked for, so it has all below `fetchOffset`. */
export type FollowerListener = (partition: LocalPartition, fetchOffset: number) => void;

const NO_RECORDS = Buffer.alloc(0);

export function readPartitions(
  parameters: FetchRequestParameters,
  partitions: PartitionLookup,
  onFollower: FollowerListener,
): FetchPass {
  const results: FetchPartitionResult[] = [];
  let bytes = 0;
  let isFinal = false;
  for (const wanted of parameters.partitions) {
    const partition = partitions.get(wanted.topic, wanted.partition);
    const error =
      partition === undefined
        ? partitions.missingError(wanted.topic, wanted.partition)
        : partition.readerError(parameters.replicaId, wanted.currentLeaderEpoch);
    if (partition === undefined || error !== 0) {
      results.push(failed(wanted, error, partition));
      isFinal = true;
      continue;
    }
    const result = readOne(partition, wanted, parameters, bytes);
    bytes += result.records.length;
    if (result.errorCode !== 0 || result.divergingEpoch !== null) isFinal = true;
    else if (parameters.replicaId >= 0) onFollower(partition, wanted.fetchOffset);
    results.push(result);
  }
  if (!isFinal && bytes < parameters.minBytes) bytes = reachableBytes(parameters, results, partitions);
  return { results, bytes, isFinal };
}

/**
 * Batches are never cut, so a read may stay below a limit although more is there; it stops at the end of a segment,
 * too. No append would bring that fetch nearer to minBytes, so it counts as filled (Kafka's DelayedFetch).
 */
function reachableBytes(
  { partitions, replicaId, isolationLevel, maxBytes }: FetchRequestParameters,
  results: readonly FetchPartitionResult[],
  lookup: PartitionLookup,
): number {
  let bytes = 0;
  for (const [index, { records }] of results.entries()) {
    const wanted = partitions[index];
    const partition = wanted && lookup.get(wanted.topic, wanted.partition);
    if (partition === undefined) continue;
    let nextOffset = wanted?.fetchOffset ?? 0;
    forEachBatch(records, ({ lastOffset }) => {
      nextOffset = lastOffset + 1;
    });
    const hasMore = nextOffset < partition.readLimit(replicaId >= 0, isolationLevel);
    const room = hasMore ? Math.min(wanted?.maxBytes ?? 0, maxBytes - bytes) : 0;
    bytes += Math.max(records.length, room);
  }
  return bytes;
}

function readOne(
  partition: LocalPartition,
  wanted: FetchPartitionRequest,
  parameters: FetchRequestParameters,
  bytesSoFar: number,
): FetchPartitionResult {
  const isFollower = parameters.replicaId >= 0;
  const maxOffset = partition.readLimit(isFollower, parameters.isolationLevel);
  try {
    const parted = divergence(partition, wanted);
    if (parted === 'unknown') return failed(wanted, ErrorCode.OFFSET_OUT_OF_RANGE, partition);
    if (parted !== null)
      return { ...answer(wanted, partition, parameters, NO_RECORDS), divergingEpoch: parted };
    const records = partition.log.read({
      offset: wanted.fetchOffset,
      maxBytes: Math.max(0, Math.min(wanted.maxBytes, parameters.maxBytes - bytesSoFar)),
      maxOffset,
      minOneBatch: parameters.minOneBatch && bytesSoFar === 0,
    });
    if (!isFollower && wanted.fetchOffset > maxOffset && wanted.fetchOffset > partition.highWatermark) {
      return failed(wanted, ErrorCode.OFFSET_OUT_OF_RANGE, partition);
    }
    return answer(wanted, partition, parameters, records);
  } catch (error) {
    if (error instanceof OffsetOutOfRangeError)
      return failed(wanted, ErrorCode.OFFSET_OUT_OF_RANGE, partition);
    if (error instanceof CorruptLogError) return failed(wanted, ErrorCode.CORRUPT_MESSAGE, partition);
    if (error instanceof LogOfflineError || isDiskError(error))
      return failed(wanted, ErrorCode.KAFKA_STORAGE_ERROR, partition);
    throw error;
  }
}

function answer(
  wanted: FetchPartitionRequest,
  partition: LocalPartition,
  parameters: FetchRequestParameters,
  records: Buffer,
): FetchPartitionResult {
  return {
    topic: wanted.topic,
    partition: wanted.partition,
    errorCode: 0,
    highWatermark: partition.highWatermark,
    lastStableOffset: partition.lastStableOffset,
    logStartOffset: partition.logStartOffset,
    abortedTransactions:
      parameters.isolationLevel === 'readCommitted'
        ? abortedIn(partition, wanted.fetchOffset, records)
        : null,
    divergingEpoch: null,
    records,
  };
}

/** Where the reader's log and ours part; null when ours continues its own, 'unknown' when nobody can tell. */
function divergence(
  partition: LocalPartition,
  { lastFetchedEpoch, fetchOffset }: FetchPartitionRequest,
): EpochEnd | 'unknown' | null {
  if (lastFetchedEpoch < 0) return null;
  const end = partition.endOfEpoch(lastFetchedEpoch);
  if (end.endOffset < 0 || fetchOffset < partition.logStartOffset) return 'unknown';
  return end.epoch < lastFetchedEpoch || end.endOffset < fetchOffset ? end : null;
}

/** The aborted transactions that the reader must leave out of `records`. */
function abortedIn(partition: LocalPartition, fetchOffset: number, records: Buffer): AbortedTransaction[] {
  if (records.length === 0) return [];
  let endOffset = fetchOffset;
  forEachBatch(records, ({ lastOffset }) => {
    endOffset = lastOffset + 1;
  });
  return partition.log
    .abortedTransactions(fetchOffset, endOffset)
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset }));
}

/** Out of range tells the client where the log begins (KIP-107); every other failure tells it nothing. */
function failed(
  wanted: FetchPartitionRequest,
  errorCode: number,
  partition: LocalPartition | undefined,
): FetchPartitionResult {
  const tellsStart = errorCode === ErrorCode.OFFSET_OUT_OF_RANGE && partition !== undefined;
  return {
    topic: wanted.topic,
    partition: wanted.partition,
    errorCode,
    highWatermark: tellsStart ? partition.highWatermark : -1,
    lastStableOffset: tellsStart ? partition.lastStableOffset : -1,
    logStartOffset: tellsStart ? partition.logStartOffset : -1,
    abortedTransactions: null,
    divergingEpoch: null,
    records: NO_RECORDS,
  };
}

export function isDiskError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'path' in error;
}
