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

/** What reading needs to know beside the partitions themselves. */
export interface ReadContext {
  readonly partitions: PartitionLookup;
  /** A replica was given what it asked for, so it has all below its fetch offset. */
  readonly onFollower: (partition: LocalPartition, fetchOffset: number) => void;
  /** A follower must wait for this partition: its share of the throttled rate is used up (KIP-73). */
  readonly isHeldBack: (partition: LocalPartition) => boolean;
  /** A replica that is nearer to the reader (KIP-392); -1 when this one is best. */
  readonly nearerReplica: (partition: LocalPartition, fetchOffset: number) => number;
}

const NO_RECORDS = Buffer.alloc(0);

export function readPartitions(
  parameters: FetchRequestParameters,
  asked: readonly FetchPartitionRequest[],
  context: ReadContext,
): FetchPass {
  const results: ReadResult[] = [];
  let bytes = 0;
  let isFinal = false;
  for (const wanted of asked) {
    const partition = findPartition(wanted, parameters, context.partitions);
    const error =
      typeof partition === 'number'
        ? partition
        : partition.readerError(parameters, wanted.currentLeaderEpoch);
    if (typeof partition === 'number' || error !== 0) {
      const known = typeof partition === 'number' ? undefined : partition;
      results.push(failed(wanted, error, known));
      isFinal = true;
      continue;
    }
    let result = readOne(partition, wanted, parameters, { ...context, bytesSoFar: bytes });
    bytes += result.records.length;
    if (result.errorCode !== 0 || result.divergingEpoch !== null || result.preferredReadReplica >= 0)
      isFinal = true;
    else if (parameters.replicaId >= 0) {
      context.onFollower(partition, wanted.fetchOffset);
      // It may have been the last that the high watermark waited for: told now, or nobody would remember to tell it.
      const { highWatermark, lastStableOffset } = partition;
      result = { ...result, highWatermark, lastStableOffset };
    }
    results.push(result);
  }
  if (!isFinal && bytes < parameters.minBytes) bytes = reachableBytes(parameters, asked, results);
  return { results, bytes, isFinal };
}

/** By name, or by id, which must be that of the topic whose log is here (KIP-516). */
function findPartition(
  { topic, topicId, partition }: FetchPartitionRequest,
  { mayRead }: FetchRequestParameters,
  partitions: PartitionLookup,
): LocalPartition | number {
  const name = topicId === '' ? topic : partitions.topicName(topicId);
  if (name === undefined) return ErrorCode.UNKNOWN_TOPIC_ID;
  if (mayRead !== null && !mayRead(name)) return ErrorCode.TOPIC_AUTHORIZATION_FAILED;
  const local = partitions.get(name, partition);
  if (local === undefined) return partitions.missingError(name, partition);
  return topicId === '' || local.topicId === topicId ? local : ErrorCode.INCONSISTENT_TOPIC_ID;
}

/**
 * Batches are never cut, so a read may stay below a limit although more is there; it stops at the end of a segment,
 * too. No append would bring that fetch nearer to minBytes, so it counts as filled (Kafka's DelayedFetch).
 */
function reachableBytes(
  { maxBytes }: FetchRequestParameters,
  asked: readonly FetchPartitionRequest[],
  results: readonly ReadResult[],
): number {
  let bytes = 0;
  for (const [index, { records, readLimit, isIdle }] of results.entries()) {
    const wanted = asked[index];
    if (isIdle || wanted === undefined) continue;
    let nextOffset = wanted.fetchOffset;
    forEachBatch(records, ({ lastOffset }) => {
      nextOffset = lastOffset + 1;
    });
    const room = nextOffset < readLimit ? Math.min(wanted.maxBytes, maxBytes - bytes) : 0;
    bytes += Math.max(records.length, room);
  }
  return bytes;
}

/** With the offset at which this read had to stop; -1 where more cannot come soon: held back, failed. */
interface ReadResult extends FetchPartitionResult {
  readonly readLimit: number;
}

function readOne(
  partition: LocalPartition,
  wanted: FetchPartitionRequest,
  parameters: FetchRequestParameters,
  context: ReadContext & { readonly bytesSoFar: number },
): ReadResult {
  const isFollower = parameters.replicaId >= 0;
  const { bytesSoFar } = context;
  const maxOffset = partition.readLimit(isFollower, parameters.isolationLevel);
  try {
    const parted = divergence(partition, wanted);
    if (parted === 'unknown') return failed(wanted, ErrorCode.OFFSET_OUT_OF_RANGE, partition);
    const nothing = answer(wanted, partition, parameters, NO_RECORDS, -1);
    if (parted !== null) return { ...nothing, divergingEpoch: parted };
    if (isFollower && context.isHeldBack(partition)) return nothing;
    const nearer = context.nearerReplica(partition, wanted.fetchOffset);
    if (nearer >= 0) return { ...nothing, preferredReadReplica: nearer };
    const records = partition.log.read({
      offset: wanted.fetchOffset,
      maxBytes: Math.max(0, Math.min(wanted.maxBytes, parameters.maxBytes - bytesSoFar)),
      maxOffset,
      minOneBatch: parameters.minOneBatch && bytesSoFar === 0,
    });
    return answer(wanted, partition, parameters, records, maxOffset);
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
  readLimit: number,
): ReadResult {
  const isCommitted = parameters.isolationLevel === 'readCommitted';
  return {
    topic: partition.topic,
    topicId: wanted.topicId,
    partition: wanted.partition,
    errorCode: 0,
    highWatermark: partition.highWatermark,
    lastStableOffset: partition.lastStableOffset,
    logStartOffset: partition.logStartOffset,
    abortedTransactions: isCommitted ? abortedIn(partition, wanted.fetchOffset, records) : null,
    divergingEpoch: null,
    preferredReadReplica: -1,
    records,
    isIdle: records.length === 0 && readLimit >= 0 && wanted.fetchOffset >= readLimit,
    readLimit,
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
): ReadResult {
  const tellsStart = errorCode === ErrorCode.OFFSET_OUT_OF_RANGE && partition !== undefined;
  return {
    topic: partition?.topic ?? wanted.topic,
    topicId: wanted.topicId,
    partition: wanted.partition,
    errorCode,
    highWatermark: tellsStart ? partition.highWatermark : -1,
    lastStableOffset: tellsStart ? partition.lastStableOffset : -1,
    logStartOffset: tellsStart ? partition.logStartOffset : -1,
    abortedTransactions: null,
    divergingEpoch: null,
    preferredReadReplica: -1,
    records: NO_RECORDS,
    isIdle: false,
    readLimit: -1,
  };
}

export function isDiskError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'path' in error;
}
