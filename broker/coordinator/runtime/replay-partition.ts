/**
 * Loads one partition of a coordinator's topic: reads every committed batch from the start and hands its records over
 * in order, with the producer whose transaction it belongs to, and the markers that end those. A record that cannot be read is reported
 * and passed over: one bad record must not take the groups of a whole partition away.
 */
import { decodeRecords } from '../../../protocol/records/decode-records.ts';
import { readBatchHeader } from '../../../protocol/records/record-batch.ts';
import { ProtocolError } from '../../../protocol/wire/protocol-error.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Timers } from '../../platform/platform.ts';
import { readTransactionMarker } from '../../log/transaction-marker.ts';
import type { CoordinatorLog, Leadership } from './coordinator-log.ts';
import type { TransactionalProducer, TransactionMarker } from './transactional-batch.ts';

export interface ReplayOptions<Rec> {
  readonly log: CoordinatorLog;
  readonly leadership: Leadership;
  readonly decode: (key: Buffer, value: Buffer | null) => Rec | null;
  readonly replay: (record: Rec, transaction: TransactionalProducer | null) => void;
  readonly replayMarker: (marker: TransactionMarker) => void;
  /** False: the partition was lost meanwhile, stop. */
  readonly isWanted: () => boolean;
  readonly logger: Logger;
  readonly timers: Timers;
}

/** Read at once (load.buffer of Kafka's loader is 5 MiB); after each full one the event loop gets its turn. */
const LOAD_BUFFER_BYTES = 1_048_576;

/** True when everything is replayed that earlier leaders may have acknowledged, false when it was stopped. */
export async function replayPartition<Rec>(options: ReplayOptions<Rec>): Promise<boolean> {
  const { log, leadership, timers } = options;
  if (!(await log.ready(leadership))) return false;
  let offset = log.logStartOffset(leadership.partition);
  while (options.isWanted()) {
    const batches = log.readCommitted(leadership, offset, LOAD_BUFFER_BYTES);
    if (batches === null) return false;
    if (batches.length === 0) return true;
    let position = 0;
    while (position < batches.length) {
      const header = readBatchHeader(batches, position);
      if (header.isControl) replayControl(batches, header, options);
      else replayBatch(batches, header, options);
      offset = header.lastOffset + 1;
      position += header.sizeBytes;
    }
    if (batches.length >= LOAD_BUFFER_BYTES / 2)
      await new Promise<void>((resolve) => void timers.after(0, resolve));
  }
  return false;
}

function replayControl<Rec>(
  batches: Buffer,
  header: ReturnType<typeof readBatchHeader>,
  { replayMarker }: ReplayOptions<Rec>,
): void {
  const marker = readTransactionMarker(batches, header);
  const { producerId, producerEpoch } = header;
  if (marker !== null) replayMarker({ producerId, producerEpoch, ...marker });
}

function replayBatch<Rec>(
  batches: Buffer,
  header: ReturnType<typeof readBatchHeader>,
  { decode, replay, logger, leadership }: ReplayOptions<Rec>,
): void {
  const { producerId, producerEpoch } = header;
  const transaction = header.isTransactional ? { producerId, producerEpoch } : null;
  for (const { key, value, offset } of decodeRecords(batches, header)) {
    if (key === null) continue;
    try {
      const record = decode(key, value);
      if (record !== null) replay(record, transaction);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      logger.error(
        `The record at offset ${String(offset)} of partition ${String(leadership.partition)} cannot be read.`,
        error,
      );
    }
  }
}
