/**
 * The append path of one partition's log: check, give offsets, roll if due, write, take note. Synchronous; what is
 * refused or could not be written leaves no trace.
 */
import { encodeTransactionMarker } from '../../protocol/records/control-records.ts';
import type { BatchHeader } from '../../protocol/records/record-batch.ts';
import { isRefusal, type AppendContext, type CheckedRecords } from './append-checks.ts';
import { placeBatches } from './batch-placement.ts';
import type { LogCore } from './log-core.ts';
import {
  offline,
  refused,
  type AppendOptions,
  type EndTransactionRequest,
  type LogAppendResult,
} from './log-requests.ts';
import { checkMarker, type ProducerVerdict } from './producer-checks.ts';
import { checkProducer } from './producer-history.ts';
import { checkAppend } from './record-checks.ts';
import { describeIncoming, isRollDue } from './roll-decision.ts';
import { readTransactionMarker } from './transaction-marker.ts';

/** The buffer is stored with offsets and leader epoch set in place. Expected failures are error codes. */
export function appendBatches(
  log: LogCore,
  records: Buffer | CheckedRecords,
  options: AppendOptions,
): LogAppendResult {
  if (!log.health.isGood) return refused(offline(log.name));
  const context: AppendContext = {
    config: log.config,
    nowMs: log.platform.clock.wallMs(),
    origin: options.origin,
  };
  const checked = 'batches' in records ? records : checkAppend(records, context);
  if (isRefusal(checked)) return refused(checked);
  const verdict = producerVerdict(log, checked, options);
  if (verdict?.kind === 'refused') return refused(verdict);
  if (verdict?.kind === 'duplicate') {
    const { baseOffset, lastOffset } = verdict;
    return { errorCode: 0, duplicate: true, baseOffset, lastOffset, logAppendTimeMs: -1, recordCount: 0 };
  }
  const headers = placeBatches(checked, log.logEndOffset, options.leaderEpoch, context);
  const stored = storeBatches(log, checked.records, headers, context.nowMs);
  if (stored.errorCode !== 0 || log.config.messageTimestampType !== 'LogAppendTime') return stored;
  return { ...stored, logAppendTimeMs: context.nowMs };
}

/**
 * Writes batches that have their place in the log and takes note of them: all or nothing. `isKept`: the buffer stays as it is
 * from now on, for readers at the log end.
 */
export function storeBatches(
  log: LogCore,
  records: Buffer,
  headers: readonly BatchHeader[],
  nowMs: number,
  isKept = true,
): LogAppendResult {
  try {
    rollIfDue(log, headers, records.length, nowMs);
    log.segments.active.append(records, headers);
  } catch (error) {
    return refused(log.health.writeFailed(error, log.segments.active.isTorn));
  }
  return noteAppended(log, records, headers, isKept);
}

/** Of the first batch that its producer may not append, or has appended before; null when all are welcome. */
function producerVerdict(
  log: LogCore,
  { records, batches }: CheckedRecords,
  { origin, transactionVersion = 0 }: AppendOptions,
): Exclude<ProducerVerdict, { kind: 'new' }> | null {
  for (const { header } of batches) {
    if (header.producerId < 0) continue;
    const marker = readTransactionMarker(records, header);
    const verdict =
      marker === null
        ? checkProducer(log.producers, log.segments.all, header, origin)
        : checkMarker(log.producers.get(header.producerId), header, { ...marker, transactionVersion });
    if (verdict.kind !== 'new') return verdict;
  }
  return null;
}

/** Ends a producer's transaction in this partition: the record that a transaction coordinator asks for. */
export function appendEndTransactionMarker(
  log: LogCore,
  { leaderEpoch, transactionVersion = 0, ...marker }: EndTransactionRequest,
): LogAppendResult {
  const records = encodeTransactionMarker({ ...marker, timestampMs: log.platform.clock.wallMs() });
  return appendBatches(log, records, { leaderEpoch, origin: 'coordinator', transactionVersion });
}

function rollIfDue(
  log: LogCore,
  headers: readonly BatchHeader[],
  incomingBytes: number,
  nowMs: number,
): void {
  const incoming = describeIncoming(headers, incomingBytes);
  if (isRollDue(log.segments.active, incoming, log.config, log.maxSegmentAgeMs, nowMs))
    log.roll(incoming.firstOffset);
}

function noteAppended(
  log: LogCore,
  records: Buffer,
  headers: readonly BatchHeader[],
  isKept: boolean,
): LogAppendResult {
  const baseOffset = headers[0]?.baseOffset ?? log.logEndOffset;
  let recordCount = 0;
  for (const header of headers) {
    log.noteEpoch(header.partitionLeaderEpoch, header.baseOffset);
    log.noteProducer(header, readTransactionMarker(records, header));
    log.logEndOffset = header.lastOffset + 1;
    recordCount += header.recordsCount;
  }
  if (isKept) log.tail.add(records, headers);
  else if (log.tail.isRead) log.tail.add(Buffer.from(records), headers);
  log.flushTimer.arm(log.config.flushMs);
  return {
    errorCode: 0,
    duplicate: false,
    baseOffset,
    lastOffset: log.logEndOffset - 1,
    logAppendTimeMs: -1,
    recordCount,
  };
}
