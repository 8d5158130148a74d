/**
 * The append path of one partition's log: check, give offsets, roll if due, write, take note. Synchronous; what is
 * refused or could not be written leaves no trace.
 */
import type { BatchHeader } from '../../protocol/records/record-batch.ts';
import { checkBatches, isRefusal, type AppendContext } from './append-checks.ts';
import { placeBatches } from './batch-placement.ts';
import type { LogCore } from './log-core.ts';
import { offline, refused, type AppendOptions, type LogAppendResult } from './log-requests.ts';
import { checkProducer } from './producer-history.ts';
import { describeIncoming, isRollDue } from './roll-decision.ts';

/** The buffer is stored with offsets and leader epoch set in place. Expected failures are error codes. */
export function appendBatches(log: LogCore, records: Buffer, options: AppendOptions): LogAppendResult {
  if (!log.health.isGood) return refused(offline(log.name));
  const context: AppendContext = {
    config: log.config,
    nowMs: log.platform.clock.wallMs(),
    origin: options.origin,
  };
  const checked = checkBatches(records, context);
  if (isRefusal(checked)) return refused(checked);
  const verdict =
    options.origin === 'client' ? checkProducer(log.producers, log.segments.all, checked[0]?.header) : null;
  if (verdict?.kind === 'refused') return refused(verdict);
  if (verdict?.kind === 'duplicate') {
    const { baseOffset, lastOffset } = verdict;
    return { errorCode: 0, duplicate: true, baseOffset, lastOffset, logAppendTimeMs: -1, recordCount: 0 };
  }
  const headers = placeBatches(records, checked, log.logEndOffset, options.leaderEpoch, context);
  if (isRefusal(headers)) return refused(headers);
  try {
    rollIfDue(log, headers, records.length, context.nowMs);
    log.segments.active.append(records, headers);
  } catch (error) {
    return refused(log.health.writeFailed(error, log.segments.active.isTorn));
  }
  return noteAppended(log, headers, context);
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
  headers: readonly BatchHeader[],
  { config, origin, nowMs }: AppendContext,
): LogAppendResult {
  const baseOffset = headers[0]?.baseOffset ?? log.logEndOffset;
  let recordCount = 0;
  for (const header of headers) {
    log.noteEpoch(header.partitionLeaderEpoch, header.baseOffset);
    log.producers.update(header);
    log.logEndOffset = header.lastOffset + 1;
    recordCount += header.recordsCount;
  }
  log.flushTimer.arm(config.flushMs);
  const stampsTime = origin !== 'replication' && config.messageTimestampType === 'LogAppendTime';
  return {
    errorCode: 0,
    duplicate: false,
    baseOffset,
    lastOffset: log.logEndOffset - 1,
    logAppendTimeMs: stampsTime ? nowMs : -1,
    recordCount,
  };
}
