/**
 * Writes the records of one coordinator partition, in order, one append under way at a time.
 *
 * What is decided while an append waits for its replicas goes out together in the next batch (group commit), so the
 * rate of decisions does not depend on the time a commit takes. When a batch is committed its records are replayed in
 * order and the steps they came from are told; when it is refused the steps are told why and nothing is replayed.
 * A step whose records exceed a batch is split; its parts are committed one after another. A single record that exceeds
 * what the topic takes is refused by the log, alone, and what else waits is not.
 *
 * What belongs to a client's transaction, or ends one, is a batch of its own.
 *
 * A step that is not committed in time is told REQUEST_TIMED_OUT. What of it is in the log stays there and is replayed if
 * it is committed later: what is in memory is what the next one to load this partition would find.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import { encodeTransactionMarker } from '../../../protocol/records/control-records.ts';
import { encodeRecordBatch } from '../../../protocol/records/encode-batch.ts';
import { BATCH_HEADER_BYTES } from '../../../protocol/records/record-batch.ts';
import type { Logger } from '../../platform/logger.ts';
import type { CancelTimer, Platform } from '../../platform/platform.ts';
import type { BatchTerms } from './coordinator-log.ts';
import type { StepTurns } from './step-turns.ts';
import type { TransactionalProducer, TransactionalWrite, TransactionMarker } from './transactional-batch.ts';

export interface KeyValue {
  readonly key: Buffer;
  readonly value: Buffer | null;
}

export interface PartitionWriterOptions<Rec> {
  /** Refuses with NOT_ENOUGH_REPLICAS what `isStillSo` is false of when the batch would get its place. */
  readonly append: (batch: Buffer, terms: BatchTerms) => Promise<number>;
  /** Largest batch that the log takes now, with its header. */
  readonly maxBatchBytes: () => number;
  readonly encode: (record: Rec) => KeyValue;
  /** A committed record; called in log order. With the producer whose open transaction it belongs to. */
  readonly replay: (record: Rec, transaction: TransactionalProducer | null) => void;
  /** A committed marker, in the same order. */
  readonly replayMarker: (marker: TransactionMarker) => void;
  readonly platform: Pick<Platform, 'clock' | 'timers'>;
  readonly turns: StepTurns;
  /** offsets.commit.timeout.ms: how long a step waits to be committed. */
  readonly commitTimeoutMs: () => number;
  readonly logger: Logger;
}

/** Bytes of keys and values in one batch, at most: more gains nothing. */
export const MAX_BATCH_BYTES = 900_000;
/** Bytes that may wait for the log; beyond that steps are refused, so that a stuck log cannot fill the memory. */
export const MAX_WAITING_BYTES = 67_108_864;
/** Lengths, deltas and timestamps of a record beside its key and value, at most. */
const RECORD_OVERHEAD_BYTES = 30;

/** What a step writes: records, which may belong to a transaction, or the end of one. */
export interface StepOutput<Rec> {
  readonly records: readonly Rec[];
  readonly transaction: TransactionalWrite | null;
  readonly marker: TransactionMarker | null;
}

interface Part<Rec> extends StepOutput<Rec> {
  readonly encoded: readonly KeyValue[];
  readonly sizeBytes: number;
  readonly step: Step;
  readonly isLast: boolean;
}

interface Step {
  errorCode: number;
  isAnswered: boolean;
  /** Parts that may still be committed. */
  openParts: number;
  readonly deadlineMs: number;
  readonly done: (errorCode: number) => void;
  readonly settled: (errorCode: number) => void;
}

export class PartitionWriter<Rec> {
  readonly #options: PartitionWriterOptions<Rec>;
  #queue: Part<Rec>[] = [];
  #inFlight: readonly Part<Rec>[] = [];
  #cancelTimer: CancelTimer | null = null;
  #waitingBytes = 0;
  #isDraining = false;
  #closed = false;

  constructor(options: PartitionWriterOptions<Rec>) {
    this.#options = options;
  }

  /**
   * `done` is called once, with 0 after the records were replayed, or with the log's error; `settled` with the same when
   * none of the records can be committed any more, which may be later. Neither after `close`.
   */
  write(
    output: StepOutput<Rec>,
    done: (errorCode: number) => void,
    settled: (errorCode: number) => void = () => undefined,
  ): void {
    const { platform, commitTimeoutMs } = this.#options;
    const deadlineMs = platform.clock.monotonicMs() + commitTimeoutMs();
    const step: Step = { errorCode: 0, isAnswered: false, openParts: 0, deadlineMs, done, settled };
    const parts = this.#encode(output, step);
    const refuse = (errorCode: number): void => {
      done(errorCode);
      settled(errorCode);
    };
    if (parts === null) return refuse(ErrorCode.UNKNOWN_SERVER_ERROR);
    step.openParts = parts.length;
    const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
    if (this.#waitingBytes > 0 && this.#waitingBytes + sizeBytes > MAX_WAITING_BYTES) {
      return refuse(ErrorCode.REQUEST_TIMED_OUT);
    }
    this.#waitingBytes += sizeBytes;
    this.#queue.push(...parts);
    void this.#drain();
  }

  close(): void {
    this.#closed = true;
    this.#queue = [];
    this.#cancelTimer?.();
  }

  /** Null when a record does not fit its format: a mistake of the core, which must not take the partition along. */
  #encode(output: StepOutput<Rec>, step: Step): Part<Rec>[] | null {
    try {
      return this.#split(output, step);
    } catch (error) {
      this.#options.logger.error('Coordinator records cannot be encoded.', error);
      return null;
    }
  }

  #split({ records, transaction, marker }: StepOutput<Rec>, step: Step): Part<Rec>[] {
    const parts: Part<Rec>[] = [];
    let part: { records: Rec[]; encoded: KeyValue[]; sizeBytes: number } = {
      records: [],
      encoded: [],
      sizeBytes: 0,
    };
    const maxBytes = this.#maxBytes();
    for (const record of records) {
      const encoded = this.#options.encode(record);
      const sizeBytes = encoded.key.length + (encoded.value?.length ?? 0) + RECORD_OVERHEAD_BYTES;
      if (part.records.length > 0 && part.sizeBytes + sizeBytes > maxBytes) {
        parts.push({ ...part, transaction, marker, step, isLast: false });
        part = { records: [], encoded: [], sizeBytes: 0 };
      }
      part.records.push(record);
      part.encoded.push(encoded);
      part.sizeBytes += sizeBytes;
    }
    parts.push({ ...part, transaction, marker, step, isLast: true });
    return parts;
  }

  async #drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    while (this.#queue.length > 0) {
      const parts = this.#takeBatch();
      const live = parts.filter(({ step }) => step.errorCode === 0);
      this.#inFlight = live;
      this.#armTimer();
      const errorCode = live.length === 0 ? 0 : await this.#options.turns.take(() => this.#append(live));
      if (this.#closed) break;
      this.#inFlight = [];
      this.#options.turns.take(() => {
        if (errorCode === 0) for (const part of live) this.#replay(part);
        for (const part of parts) this.#finish(part, errorCode);
      });
      // A log that commits at once would not let go of the thread before everything is written.
      const rest = this.#options.turns.rest();
      if (rest !== null) await rest;
      if (this.#closed) break;
    }
    this.#isDraining = false;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  /** Until the first of those that wait has waited too long. */
  #armTimer(): void {
    if (this.#cancelTimer !== null) return;
    const { clock, timers } = this.#options.platform;
    const first = [...this.#inFlight, ...this.#queue].find(({ step }) => !step.isAnswered);
    if (first === undefined) return;
    this.#cancelTimer = timers.after(Math.max(0, first.step.deadlineMs - clock.monotonicMs()), () => {
      this.#cancelTimer = null;
      this.#endOverdue(clock.monotonicMs());
      if (!this.#closed) this.#armTimer();
    });
  }

  /** What was not sent to the log yet is not sent any more. */
  #endOverdue(nowMs: number): void {
    const overdue = new Set<Step>();
    for (const { step } of [...this.#inFlight, ...this.#queue])
      if (!step.isAnswered && step.deadlineMs <= nowMs) overdue.add(step);
    const kept: Part<Rec>[] = [];
    for (const part of this.#queue) {
      if (!overdue.has(part.step)) {
        kept.push(part);
        continue;
      }
      this.#waitingBytes -= part.sizeBytes;
      part.step.openParts -= 1;
    }
    this.#queue = kept;
    for (const step of overdue) {
      step.errorCode = ErrorCode.REQUEST_TIMED_OUT;
      this.#answer(step);
      if (step.openParts === 0) step.settled(step.errorCode);
    }
  }

  #takeBatch(): Part<Rec>[] {
    const maxBytes = this.#maxBytes();
    let count = 0;
    let sizeBytes = 0;
    for (const part of this.#queue) {
      const isAlone = part.transaction !== null || part.marker !== null;
      if (count > 0 && (isAlone || sizeBytes + part.sizeBytes > maxBytes)) break;
      sizeBytes += part.sizeBytes;
      count += 1;
      if (isAlone) break;
    }
    this.#waitingBytes -= sizeBytes;
    return this.#queue.splice(0, count);
  }

  #maxBytes(): number {
    return Math.min(MAX_BATCH_BYTES, this.#options.maxBatchBytes() - BATCH_HEADER_BYTES);
  }

  async #append(parts: readonly Part<Rec>[]): Promise<number> {
    const { append, logger, maxBatchBytes, platform } = this.#options;
    try {
      const batch = batchOf(parts, platform.clock.wallMs());
      const { transaction, marker } = parts[0] ?? {};
      const terms = {
        isStillSo: transaction?.isStillSo,
        transactionVersion: marker?.transactionVersion,
      };
      const errorCode = await append(batch, terms);
      if (errorCode === ErrorCode.MESSAGE_TOO_LARGE)
        logger.warn(
          `A record of ${String(batch.length)} bytes was refused: the coordinator's topic takes ${String(maxBatchBytes())} (max.message.bytes).`,
        );
      return errorCode;
    } catch (error) {
      logger.error('Appending coordinator records failed.', error);
      return ErrorCode.UNKNOWN_SERVER_ERROR;
    }
  }

  /** It is committed and stays so, whatever comes of it here. */
  #replay({ records, transaction, marker }: Part<Rec>): void {
    const { replay, replayMarker, logger } = this.#options;
    const apply = (change: () => void): void => {
      try {
        change();
      } catch (error) {
        logger.error('A committed coordinator record could not be applied.', error);
      }
    };
    for (const record of records) apply(() => replay(record, transaction));
    if (marker !== null) apply(() => replayMarker(marker));
  }

  #finish({ step, isLast }: Part<Rec>, errorCode: number): void {
    if (step.errorCode === 0) step.errorCode = errorCode;
    if (isLast) this.#answer(step);
    step.openParts -= 1;
    if (step.openParts === 0) step.settled(step.errorCode);
  }

  #answer(step: Step): void {
    if (step.isAnswered) return;
    step.isAnswered = true;
    step.done(step.errorCode);
  }
}

/** Of records that may share a batch, or of one marker. */
function batchOf<Rec>(parts: readonly Part<Rec>[], timestampMs: number): Buffer {
  const marker = parts[0]?.marker ?? null;
  if (marker !== null) return encodeTransactionMarker({ ...marker, timestampMs });
  const records = parts.flatMap(({ encoded }) => encoded);
  const transaction = parts[0]?.transaction ?? null;
  if (transaction === null) return encodeRecordBatch({ records, timestampMs });
  return encodeRecordBatch({ records, timestampMs, ...transaction, isTransactional: true });
}
