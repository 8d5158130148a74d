/**
 * May a producer's batch or a transaction's marker be appended (KIP-98, KIP-360; Kafka's ProducerAppendInfo)? Pure
 * decisions over what the partition remembers of the producer.
 *
 * Clients are held to their sequence numbers; brokers' own batches only to the producer's epoch and to an open
 * transaction; what comes from a leader was checked there.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { BatchHeader } from '../../protocol/records/record-batch.ts';
import {
  firstSequenceOf,
  lastSequenceOf,
  nextSequence,
  type KeptBatch,
  type ProducerEntry,
} from './producer-state.ts';
import type { EndTransactionMarker } from './transaction-marker.ts';

export interface ProducerRefusal {
  readonly kind: 'refused';
  readonly errorCode: number;
  readonly errorMessage: string;
}

export type ProducerVerdict =
  | { readonly kind: 'new' }
  | {
      readonly kind: 'duplicate';
      readonly baseOffset: number;
      readonly lastOffset: number;
      readonly timestampMs: number;
    }
  | ProducerRefusal;

const NEW: ProducerVerdict = { kind: 'new' };

/** A batch of records; `entry` is undefined for a producer that the partition does not know. */
export function checkDataBatch(
  entry: ProducerEntry | undefined,
  header: BatchHeader,
  origin: 'client' | 'coordinator',
): ProducerVerdict {
  if (header.producerId < 0 || entry === undefined) return NEW;
  const same = origin === 'client' ? repeated(entry, header) : undefined;
  if (same !== undefined) {
    const { lastOffset, offsetDelta, timestampMs } = same;
    return { kind: 'duplicate', baseOffset: lastOffset - offsetDelta, lastOffset, timestampMs };
  }
  const stale = staleEpoch(entry, header);
  if (stale !== null) return stale;
  if (origin === 'client') {
    const last = header.producerEpoch === entry.epoch ? entry.batches.at(-1) : undefined;
    const expected = last === undefined ? 0 : nextSequence(last.lastSequence);
    if (expected !== header.baseSequence)
      return refuse(
        ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
        `Producer ${header.producerId} sent sequence ${header.baseSequence} where ${expected} must follow.`,
      );
  }
  if (entry.currentTxnFirstOffset >= 0 && !header.isTransactional)
    return refuse(
      ErrorCode.INVALID_TXN_STATE,
      `Producer ${header.producerId} has an open transaction here and sent a batch outside it.`,
    );
  return NEW;
}

/** The version of transactions from which on a marker's epoch is later than that of the records (KIP-890). */
const RAISING_VERSION = 2;

/**
 * A marker; of a producer that the partition does not know it is taken and remembered. Where each end raises the epoch, one
 * that comes again does not end the transaction that has begun meanwhile, whose records have the epoch of that marker
 * (KIP-1228).
 */
export function checkMarker(
  entry: ProducerEntry | undefined,
  header: BatchHeader,
  marker: EndTransactionMarker & { readonly transactionVersion: number },
): ProducerVerdict {
  if (entry === undefined) return NEW;
  const stale = staleEpoch(entry, header);
  if (stale !== null) return stale;
  const isOfOneBefore = header.producerEpoch === entry.epoch && entry.currentTxnFirstOffset >= 0;
  if (marker.transactionVersion >= RAISING_VERSION && isOfOneBefore)
    return refuse(
      ErrorCode.INVALID_PRODUCER_EPOCH,
      `Producer ${header.producerId} has opened its next transaction here: this marker is of the one before.`,
    );
  if (marker.coordinatorEpoch < entry.coordinatorEpoch)
    return refuse(
      ErrorCode.TRANSACTION_COORDINATOR_FENCED,
      `A coordinator of epoch ${marker.coordinatorEpoch} ends a transaction; the partition has seen ${entry.coordinatorEpoch}.`,
    );
  return NEW;
}

function repeated(entry: ProducerEntry, header: BatchHeader): KeptBatch | undefined {
  if (header.producerEpoch !== entry.epoch) return undefined;
  const lastSequence = lastSequenceOf(header);
  return entry.batches.find(
    (batch) => batch.lastSequence === lastSequence && firstSequenceOf(batch) === header.baseSequence,
  );
}

function staleEpoch(entry: ProducerEntry, header: BatchHeader): ProducerRefusal | null {
  if (header.producerEpoch >= entry.epoch) return null;
  return refuse(
    ErrorCode.INVALID_PRODUCER_EPOCH,
    `Producer ${header.producerId} has epoch ${header.producerEpoch}; the partition has seen ${entry.epoch}.`,
  );
}

function refuse(errorCode: number, errorMessage: string): ProducerRefusal {
  return { kind: 'refused', errorCode, errorMessage };
}
