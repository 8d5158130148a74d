/**
 * One segment of a partition's log: the `.log` file, its two indexes and that of aborted transactions (Kafka's
 * LogSegment).
 *
 * Invariants: the file holds whole batches with rising offsets; a failed append leaves it as it was; nothing is
 * handed out whose checksum does not match.
 */
import { BATCH_HEADER_BYTES, maxTimestampAt, type BatchHeader } from '../../protocol/records/record-batch.ts';
import { borrowBuffer } from '../platform/lent-buffers.ts';
import type { Clock } from '../platform/platform.ts';
import {
  scanChecked,
  scanHeaders,
  type BatchVisitor,
  type RecoveryLimits,
  type ScanEnd,
} from './batch-scan.ts';
import { CorruptLogError } from './log-errors.ts';
import type { PooledFile } from './open-files.ts';
import { takeGoodBatches } from './read-window.ts';
import { LOG_SUFFIX, segmentFile, TRANSACTION_INDEX_SUFFIX } from './segment-files.ts';
import { SegmentIndexes, SMALL_FILE_BYTES, type IndexEnvironment } from './segment-indexes.ts';
import { TransactionIndex } from './txn-index.ts';

export interface SegmentEnvironment extends IndexEnvironment {
  readonly clock: Clock;
}

export interface BatchLocation {
  readonly header: BatchHeader;
  readonly position: number;
  /** It begins where the batch before it ends; else its base offset, which no checksum covers, needs another witness. */
  readonly isInPlace: boolean;
}

export interface ReadLimits {
  readonly maxBytes: number;
  /** Batches that begin here or later are not for this reader. */
  readonly maxOffset: number;
  /** No batch of this segment reaches it: the next segment's base or the log end. */
  readonly endOffset: number;
  readonly minOneBatch: boolean;
}

interface Hint {
  readonly offset: number;
  readonly position: number;
}

/** Indexes hold offsets relative to a segment's base in four bytes. */
export const MAX_RELATIVE_OFFSET = 0x7fff_ffff;

export class LogSegment {
  readonly baseOffset: number;
  readonly createdMs: number;
  /** What its file names end with besides their kind: nothing, or `.cleaned` or `.swap` while compaction makes it. */
  readonly suffix: string;
  /** The transactions whose ABORT marker lies here. */
  readonly transactions: TransactionIndex;
  readonly #environment: SegmentEnvironment;
  readonly #log: PooledFile;
  readonly #indexes: SegmentIndexes;
  #sizeBytes: number;
  #firstBatchTimestampMs: number | null = null;
  /** Where the last read ended and the last append began: what the next reader most likely asks for. */
  #readHint: Hint | null = null;
  #appendHint: Hint | null = null;
  /** A failed append could not be undone: the file's end is unknown. */
  isTorn = false;

  constructor(
    environment: SegmentEnvironment,
    baseOffset: number,
    /** `hasIndexes` false: the folder was looked at, and neither index is there. */
    options: { readonly create: boolean; readonly suffix?: string; readonly hasIndexes?: boolean },
  ) {
    this.#environment = environment;
    this.baseOffset = baseOffset;
    this.suffix = options.suffix ?? '';
    this.createdMs = environment.clock.wallMs();
    this.#log = environment.files.file(
      segmentFile(environment.directory, baseOffset, LOG_SUFFIX + this.suffix),
      options,
    );
    const indexed = {
      path: this.#log.path,
      sizeBytes: () => this.#sizeBytes,
      headerAt: (position: number) => this.#headerAt(position),
      scanFrom: (position: number, visit: BatchVisitor) =>
        scanHeaders(this.#log, position, this.#sizeBytes, visit),
    };
    this.#sizeBytes = environment.disk.stat(this.#log.path).sizeBytes;
    this.#indexes = new SegmentIndexes(environment, indexed, baseOffset, options);
    this.transactions = new TransactionIndex(
      environment,
      segmentFile(environment.directory, baseOffset, TRANSACTION_INDEX_SUFFIX + this.suffix),
    );
  }

  get path(): string {
    return this.#log.path;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Largest timestamp of all batches, -1 when there is none. */
  get maxTimestampMs(): number {
    return this.#indexes.maxTimestampMs;
  }

  /** Last offset of the batch that holds the largest timestamp, -1 when there is none. */
  get offsetOfMaxTimestamp(): number {
    return this.#indexes.offsetOfMaxTimestamp;
  }

  /** What retention by time goes by: the largest timestamp, or the file's own time when no batch has one. */
  get retentionTimestampMs(): number {
    return this.maxTimestampMs >= 0 ? this.maxTimestampMs : this.lastModifiedMs;
  }

  get lastModifiedMs(): number {
    return this.#environment.disk.stat(this.#log.path).modifiedMs;
  }

  /** The first batch's largest timestamp, by which segment.ms is counted; null when empty or without time. */
  get firstBatchTimestampMs(): number | null {
    if (this.#firstBatchTimestampMs === null && this.#sizeBytes >= BATCH_HEADER_BYTES) {
      const header = Buffer.alloc(BATCH_HEADER_BYTES);
      this.#log.read(header, 0);
      const timestampMs = maxTimestampAt(header, 0);
      if (timestampMs >= 0) this.#firstBatchTimestampMs = timestampMs;
    }
    return this.#firstBatchTimestampMs;
  }

  /** False as long as nothing had to be written into them. */
  get hasIndexFiles(): boolean {
    return this.#indexes.areMade;
  }

  /** Nothing but the log file itself says what is in it, and that is read at once: small, and without aborts. */
  get isBare(): boolean {
    return this.#indexes.areNotNeeded && this.transactions.isUntouched;
  }

  indexesAreFull(maxBytes: number): boolean {
    return this.#indexes.areFull(maxBytes);
  }

  fitsOffset(lastOffset: number): boolean {
    return lastOffset - this.baseOffset <= MAX_RELATIVE_OFFSET;
  }

  /** Writes the batches that `headers` describe (with their final offsets). All or nothing; throws DiskError. */
  append(records: Buffer, headers: readonly BatchHeader[]): void {
    const mark = this.#indexes.mark();
    try {
      this.#log.write([records], this.#sizeBytes);
      let position = this.#sizeBytes;
      for (const header of headers) {
        this.#indexes.note(header, position);
        position += header.sizeBytes;
      }
    } catch (error) {
      try {
        this.#log.truncate(this.#sizeBytes);
        this.#indexes.undo(mark);
      } catch (undoError) {
        this.isTorn = true;
        this.#environment.logger.error(`${this.#log.path}: a failed append could not be undone`, undoError);
      }
      throw error;
    }
    this.#appendHint = { offset: headers[0]?.baseOffset ?? this.baseOffset, position: this.#sizeBytes };
    this.#sizeBytes += records.length;
  }

  /** The first batch whose last offset is `offset` or later, or null when the segment ends before. */
  locate(offset: number): BatchLocation | null {
    if (this.#sizeBytes === 0) return null;
    for (const hint of [this.#readHint, this.#appendHint]) {
      if (hint?.offset !== offset || hint.position >= this.#sizeBytes) continue;
      return this.#find(hint.position, hint.offset, (header) => header.lastOffset >= offset);
    }
    const position = this.#indexes.floorPosition(offset);
    return this.#find(position, this.#offsetKnownAt(position), (header) => header.lastOffset >= offset);
  }

  /** Base offset that a batch at this position must have; null when only its own header says. */
  #offsetKnownAt(position: number): number | null {
    return position === 0 ? this.baseOffset : null;
  }

  /** The first batch from `from` on that fits; the one there begins at `startOffset` or, after compaction, later. */
  #find(
    from: number,
    startOffset: number | null,
    fits: (header: BatchHeader) => boolean,
  ): BatchLocation | null {
    let found: BatchLocation | null = null;
    let expected = startOffset;
    const end = scanHeaders(this.#log, from, this.#sizeBytes, (header, position) => {
      if (header.baseOffset < (expected ?? this.baseOffset))
        throw new CorruptLogError(this.#log.path, position, misplaced(header, expected));
      const isInPlace = header.baseOffset === expected;
      expected = header.lastOffset + 1;
      if (!fits(header)) return true;
      found = { header, position, isInPlace };
      return false;
    });
    if (end.problem !== null) throw new CorruptLogError(this.#log.path, end.position, end.problem);
    return found;
  }

  /** Where offsets have a gap, the batch behind must agree that this one ends before it. */
  #checkPlace({ header, position, isInPlace }: BatchLocation): void {
    if (isInPlace) return;
    const next = this.#headerAt(position + header.sizeBytes);
    if (next !== null && next.baseOffset <= header.lastOffset)
      throw new CorruptLogError(this.#log.path, position, misplaced(header, null));
  }

  #headerAt(position: number): BatchHeader | null {
    if (position < 0 || position + BATCH_HEADER_BYTES > this.#sizeBytes) return null;
    let found: BatchHeader | null = null;
    scanHeaders(this.#log, position, this.#sizeBytes, (header) => {
      found = header;
      return false;
    });
    return found;
  }

  /** Whole batches from the one that holds `offset` on, as far as they are good; empty when there is none. */
  read(offset: number, limits: ReadLimits): Buffer {
    const { maxBytes, maxOffset, endOffset, minOneBatch } = limits;
    const start = this.locate(offset);
    if (start === null) return Buffer.alloc(0);
    this.#checkPlace(start);
    if (start.header.lastOffset >= endOffset)
      throw new CorruptLogError(this.#log.path, start.position, misplaced(start.header, null));
    if (start.header.baseOffset >= maxOffset) return Buffer.alloc(0);
    const firstBytes = start.header.sizeBytes;
    if (firstBytes > maxBytes && !minOneBatch) return Buffer.alloc(0);
    const wanted = Math.min(Math.max(maxBytes, firstBytes), this.#sizeBytes - start.position);
    const target = borrowBuffer(wanted);
    const bytes = target.subarray(0, this.#log.read(target, start.position));
    const good = takeGoodBatches(bytes, maxOffset, endOffset);
    if (good.endBytes === 0) {
      throw new CorruptLogError(this.#log.path, start.position, good.problem ?? 'the batch is cut off');
    }
    if (good.problem !== null) {
      const at = start.position + good.endBytes;
      this.#environment.logger.error(`${this.#log.path} is damaged at byte ${at}: ${good.problem}`);
    }
    this.#readHint = { offset: good.nextOffset, position: start.position + good.endBytes };
    return bytes.subarray(0, good.endBytes);
  }

  /** The first batch with a record at `timestampMs` or later and offsets from `startOffset` on, judging by headers. */
  locateTime(timestampMs: number, startOffset: number): BatchLocation | null {
    const before = this.#indexes.offsetBefore(timestampMs, (offset) => this.locate(offset)?.header ?? null);
    const position = this.#indexes.floorPosition(Math.max(before ?? this.baseOffset, startOffset));
    return this.#find(
      position,
      this.#offsetKnownAt(position),
      (header) => header.maxTimestampMs >= timestampMs && header.lastOffset >= startOffset,
    );
  }

  /** The bytes of one batch, checked. */
  readBatch({ header, position }: Pick<BatchLocation, 'header' | 'position'>): Buffer {
    const bytes = Buffer.allocUnsafe(header.sizeBytes);
    const count = this.#log.read(bytes, position);
    const good = takeGoodBatches(bytes.subarray(0, count), header.lastOffset + 1, header.lastOffset + 1);
    if (good.endBytes !== bytes.length) {
      throw new CorruptLogError(this.#log.path, position, good.problem ?? 'the batch is cut off');
    }
    return bytes;
  }

  /** Offset after the last batch, found from the last index entry; also says whether the end of the file is a batch's end. */
  findEnd(): { readonly nextOffset: number; readonly end: ScanEnd } {
    let nextOffset = this.baseOffset;
    // A small file is read as quickly as its indexes, which then need not be opened.
    const from = this.#sizeBytes <= SMALL_FILE_BYTES ? 0 : this.#indexes.lastPosition();
    const end = scanHeaders(this.#log, from, this.#sizeBytes, (header) => {
      nextOffset = header.lastOffset + 1;
    });
    return { nextOffset, end };
  }

  /** All headers from a batch on that lies at or before `offset`. */
  visitFrom(offset: number, visit: BatchVisitor): ScanEnd {
    return scanHeaders(this.#log, this.#indexes.floorPosition(offset), this.#sizeBytes, visit);
  }

  /**
   * Reads the whole file, builds both indexes anew and cuts the file after its last good batch. Says where it was
   * cut and why, or `problem` null when all was good.
   */
  recover(
    visit: (header: BatchHeader) => void,
    limits: RecoveryLimits,
  ): { readonly nextOffset: number; readonly end: ScanEnd } {
    let nextOffset = this.baseOffset;
    this.#readHint = null;
    this.#appendHint = null;
    let misfit: ScanEnd | null = null;
    const scanned = this.#indexes.rebuild(() =>
      scanChecked(
        this.#log,
        this.#sizeBytes,
        { firstOffset: this.baseOffset, ...limits },
        (header, position) => {
          if (!this.fitsOffset(header.lastOffset)) {
            misfit = { position, problem: `offset ${header.lastOffset} is too far from the segment's base` };
            return false;
          }
          this.#indexes.note(header, position);
          nextOffset = header.lastOffset + 1;
          visit(header);
          return true;
        },
      ),
    );
    const end: ScanEnd = misfit ?? scanned;
    if (end.position < this.#sizeBytes) {
      this.#log.truncate(end.position);
      this.#sizeBytes = end.position;
    }
    return { nextOffset, end };
  }

  /** Takes away the batch that holds `offset` and all behind it. Throws DiskError: nobody knows then how far it came. */
  truncateTo(offset: number): void {
    const found = this.locate(offset);
    if (found === null) return;
    const { header, position } = found;
    // Loaded before the log is shorter: what they say must still be there to be checked.
    this.#indexes.mark();
    this.#readHint = null;
    this.#appendHint = null;
    if (position === 0) this.#firstBatchTimestampMs = null;
    this.#log.truncate(position);
    this.#sizeBytes = position;
    this.#indexes.truncateTo(header.baseOffset);
    this.transactions.truncateTo(header.baseOffset);
  }

  /** No more appends come. */
  seal(): void {
    if (this.#sizeBytes > 0) this.#indexes.seal();
    this.transactions.seal();
  }

  /** Forces the file to the device, with `withIndexes` also the indexes (an unsealed segment's are rebuilt anyway). */
  async sync(withIndexes: boolean): Promise<void> {
    if (withIndexes) {
      this.transactions.seal();
      this.#completeIndexes();
    }
    const files = withIndexes ? [this.#log, ...this.#indexes.files, ...this.transactions.files] : [this.#log];
    await Promise.all(files.map((file) => file.sync()));
  }

  /** An index that lacks its last entries is still right, only slower: no reason to give up the log. */
  #completeIndexes(): void {
    try {
      this.#indexes.flush();
      // Not beside a log that has been taken away meanwhile.
      if (!this.#indexes.areMade && this.#environment.disk.exists(this.#log.path)) this.#indexes.makeFiles();
    } catch (error) {
      this.#environment.logger.warn(
        `${this.#log.path}: its indexes could not be completed: ${String(error)}`,
      );
    }
  }

  closeFiles(): void {
    for (const file of [this.#log, ...this.#indexes.files, ...this.transactions.files]) file.close();
  }
}

function misplaced({ baseOffset, lastOffset }: BatchHeader, expected: number | null): string {
  const reason = expected === null ? 'do not fit those around them' : `lie before ${expected}`;
  return `its offsets ${baseOffset} to ${lastOffset} ${reason}`;
}
