/**
 * What a partition remembers of its idempotent producers (KIP-98; Kafka's ProducerStateManager): per producer id the
 * epoch and the last five batches, so that a repeated batch is answered with its original offset and a gap is refused.
 *
 * Pure apart from time given in. State changes only through `update`, for a new batch and for one read back from the
 * log alike. Snapshots keep the last batch of each producer only (Kafka's file format holds no more); the log fills
 * in the others when they matter, see `needsHistory`.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { BatchHeader } from '../../protocol/records/record-batch.ts';

/** Clients may have five requests under way; so many batches can come a second time. */
export const KEPT_BATCHES = 5;
const SEQUENCE_MODULUS = 2_147_483_648;

export interface KeptBatch {
  readonly lastSequence: number;
  readonly lastOffset: number;
  /** Number of records - 1. */
  readonly offsetDelta: number;
  readonly timestampMs: number;
}

export interface ProducerEntry {
  readonly producerId: number;
  readonly epoch: number;
  /** Oldest first, at most KEPT_BATCHES; empty after an epoch change by a marker. */
  readonly batches: readonly KeptBatch[];
  readonly coordinatorEpoch: number;
  /** -1 without an open transaction. */
  readonly currentTxnFirstOffset: number;
  /** Came from a snapshot: earlier batches of the same epoch may be in the log. */
  readonly fromSnapshot: boolean;
}

export type ProducerVerdict =
  | { readonly kind: 'new' }
  | {
      readonly kind: 'duplicate';
      readonly baseOffset: number;
      readonly lastOffset: number;
      readonly timestampMs: number;
    }
  | { readonly kind: 'refused'; readonly errorCode: number; readonly errorMessage: string };

const NEW: ProducerVerdict = { kind: 'new' };

function firstSequenceOf(batch: KeptBatch): number {
  return (batch.lastSequence - batch.offsetDelta + SEQUENCE_MODULUS) % SEQUENCE_MODULUS;
}

/** Sequences are int32 from 0 and go on with 0 after 2147483647. */
export function lastSequenceOf(header: BatchHeader): number {
  return (header.baseSequence + header.lastOffsetDelta) % SEQUENCE_MODULUS;
}

export class ProducerState {
  #entries = new Map<number, ProducerEntry>();

  get size(): number {
    return this.#entries.size;
  }

  entries(): Iterable<ProducerEntry> {
    return this.#entries.values();
  }

  get(producerId: number): ProducerEntry | undefined {
    return this.#entries.get(producerId);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Puts back what a snapshot or the log said. */
  restore(entry: ProducerEntry): void {
    this.#entries.set(entry.producerId, entry);
  }

  /** May this batch be appended? Changes nothing. */
  check(header: BatchHeader): ProducerVerdict {
    if (header.producerId < 0) return NEW;
    const entry = this.#entries.get(header.producerId);
    if (entry === undefined) return NEW;
    const firstSequence = header.baseSequence;
    const lastSequence = lastSequenceOf(header);
    if (header.producerEpoch === entry.epoch) {
      const same = entry.batches.find(
        (batch) => firstSequenceOf(batch) === firstSequence && batch.lastSequence === lastSequence,
      );
      if (same !== undefined) {
        const baseOffset = same.lastOffset - same.offsetDelta;
        return { kind: 'duplicate', baseOffset, lastOffset: same.lastOffset, timestampMs: same.timestampMs };
      }
    }
    if (header.producerEpoch < entry.epoch) {
      return {
        kind: 'refused',
        errorCode: ErrorCode.INVALID_PRODUCER_EPOCH,
        errorMessage: `Producer ${header.producerId} has epoch ${header.producerEpoch}; the partition has seen ${entry.epoch}.`,
      };
    }
    const last = entry.batches.at(-1);
    const expected =
      header.producerEpoch > entry.epoch
        ? 0
        : last === undefined
          ? null
          : (last.lastSequence + 1) % SEQUENCE_MODULUS;
    if (expected === null || expected === firstSequence) return NEW;
    return {
      kind: 'refused',
      errorCode: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
      errorMessage: `Producer ${header.producerId} sent sequence ${firstSequence} where ${expected} must follow.`,
    };
  }

  /** True when a refusal or an acceptance could change once the log has been asked for the producer's earlier batches. */
  needsHistory(header: BatchHeader): boolean {
    const entry = this.#entries.get(header.producerId);
    return entry?.fromSnapshot === true && entry.epoch === header.producerEpoch;
  }

  /** Notes a batch that is in the log. */
  update(header: BatchHeader): void {
    if (header.producerId < 0 || header.baseSequence < 0) return;
    const entry = this.#entries.get(header.producerId);
    const kept: KeptBatch = {
      lastSequence: lastSequenceOf(header),
      lastOffset: header.lastOffset,
      offsetDelta: header.lastOffsetDelta,
      timestampMs: header.maxTimestampMs,
    };
    const earlier = entry?.epoch === header.producerEpoch ? entry.batches.slice(-(KEPT_BATCHES - 1)) : [];
    // Moved to the end: the map's order is order of last write.
    this.#entries.delete(header.producerId);
    this.#entries.set(header.producerId, {
      producerId: header.producerId,
      epoch: header.producerEpoch,
      batches: [...earlier, kept],
      coordinatorEpoch: entry?.coordinatorEpoch ?? -1,
      currentTxnFirstOffset: entry?.currentTxnFirstOffset ?? -1,
      fromSnapshot: entry?.epoch === header.producerEpoch && entry.fromSnapshot,
    });
  }

  /** Forgets producers that have written nothing since `beforeMs`; an open transaction keeps its producer. */
  expire(beforeMs: number): void {
    for (const entry of this.#entries.values()) {
      const lastMs = entry.batches.at(-1)?.timestampMs ?? -1;
      if (lastMs >= 0 && lastMs < beforeMs && entry.currentTxnFirstOffset < 0)
        this.#entries.delete(entry.producerId);
    }
  }
}
