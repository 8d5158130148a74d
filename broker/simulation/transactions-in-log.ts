/**
 * What the committed batches of one partition say of its transactions, read without the broker's own code: which are open,
 * which were decided and how. What must hold of every such log is held here: epochs of a producer never go back, and
 * what lies between two markers of a producer is of one transaction of its client.
 */
import { ControlType, decodeControlType } from '../../protocol/records/control-records.ts';
import { decodeRecords } from '../../protocol/records/decode-records.ts';
import type { BatchHeader } from '../../protocol/records/record-batch.ts';
import { hold } from './broken-promise.ts';
import { transactionOf } from './transaction-ledger.ts';

export interface LoggedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  /** What its records say; null: they are not of a simulated client, but a coordinator's. */
  readonly clientTransaction: string | null;
  /** Offset of the marker; infinite while it is open. */
  readonly lastOffset: number;
  /** Null while it is open. */
  readonly committed: boolean | null;
}

export class TransactionsInLog {
  readonly #name: string;
  readonly #open = new Map<number, LoggedTransaction>();
  readonly #decided: LoggedTransaction[] = [];
  readonly #epochs = new Map<number, number>();

  constructor(name: string) {
    this.#name = name;
  }

  get openCount(): number {
    return this.#open.size;
  }

  get decided(): readonly LoggedTransaction[] {
    return this.#decided;
  }

  /** The next committed batch; it lies at `header.position` of `bytes`. */
  add(bytes: Buffer, header: BatchHeader): void {
    const { producerId, producerEpoch, isControl, isTransactional, baseOffset } = header;
    if (producerId < 0) return;
    const latest = this.#epochs.get(producerId) ?? producerEpoch;
    hold(producerEpoch >= latest, () => {
      return `producer ${String(producerId)} has epoch ${String(producerEpoch)} at ${String(baseOffset)} of ${this.#name}, after ${String(latest)}`;
    });
    this.#epochs.set(producerId, producerEpoch);
    if (isControl) this.#decide(bytes, header);
    else if (isTransactional) this.#grow(bytes, header);
  }

  /** The transaction that the batch at this offset is of; undefined: of none. */
  at(producerId: number, offset: number): LoggedTransaction | undefined {
    const open = this.#open.get(producerId);
    if (open !== undefined && open.firstOffset <= offset) return open;
    return this.#decided.findLast((one) => {
      return one.producerId === producerId && one.firstOffset <= offset && offset <= one.lastOffset;
    });
  }

  /** Where readers of committed records stop, when all below the high watermark is committed. */
  lastStableOffset(highWatermark: number): number {
    let first = highWatermark;
    for (const { firstOffset } of this.#open.values()) first = Math.min(first, firstOffset);
    for (let index = this.#decided.length - 1; index >= 0; index--) {
      const { firstOffset = 0, lastOffset = -1 } = this.#decided[index] ?? {};
      if (lastOffset < highWatermark) break;
      first = Math.min(first, firstOffset);
    }
    return first;
  }

  #decide(bytes: Buffer, header: BatchHeader): void {
    const [marker] = [...decodeRecords(bytes, header)];
    const type = marker?.key ? decodeControlType(marker.key) : -1;
    const open = this.#open.get(header.producerId);
    if (open === undefined || (type !== ControlType.commit && type !== ControlType.abort)) return;
    this.#open.delete(header.producerId);
    this.#decided.push({
      ...open,
      lastOffset: header.lastOffset,
      committed: type === ControlType.commit,
    });
  }

  #grow(bytes: Buffer, header: BatchHeader): void {
    const { producerId, baseOffset } = header;
    const [record] = [...decodeRecords(bytes, header)];
    const clientTransaction = transactionOf(String(record?.value));
    const open = this.#open.get(producerId);
    if (open === undefined) {
      const firstOffset = baseOffset;
      const lastOffset = Number.POSITIVE_INFINITY;
      this.#open.set(producerId, {
        ...{ producerId, firstOffset, clientTransaction, lastOffset },
        committed: null,
      });
      return;
    }
    hold(open.clientTransaction === clientTransaction, () => {
      return `a record of transaction ${String(clientTransaction)} is at ${String(baseOffset)} of ${this.#name}, in ${String(open.clientTransaction)}`;
    });
  }
}
