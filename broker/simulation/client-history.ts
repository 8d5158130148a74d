/**
 * What the clients of a simulated cluster were told, held against what is committed: an acknowledged record is committed at
 * the offset that was named, nothing that a consumer reads differs from it, and an idempotent producer's record stands at
 * one offset only.
 */
import { hold } from './broken-promise.ts';
import type { CommittedLog } from './committed-log.ts';
import type { PartitionWatch } from './partition-watch.ts';
import { transactionOf } from './transaction-ledger.ts';

interface Acknowledged {
  readonly topicId: string;
  readonly partition: number;
  readonly baseOffset: number;
  readonly values: readonly string[];
}

/** Values of idempotent producers begin so. */
export const IDEMPOTENT = 'i';

export class ClientHistory {
  readonly #watch: PartitionWatch;
  readonly #acknowledged: Acknowledged[] = [];
  acknowledgedRecords = 0;
  readRecords = 0;
  commits = 0;

  constructor(watch: PartitionWatch) {
    this.#watch = watch;
  }

  /** The end of the partition was lost with the devices: its clients may meet anything. */
  isExcused(topicId: string, partition: number): boolean {
    return this.#watch.logOf(topicId, partition).isExcused;
  }

  acknowledged(topicId: string, partition: number, baseOffset: number, values: readonly string[]): void {
    const log = this.#watch.logOf(topicId, partition);
    this.acknowledgedRecords += values.length;
    if (log.isExcused) return;
    const entry = { topicId, partition, baseOffset, values };
    this.#mustBeCommitted(log, entry, 'was acknowledged');
    this.#acknowledged.push(entry);
  }

  /** A consumer was given this record below the high watermark. */
  read(topicId: string, partition: number, batchOffset: number, values: readonly string[]): void {
    const log = this.#watch.logOf(topicId, partition);
    this.readRecords += values.length;
    const committed = log.valuesAt(batchOffset);
    if (log.isExcused) return;
    hold(committed?.join() === values.join(), () => {
      return `a consumer read [${values.join()}] at ${String(batchOffset)} of ${log.name}, committed is ${String(committed)}`;
    });
  }

  /** At the end: all that was acknowledged is still there, once. */
  checkEnd(): void {
    for (const entry of this.#acknowledged) {
      const log = this.#watch.logOf(entry.topicId, entry.partition);
      if (!log.isExcused) this.#mustBeCommitted(log, entry, 'was acknowledged, and at the end');
    }
    for (const log of this.#watch.logs) {
      if (log.isExcused) continue;
      const offsets = new Map<string, number>();
      for (const [offset, value] of log.values()) {
        if (!value.startsWith(IDEMPOTENT) && transactionOf(value) === null) continue;
        const known = offsets.get(value);
        hold(
          known === undefined,
          () => `${value} is at ${String(known)} and at ${String(offset)} of ${log.name}`,
        );
        offsets.set(value, offset);
      }
    }
  }

  #mustBeCommitted(log: CommittedLog, { baseOffset, values }: Acknowledged, what: string): void {
    const committed = log.valuesAt(baseOffset);
    hold(committed?.join() === values.join(), () => {
      return `[${values.join()}] at ${String(baseOffset)} of ${log.name} ${what}, committed is ${String(committed)} (its end: ${String(log.endOffset)})`;
    });
  }
}
