/**
 * What compaction must know of transactions while it walks a log from its start (Kafka's CleanedTransactionMetadata):
 * which batches belong to an aborted one, whose records go, and which markers have outlived all of their data.
 *
 * A marker whose data was still seen in this walk stays, and so does its entry of the transaction index: readers of
 * an older copy of the log, and the next walk, need it.
 */
import { ControlType, decodeControlType } from '../../../protocol/records/control-records.ts';
import { decodeRecords } from '../../../protocol/records/decode-records.ts';
import type { BatchHeader } from '../../../protocol/records/record-batch.ts';
import type { AbortedTransactionEntry } from '../txn-index.ts';

export class CleanedTransactions {
  /** By first offset, those not reached yet. */
  readonly #ahead: AbortedTransactionEntry[];
  #next = 0;
  readonly #ongoingAborted = new Map<
    number,
    { readonly aborted: AbortedTransactionEntry; sawData: boolean }
  >();
  readonly #ongoingCommitted = new Set<number>();
  readonly #onKeptAbort: (aborted: AbortedTransactionEntry) => void;

  constructor(
    aborted: readonly AbortedTransactionEntry[],
    onKeptAbort: (aborted: AbortedTransactionEntry) => void,
  ) {
    this.#ahead = [...aborted].sort((one, other) => one.firstOffset - other.firstOffset);
    this.#onKeptAbort = onKeptAbort;
  }

  /** True when the records of this batch belong to an aborted transaction. Not for control batches. */
  noteData(header: BatchHeader): boolean {
    this.#reach(header.lastOffset);
    if (!header.isTransactional) return false;
    const ongoing = this.#ongoingAborted.get(header.producerId);
    // The index may know more than the log still shows: a marker that is gone ends its transaction all the same.
    if (ongoing === undefined || ongoing.aborted.lastOffset < header.baseOffset) {
      this.#ongoingCommitted.add(header.producerId);
      return false;
    }
    ongoing.sawData = true;
    return true;
  }

  /** True when this marker ends a transaction of which no batch is left. Throws ProtocolError for a broken control record. */
  noteControl(batch: Buffer, header: BatchHeader): boolean {
    this.#reach(header.lastOffset);
    const [record] = decodeRecords(batch, header);
    // Emptied by an earlier round.
    if (record === undefined || record.key === null) return true;
    const type = decodeControlType(record.key);
    if (type === ControlType.commit) return !this.#ongoingCommitted.delete(header.producerId);
    if (type !== ControlType.abort) return false;
    const ongoing = this.#ongoingAborted.get(header.producerId);
    this.#ongoingAborted.delete(header.producerId);
    if (ongoing?.sawData !== true) return true;
    this.#onKeptAbort(ongoing.aborted);
    return false;
  }

  #reach(offset: number): void {
    for (;;) {
      const aborted = this.#ahead[this.#next];
      if (aborted === undefined || aborted.firstOffset > offset) return;
      this.#next++;
      const earlier = this.#ongoingAborted.get(aborted.producerId);
      if (earlier === undefined || earlier.aborted.lastOffset < aborted.firstOffset) {
        this.#ongoingAborted.set(aborted.producerId, { aborted, sawData: false });
      }
    }
  }
}
