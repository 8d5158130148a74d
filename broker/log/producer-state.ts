/**
 * What a partition remembers of its idempotent and transactional producers (KIP-98; Kafka's ProducerStateManager):
 * per producer id the epoch, the last five batches, so that a repeated batch is answered with its original offset and
 * a gap is refused, and where its open transaction began.
 *
 * Pure apart from time given in. State changes only through `update`, for a new batch and for one read back from the
 * log alike; what may be appended is decided in producer-checks.ts. Snapshots keep the last batch of each producer
 * only (Kafka's file format holds no more); the log fills in the others when they matter, see `needsHistory`.
 */
import type { BatchHeader } from '../../protocol/records/record-batch.ts';
import { OpenTransactions } from './open-transactions.ts';
import type { EndTransactionMarker } from './transaction-marker.ts';
import type { AbortedTransactionEntry } from './txn-index.ts';

/** Clients may have five requests under way; so many batches can come a second time. */
export const KEPT_BATCHES = 5;
/**
 * Producers that one partition remembers. For one more, that which has written nothing for longest and has no open
 * transaction is forgotten, as if producer.id.expiration.ms had passed for it: its next batch is taken whatever its
 * sequence number. At some 500 bytes each.
 */
export const MAX_PRODUCERS = 25_000;
const SEQUENCE_MODULUS = 2_147_483_648;

export interface KeptBatch {
  /** -1 for a broker's own batch, which has no sequence numbers. */
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
  /** Of the last marker, -1 without one. */
  readonly coordinatorEpoch: number;
  /** -1 without an open transaction. */
  readonly currentTxnFirstOffset: number;
  /** Of the last batch or marker. */
  readonly lastTimestampMs: number;
  /** Came from a snapshot: earlier batches of the same epoch may be in the log. */
  readonly fromSnapshot: boolean;
}

export function firstSequenceOf(batch: KeptBatch): number {
  return (batch.lastSequence - batch.offsetDelta + SEQUENCE_MODULUS) % SEQUENCE_MODULUS;
}

/** Sequences are int32 from 0 and go on with 0 after 2147483647. */
export function lastSequenceOf(header: BatchHeader): number {
  return header.baseSequence < 0 ? -1 : (header.baseSequence + header.lastOffsetDelta) % SEQUENCE_MODULUS;
}

export function nextSequence(sequence: number): number {
  return (sequence + 1) % SEQUENCE_MODULUS;
}

export class ProducerState {
  readonly transactions = new OpenTransactions();
  readonly #limit: number;
  /** In the order of their last write. */
  readonly #entries = new Map<number, ProducerEntry>();
  #evictedCount = 0;

  constructor(limit: number = MAX_PRODUCERS) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Producers that were forgotten because there were too many. */
  get evictedCount(): number {
    return this.#evictedCount;
  }

  entries(): Iterable<ProducerEntry> {
    return this.#entries.values();
  }

  get(producerId: number): ProducerEntry | undefined {
    return this.#entries.get(producerId);
  }

  clear(): void {
    this.#entries.clear();
    this.transactions.clear();
  }

  /** Puts back what a snapshot or the log said. */
  restore(entry: ProducerEntry): void {
    this.#entries.set(entry.producerId, entry);
    if (entry.currentTxnFirstOffset >= 0)
      this.transactions.begin(entry.producerId, entry.currentTxnFirstOffset);
    this.#bound();
  }

  /** True when a refusal or an acceptance could change once the log has been asked for the producer's earlier batches. */
  needsHistory(header: BatchHeader): boolean {
    const entry = this.#entries.get(header.producerId);
    return entry?.fromSnapshot === true && entry.epoch === header.producerEpoch;
  }

  /**
   * Notes a batch that is in the log, `marker` being what a control batch says. When that aborts a transaction, what
   * the transaction index must know of it is returned.
   */
  update(header: BatchHeader, marker: EndTransactionMarker | null = null): AbortedTransactionEntry | null {
    if (header.producerId < 0) return null;
    if (!header.isControl) {
      this.#noteData(header);
      return null;
    }
    return marker === null ? null : this.#endTransaction(header, marker);
  }

  #noteData(header: BatchHeader): void {
    const { producerId, producerEpoch, baseOffset, lastOffset, lastOffsetDelta, maxTimestampMs } = header;
    const entry = this.#entries.get(producerId);
    const earlier = entry?.epoch === producerEpoch ? entry.batches.slice(-(KEPT_BATCHES - 1)) : [];
    const kept: KeptBatch = {
      lastSequence: lastSequenceOf(header),
      lastOffset,
      offsetDelta: lastOffsetDelta,
      timestampMs: maxTimestampMs,
    };
    let currentTxnFirstOffset = entry?.currentTxnFirstOffset ?? -1;
    if (header.isTransactional && currentTxnFirstOffset < 0) {
      currentTxnFirstOffset = baseOffset;
      this.transactions.begin(producerId, baseOffset);
    }
    this.#put({
      producerId,
      epoch: producerEpoch,
      batches: [...earlier, kept],
      coordinatorEpoch: entry?.coordinatorEpoch ?? -1,
      currentTxnFirstOffset,
      lastTimestampMs: maxTimestampMs,
      fromSnapshot: entry?.epoch === producerEpoch && entry.fromSnapshot,
    });
  }

  #endTransaction(header: BatchHeader, marker: EndTransactionMarker): AbortedTransactionEntry | null {
    const { producerId, producerEpoch, lastOffset } = header;
    const entry = this.#entries.get(producerId);
    const sameEpoch = entry?.epoch === producerEpoch;
    this.#put({
      producerId,
      epoch: producerEpoch,
      batches: sameEpoch ? entry.batches : [],
      coordinatorEpoch: marker.coordinatorEpoch,
      currentTxnFirstOffset: -1,
      lastTimestampMs: header.maxTimestampMs,
      fromSnapshot: sameEpoch && entry.fromSnapshot,
    });
    const completed = this.transactions.complete(producerId, lastOffset);
    if (completed === null || marker.committed) return null;
    const lastStableOffset = this.transactions.firstUndecided ?? lastOffset + 1;
    return { producerId, firstOffset: completed.firstOffset, lastOffset, lastStableOffset };
  }

  /** At the end of the map, whose order is that of the last write. */
  #put(entry: ProducerEntry): void {
    this.#entries.delete(entry.producerId);
    this.#entries.set(entry.producerId, entry);
    this.#bound();
  }

  #bound(): void {
    if (this.#entries.size <= this.#limit) return;
    for (const { producerId, currentTxnFirstOffset } of this.#entries.values()) {
      if (currentTxnFirstOffset >= 0) continue;
      this.#entries.delete(producerId);
      this.#evictedCount++;
      return;
    }
  }

  /** Forgets producers that have written nothing after `beforeMs`; an open transaction keeps its producer. */
  expire(beforeMs: number): void {
    for (const { producerId, currentTxnFirstOffset, lastTimestampMs } of this.#entries.values()) {
      if (currentTxnFirstOffset < 0 && lastTimestampMs <= beforeMs) this.#entries.delete(producerId);
    }
  }
}
