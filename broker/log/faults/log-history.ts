/**
 * What a test has written to a log, as the log has it: each batch's bytes with their offsets, what was forced, and what may
 * or may not be there because the crash came while it was written. And what a log opened later is held against: never a
 * wrong byte, nothing forced missing, no offset for other data, each lookup as an undamaged log answers it.
 */
import { expect } from 'vitest';
import { decodeRecords } from '../../../protocol/records/decode-records.ts';
import { readBatchHeader, type BatchHeader } from '../../../protocol/records/record-batch.ts';
import { CorruptLogError } from '../log-errors.ts';
import type { LogAppendResult, PartitionLog } from '../partition-log.ts';
import { append, batchOf } from '../log-test-kit.ts';

interface WrittenBatch {
  readonly header: BatchHeader;
  /** As the client sent it, with offsets that begin at 0. */
  readonly sent: Buffer;
  /** As stored. */
  readonly bytes: Buffer;
  readonly records: readonly { readonly offset: number; readonly timestampMs: number }[];
}

export interface Expectation {
  /** Everything appended must be there (a killed process), or only what was forced (a power cut). */
  readonly kept: 'all' | 'forced';
  /** Default: the log still begins where it began. */
  readonly logStart?: readonly number[];
  /** Default true: the leader epochs must be known too. */
  readonly hasEpochs?: boolean;
}

/** Batches that a producer may repeat and the log must know. */
const REMEMBERED_BATCHES = 5;
const MANY_BYTES = 1_048_576;
/** Of the partition leader epoch in a batch. */
const EPOCH_POSITION = 12;

function written(sent: Buffer, bytes: Buffer): WrittenBatch {
  const header = readBatchHeader(bytes, 0);
  const records = [...decodeRecords(bytes)].map(({ offset, timestampMs }) => ({ offset, timestampMs }));
  return { header, sent, bytes, records };
}

export class LogHistory {
  readonly #batches: WrittenBatch[] = [];
  /** Refused or never answered: if it is in the log, then whole. */
  #unanswered: WrittenBatch[] = [];
  #forcedEnd = 0;
  /** Batches given to `append` so far. */
  attempts = 0;

  get endOffset(): number {
    return (this.#batches.at(-1)?.header.lastOffset ?? -1) + 1;
  }

  get forcedEnd(): number {
    return this.#forcedEnd;
  }

  get headers(): readonly BatchHeader[] {
    return this.#batches.map(({ header }) => header);
  }

  /** What a log that is cut at `endOffset` holds and goes on from; forced is at most that. */
  upTo(endOffset: number): LogHistory {
    return this.#copy(endOffset, endOffset);
  }

  /** The same, of which everything from `offset` on may be gone. */
  losing(offset: number): LogHistory {
    return this.#copy(this.endOffset, offset);
  }

  #copy(endOffset: number, forcedEnd: number): LogHistory {
    const copy = new LogHistory();
    copy.#batches.push(...this.#batches.filter(({ header }) => header.lastOffset < endOffset));
    copy.#forcedEnd = Math.min(this.#forcedEnd, forcedEnd);
    copy.attempts = copy.#batches.length;
    return copy;
  }

  /** The log has this history's batch at `offset`, which another history may have too. */
  isIn(log: PartitionLog, offset: number): boolean {
    if (offset < log.logStartOffset || offset >= log.logEndOffset) return false;
    const mine = [...this.#batches, ...this.#unanswered].find(({ header }) => header.baseOffset === offset);
    return mine?.bytes.equals(log.read({ offset, maxBytes: 1, minOneBatch: true })) ?? false;
  }

  /** Appends one batch to the log and notes how that ended. */
  append(log: PartitionLog, batch: Buffer, leaderEpoch = 0): LogAppendResult {
    const sent = Buffer.from(batch);
    this.attempts++;
    const result = append(log, batch, leaderEpoch);
    if (result.errorCode === 0) this.#batches.push(written(sent, Buffer.from(batch)));
    else if (readBatchHeader(batch, 0).baseOffset === log.logEndOffset)
      this.#unanswered.push(written(sent, Buffer.from(batch)));
    return result;
  }

  /** Forces the log; only when that succeeds does it count. */
  async flush(log: PartitionLog): Promise<void> {
    const end = this.endOffset;
    await log.flush();
    this.#forcedEnd = Math.max(this.#forcedEnd, end);
  }

  /** Everything up to here has been forced, by whoever. */
  noteForced(endOffset: number): void {
    this.#forcedEnd = Math.max(this.#forcedEnd, endOffset);
  }

  /** A clean stop forces everything. */
  async close(log: PartitionLog): Promise<void> {
    const end = this.endOffset;
    await log.close();
    this.#forcedEnd = Math.max(this.#forcedEnd, end);
  }

  /** The last batch of the log is the one whose fate was unknown: take it in, so that more can follow. */
  #adoptUnanswered(log: PartitionLog): void {
    const found = this.#unanswered.find(
      ({ header }) => header.baseOffset === this.endOffset && header.lastOffset + 1 === log.logEndOffset,
    );
    this.#unanswered = [];
    if (found !== undefined) this.#batches.push(found);
  }

  /** Holds a log against all this. The log may be appended to afterwards, through this history. */
  expectFaithful(log: PartitionLog, { kept, logStart = [0], hasEpochs = true }: Expectation): void {
    // Before anything was forced, even the first file's name may be lost and a later one's stay.
    if (kept === 'all' || this.#forcedEnd > 0) expect(logStart).toContain(log.logStartOffset);
    this.#adoptUnanswered(log);
    expect(log.logEndOffset).toBeGreaterThanOrEqual(kept === 'all' ? this.endOffset : this.#forcedEnd);
    expect(log.logEndOffset).toBeLessThanOrEqual(this.endOffset);
    // What is gone from here on is gone: its offsets may be given to other data, and are.
    while (this.endOffset > log.logEndOffset) this.#batches.pop();
    expect(log.logEndOffset).toBe(Math.max(this.endOffset, log.logStartOffset));
    const present = this.#batches.filter(({ header }) => header.lastOffset >= log.logStartOffset);
    expectSameBytes(log, present);
    expectSameLookups(log, present);
    if (hasEpochs) expectSameEpochs(log, present);
    this.#expectSameProducers(log, present);
  }

  /** The last batches of each producer are known, with their offsets. */
  #expectSameProducers(log: PartitionLog, present: readonly WrittenBatch[]): void {
    const producerIds = new Set(present.map(({ header }) => header.producerId).filter((id) => id >= 0));
    for (const producerId of producerIds) {
      const batches = present.filter(({ header }) => header.producerId === producerId);
      const epoch = batches.at(-1)?.header.producerEpoch;
      const latest = batches.filter(({ header }) => header.producerEpoch === epoch);
      for (const { header, sent } of latest.slice(-REMEMBERED_BATCHES)) {
        const { baseOffset, lastOffset } = header;
        expect(append(log, Buffer.from(sent))).toMatchObject({
          ...{ errorCode: 0, duplicate: true, baseOffset, lastOffset },
        });
      }
    }
    expect(log.logEndOffset).toBe(Math.max(this.endOffset, log.logStartOffset));
  }

  /**
   * Reads a damaged log from every batch on: each answer is the right bytes, or damage is reported. Gives the number of
   * reports. What the log no longer has at its end must have been cut, and a line must say so.
   */
  expectNoWrongByte(log: PartitionLog, lines: readonly string[]): number {
    if (log.logEndOffset < this.endOffset) expect(lines.join('\n')).toMatch(/was cut from|set aside/);
    expect(log.logEndOffset).toBeLessThanOrEqual(this.endOffset);
    let reports = 0;
    for (const [index, { header }] of this.#batches.entries()) {
      if (header.baseOffset >= log.logEndOffset) break;
      try {
        this.#expectFrom(
          index,
          log.read({ offset: header.baseOffset, maxBytes: MANY_BYTES, minOneBatch: true }),
        );
      } catch (error) {
        if (!(error instanceof CorruptLogError)) throw error;
        reports++;
      }
    }
    return reports;
  }

  /** At least the batch with this index, and nothing but the batches from it on. */
  #expectFrom(index: number, got: Buffer): void {
    let position = 0;
    for (const { bytes, header } of this.#batches.slice(index)) {
      if (position === got.length) break;
      if (!sameButEpoch(got.subarray(position, position + bytes.length), bytes))
        throw new Error(`wrong bytes where the batch at offset ${String(header.baseOffset)} was written`);
      position += bytes.length;
    }
    if (position === 0 || position !== got.length)
      throw new Error(`${String(got.length)} bytes came, of which ${String(position)} were written there`);
  }

  /** Writing goes on where the log ends, and the log is still faithful. */
  async expectWritable(log: PartitionLog): Promise<void> {
    const end = log.logEndOffset;
    const epoch = this.headers.at(-1)?.partitionLeaderEpoch ?? 0;
    const result = this.append(log, batchOf(2, { label: 'after' }), epoch);
    expect(result).toMatchObject({ errorCode: 0, duplicate: false, baseOffset: end });
    await this.flush(log);
  }
}

/** The leader epoch is covered by no checksum, and no record's offset, key or value depends on it. */
function sameButEpoch(got: Buffer, bytes: Buffer): boolean {
  return (
    got.length === bytes.length &&
    got.subarray(0, EPOCH_POSITION).equals(bytes.subarray(0, EPOCH_POSITION)) &&
    got.subarray(EPOCH_POSITION + 4).equals(bytes.subarray(EPOCH_POSITION + 4))
  );
}

function expectSameBytes(log: PartitionLog, present: readonly WrittenBatch[]): void {
  let at = log.logStartOffset;
  for (const { header, bytes } of present) {
    const got = log.read({ offset: at, maxBytes: 1, minOneBatch: true });
    if (!got.equals(bytes))
      throw new Error(
        `offset ${String(at)}: ${String(got.length)} bytes came that are not the ${String(bytes.length)} written at ${String(header.baseOffset)}`,
      );
    at = header.lastOffset + 1;
  }
  expect(log.logEndOffset).toBe(at);
}

function expectSameLookups(log: PartitionLog, present: readonly WrittenBatch[]): void {
  const records = present
    .flatMap((batch) => batch.records)
    .filter(({ offset }) => offset >= log.logStartOffset);
  const times = new Set(records.flatMap(({ timestampMs }) => [timestampMs, timestampMs + 1]));
  for (const timestampMs of [0, ...times]) {
    const expected = records.find((record) => record.timestampMs >= timestampMs) ?? null;
    expect([timestampMs, log.offsetByTime(timestampMs)]).toEqual([timestampMs, expected]);
  }
}

function expectSameEpochs(log: PartitionLog, present: readonly WrittenBatch[]): void {
  for (const { header } of present) {
    const offset = Math.max(header.baseOffset, log.logStartOffset);
    expect([offset, log.leaderEpochs.epochAt(offset)]).toEqual([offset, header.partitionLeaderEpoch]);
  }
}
