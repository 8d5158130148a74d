/**
 * What has once been committed in one partition, batch by batch with every byte: for ever, on every replica. Only when the
 * devices of all replicas that could lead have lost it (`excuse`), nothing is asked of the partition any more: replicas that
 * do not know of the loss yet may go on showing what is gone.
 */
import { decodeRecords } from '../../protocol/records/decode-records.ts';
import { type BatchHeader, forEachBatch } from '../../protocol/records/record-batch.ts';
import { hold } from './broken-promise.ts';
import type { InspectedReplica } from './inspection.ts';
import { TransactionsInLog } from './transactions-in-log.ts';

interface CommittedBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly bytes: Buffer;
}

export class CommittedLog {
  readonly name: string;
  readonly transactions: TransactionsInLog;
  isExcused = false;
  #batches: CommittedBatch[] = [];

  constructor(name: string) {
    this.name = name;
    this.transactions = new TransactionsInLog(name);
  }

  get endOffset(): number {
    const last = this.#batches.at(-1);
    return last === undefined ? 0 : last.lastOffset + 1;
  }

  /** Holds a replica's batches in [from, to) against what is known; what is new becomes known if `commits`. */
  compare(replica: InspectedReplica, from: number, to: number, who: string, commits: boolean): void {
    for (let at = from; at < to;) {
      const bytes = replica.read(at);
      let next = at;
      forEachBatch(bytes, (header) => {
        if (header.lastOffset >= at && header.baseOffset < to) {
          this.#compareBatch(bytes, header, who, commits);
          next = header.lastOffset + 1;
        }
      });
      hold(
        next > at,
        () => `${who} has nothing at offset ${String(at)} of ${this.name}, below ${String(to)}`,
      );
      at = next;
    }
  }

  /** Up to where these batches, read from a disk, are what was committed. */
  agreedEnd(files: Iterable<Buffer>): number {
    let end = 0;
    for (const bytes of files) {
      for (let position = 0; position < bytes.length;) {
        const known = this.#at(end);
        const size = known?.bytes.length ?? 0;
        if (known === undefined || !known.bytes.equals(bytes.subarray(position, position + size))) return end;
        end = known.lastOffset + 1;
        position += size;
      }
    }
    return end;
  }

  excuse(): void {
    this.isExcused = true;
  }

  /** Values of the records of the batch that begins there; null when nothing committed does. */
  valuesAt(baseOffset: number): string[] | null {
    const batch = this.#at(baseOffset);
    return batch === undefined ? null : [...decodeRecords(batch.bytes)].map(({ value }) => String(value));
  }

  /** Of every record, with its offset; control batches left out. */
  *values(): Generator<readonly [offset: number, value: string]> {
    for (const { bytes } of this.#batches) {
      for (const { offset, value } of decodeRecords(bytes)) yield [offset, String(value)];
    }
  }

  #at(baseOffset: number): CommittedBatch | undefined {
    let low = 0;
    let high = this.#batches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#batches[middle]?.baseOffset ?? 0) < baseOffset) low = middle + 1;
      else high = middle;
    }
    const found = this.#batches[low];
    return found?.baseOffset === baseOffset ? found : undefined;
  }

  #compareBatch(buffer: Buffer, header: BatchHeader, who: string, commits: boolean): void {
    const { baseOffset, lastOffset, position, sizeBytes } = header;
    const bytes = buffer.subarray(position, position + sizeBytes);
    const known = this.#at(baseOffset);
    if (known !== undefined) {
      hold(known.bytes.equals(bytes), () => {
        return `${who} has other bytes at offset ${String(baseOffset)} of ${this.name}: ${inWords(bytes)}, committed was ${inWords(known.bytes)}`;
      });
      return;
    }
    if (!commits && baseOffset >= this.endOffset) return;
    hold(baseOffset === this.endOffset, () => {
      return `${who} commits a batch at offset ${String(baseOffset)} of ${this.name}, where ${String(this.endOffset)} is due`;
    });
    this.#batches.push({ baseOffset, lastOffset, bytes: Buffer.from(bytes) });
    this.transactions.add(buffer, header);
  }
}

function inWords(bytes: Buffer): string {
  const words: string[] = [];
  forEachBatch(bytes, (header) => {
    const values = [...decodeRecords(bytes, header)].map(({ value }) => String(value).slice(0, 40));
    words.push(`epoch ${String(header.partitionLeaderEpoch)} [${values.join(', ')}]`);
  });
  return words.join(' ');
}
