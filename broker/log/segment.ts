/**
 * One segment of a partition's log: the `.log` file and its two indexes (Kafka's LogSegment).
 *
 * Invariants: the file holds whole batches with rising offsets; a failed append leaves it as it was; nothing is
 * handed out whose checksum does not match. Indexes are hints: an entry is checked against the batch it points to,
 * and indexes that are missing or wrong are built again from the file.
 */
import type { Clock, Disk } from '../platform/platform.ts';
import type { Logger } from '../platform/logger.ts';
import { BATCH_HEADER_BYTES, maxTimestampAt, type BatchHeader } from '../../protocol/records/record-batch.ts';
import { scanChecked, scanHeaders, type BatchVisitor, type ScanEnd } from './batch-scan.ts';
import { CorruptLogError } from './log-errors.ts';
import type { OpenFiles, PooledFile } from './open-files.ts';
import { OffsetIndex } from './offset-index.ts';
import { takeGoodBatches } from './read-window.ts';
import { LOG_SUFFIX, OFFSET_INDEX_SUFFIX, segmentFile, TIME_INDEX_SUFFIX } from './segment-files.ts';
import { TimeIndex } from './time-index.ts';

export interface SegmentEnvironment {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly files: OpenFiles;
  readonly directory: string;
  /** index.interval.bytes, asked anew each time because it may be changed. */
  readonly indexIntervalBytes: () => number;
}

export interface BatchLocation {
  readonly header: BatchHeader;
  readonly position: number;
}

export interface ReadLimits {
  readonly maxBytes: number;
  /** Batches that begin here or later are not for this reader. */
  readonly maxOffset: number;
  /** No batch of this segment reaches it: the next segment's base or the log end. */
  readonly endOffset: number;
  readonly minOneBatch: boolean;
}

interface Indexes {
  readonly offsets: OffsetIndex;
  readonly times: TimeIndex;
}

const MAX_RELATIVE_OFFSET = 0x7fff_ffff;

export class LogSegment {
  readonly baseOffset: number;
  readonly createdMs: number;
  readonly #environment: SegmentEnvironment;
  readonly #log: PooledFile;
  readonly #offsetFile: PooledFile;
  readonly #timeFile: PooledFile;
  #sizeBytes: number;
  #indexes: Indexes | null = null;
  /** -1 while unknown or empty. */
  #maxTimestampMs = -1;
  #offsetOfMaxTimestamp = -1;
  #timesKnown = false;
  #firstBatchTimestampMs: number | null = null;
  #bytesSinceIndexEntry = 0;
  /** Where the last read ended and the last append began: what the next reader most likely asks for. */
  #readHint: { offset: number; position: number } | null = null;
  #appendHint: { offset: number; position: number } | null = null;
  /** A failed append could not be undone: the file's end is unknown. */
  isTorn = false;

  constructor(environment: SegmentEnvironment, baseOffset: number, options: { readonly create: boolean }) {
    this.#environment = environment;
    this.baseOffset = baseOffset;
    this.createdMs = environment.clock.wallMs();
    const file = (suffix: string): PooledFile =>
      environment.files.file(segmentFile(environment.directory, baseOffset, suffix), options);
    this.#log = file(LOG_SUFFIX);
    this.#offsetFile = file(OFFSET_INDEX_SUFFIX);
    this.#timeFile = file(TIME_INDEX_SUFFIX);
    this.#sizeBytes = options.create ? this.#log.size() : environment.disk.stat(this.#log.path).sizeBytes;
  }

  get path(): string {
    return this.#log.path;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get logFile(): PooledFile {
    return this.#log;
  }

  /** Largest timestamp of all batches, -1 when there is none. */
  get maxTimestampMs(): number {
    this.#knowTimes();
    return this.#maxTimestampMs;
  }

  /** Last offset of the batch that holds the largest timestamp, -1 when there is none. */
  get offsetOfMaxTimestamp(): number {
    this.#knowTimes();
    return this.#offsetOfMaxTimestamp;
  }

  /** What retention by time goes by: the largest timestamp, or the file's own time when no batch has one. */
  get retentionTimestampMs(): number {
    return this.maxTimestampMs >= 0 ? this.#maxTimestampMs : this.lastModifiedMs;
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

  /** True when neither index takes another entry within `maxBytes`. */
  indexesAreFull(maxBytes: number): boolean {
    const { offsets, times } = this.#loadIndexes();
    return offsets.isFull(maxBytes) || times.isFull(maxBytes);
  }

  fitsOffset(lastOffset: number): boolean {
    return lastOffset - this.baseOffset <= MAX_RELATIVE_OFFSET;
  }

  /** Writes the batches that `headers` describe (with their final offsets). All or nothing; throws DiskError. */
  append(records: Buffer, headers: readonly BatchHeader[]): void {
    const { offsets, times } = this.#loadIndexes();
    this.#knowTimes();
    const before = {
      maxTimestampMs: this.#maxTimestampMs,
      offsetOfMaxTimestamp: this.#offsetOfMaxTimestamp,
      bytesSinceIndexEntry: this.#bytesSinceIndexEntry,
      offsetEntries: offsets.count,
      timeEntries: times.count,
    };
    try {
      this.#log.write([records], this.#sizeBytes);
      let position = this.#sizeBytes;
      for (const header of headers) {
        this.#note(header, position, { offsets, times });
        position += header.sizeBytes;
      }
    } catch (error) {
      this.#maxTimestampMs = before.maxTimestampMs;
      this.#offsetOfMaxTimestamp = before.offsetOfMaxTimestamp;
      this.#bytesSinceIndexEntry = before.bytesSinceIndexEntry;
      this.#undo(before.offsetEntries, before.timeEntries);
      throw error;
    }
    this.#appendHint = { offset: headers[0]?.baseOffset ?? this.baseOffset, position: this.#sizeBytes };
    this.#sizeBytes += records.length;
  }

  #undo(offsetEntries: number, timeEntries: number): void {
    try {
      this.#log.truncate(this.#sizeBytes);
      this.#indexes?.offsets.truncate(offsetEntries);
      this.#indexes?.times.truncate(timeEntries);
    } catch (error) {
      this.isTorn = true;
      this.#environment.logger.error(`${this.#log.path}: a failed append could not be undone`, error);
    }
  }

  /** The cadence of Kafka's LogSegment.append, the same for a new batch and for a rebuild. */
  #note(header: BatchHeader, position: number, { offsets, times }: Indexes): void {
    if (header.maxTimestampMs > this.#maxTimestampMs) {
      this.#maxTimestampMs = header.maxTimestampMs;
      this.#offsetOfMaxTimestamp = header.lastOffset;
    }
    if (this.#bytesSinceIndexEntry > this.#environment.indexIntervalBytes()) {
      offsets.append(header.lastOffset, position);
      times.appendIfLater(this.#maxTimestampMs, this.#offsetOfMaxTimestamp);
      this.#bytesSinceIndexEntry = 0;
    }
    this.#bytesSinceIndexEntry += header.sizeBytes;
  }

  /** The first batch whose last offset is `offset` or later, or null when the segment ends before. */
  locate(offset: number): BatchLocation | null {
    if (this.#sizeBytes === 0) return null;
    for (const hint of [this.#readHint, this.#appendHint]) {
      if (hint?.offset === offset && hint.position < this.#sizeBytes) return this.#scanFor(offset, hint.position);
    }
    const entry = this.#checkedFloor(offset);
    return this.#scanFor(offset, entry?.position ?? 0);
  }

  #scanFor(offset: number, from: number): BatchLocation | null {
    return this.#find(from, (header) => header.lastOffset >= offset);
  }

  /** The first batch from `from` on that fits. */
  #find(from: number, fits: (header: BatchHeader) => boolean): BatchLocation | null {
    let found: BatchLocation | null = null;
    const end = scanHeaders(this.#log, from, this.#sizeBytes, (header, position) => {
      if (!fits(header)) return true;
      found = { header, position };
      return false;
    });
    if (end.problem !== null) throw new CorruptLogError(this.#log.path, end.position, end.problem);
    return found;
  }

  /** The index entry at or below `offset`, checked against the log; a wrong index is built again first. */
  #checkedFloor(offset: number): { readonly position: number } | null {
    const entry = this.#loadIndexes().offsets.floor(offset);
    if (entry === null) return null;
    if (this.#lastOffsetAt(entry.position) === entry.offset) return entry;
    this.#environment.logger.warn(`${this.#offsetFile.path} does not fit its log: it is built again`);
    this.rebuildIndexes();
    return this.#loadIndexes().offsets.floor(offset);
  }

  #lastOffsetAt(position: number): number | null {
    return this.#headerAt(position)?.lastOffset ?? null;
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
    if (start === null || start.header.baseOffset >= maxOffset) return Buffer.alloc(0);
    const firstBytes = start.header.sizeBytes;
    if (firstBytes > maxBytes && !minOneBatch) return Buffer.alloc(0);
    const wanted = Math.min(Math.max(maxBytes, firstBytes), this.#sizeBytes - start.position);
    const target = Buffer.allocUnsafe(wanted);
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
    const entry = this.#checkedTimeBefore(timestampMs);
    const from = this.#checkedFloor(Math.max(entry?.offset ?? this.baseOffset, startOffset));
    return this.#find(
      from?.position ?? 0,
      (header) => header.maxTimestampMs >= timestampMs && header.lastOffset >= startOffset,
    );
  }

  #checkedTimeBefore(timestampMs: number): { readonly offset: number } | null {
    const entry = this.#loadIndexes().times.before(timestampMs);
    if (entry === null) return null;
    const header = this.locate(entry.offset)?.header;
    if (header?.lastOffset === entry.offset && header.maxTimestampMs === entry.timestampMs) return entry;
    this.#environment.logger.warn(`${this.#timeFile.path} does not fit its log: it is built again`);
    this.rebuildIndexes();
    return this.#loadIndexes().times.before(timestampMs);
  }

  /** The bytes of one batch, checked. */
  readBatch(location: BatchLocation): Buffer {
    const bytes = Buffer.allocUnsafe(location.header.sizeBytes);
    const count = this.#log.read(bytes, location.position);
    const good = takeGoodBatches(bytes.subarray(0, count), Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    if (good.endBytes !== bytes.length) {
      throw new CorruptLogError(this.#log.path, location.position, good.problem ?? 'the batch is cut off');
    }
    return bytes;
  }

  /** Offset after the last batch, found from the last index entry; also says whether the end of the file is a batch's end. */
  findEnd(): { readonly nextOffset: number; readonly end: ScanEnd } {
    let nextOffset = this.baseOffset;
    const last = this.#loadIndexes().offsets.last;
    const from = last !== null && this.#lastOffsetAt(last.position) === last.offset ? last.position : 0;
    const end = scanHeaders(this.#log, from, this.#sizeBytes, (header) => {
      nextOffset = header.lastOffset + 1;
    });
    return { nextOffset, end };
  }

  /** All headers from a batch that may hold `offset` on. */
  visitFrom(offset: number, visit: BatchVisitor): ScanEnd {
    return scanHeaders(this.#log, this.#checkedFloor(offset)?.position ?? 0, this.#sizeBytes, visit);
  }

  /**
   * Reads the whole file, builds both indexes anew and cuts the file after its last good batch. Says where it was
   * cut and why, or `problem` null when all was good.
   */
  recover(visit: (header: BatchHeader) => void): { readonly nextOffset: number; readonly end: ScanEnd } {
    let nextOffset = this.baseOffset;
    const end = this.#rebuild((indexes) =>
      scanChecked(this.#log, 0, this.#sizeBytes, this.baseOffset, (header, position) => {
        if (!this.fitsOffset(header.lastOffset)) return false;
        this.#note(header, position, indexes);
        nextOffset = header.lastOffset + 1;
        visit(header);
        return true;
      }),
    );
    if (end.position < this.#sizeBytes) {
      this.#log.truncate(end.position);
      this.#sizeBytes = end.position;
    }
    return { nextOffset, end };
  }

  /** Builds both indexes anew from the headers. */
  rebuildIndexes(): void {
    this.#rebuild((indexes) =>
      scanHeaders(this.#log, 0, this.#sizeBytes, (header, position) => {
        this.#note(header, position, indexes);
      }),
    );
  }

  #rebuild(scan: (indexes: Indexes) => ScanEnd): ScanEnd {
    const { files } = this.#environment;
    // The files may be missing: opening with `create` makes them, and the pooled handles find them afterwards.
    files.file(this.#offsetFile.path, { create: true }).close();
    files.file(this.#timeFile.path, { create: true }).close();
    this.#offsetFile.truncate(0);
    this.#timeFile.truncate(0);
    const indexes = {
      offsets: new OffsetIndex(this.#offsetFile, this.baseOffset, 0),
      times: new TimeIndex(this.#timeFile, this.baseOffset, 0),
    };
    this.#maxTimestampMs = -1;
    this.#offsetOfMaxTimestamp = -1;
    this.#bytesSinceIndexEntry = 0;
    this.#timesKnown = true;
    this.#readHint = null;
    this.#appendHint = null;
    const end = scan(indexes);
    indexes.times.appendIfLater(this.#maxTimestampMs, this.#offsetOfMaxTimestamp);
    this.#indexes = indexes;
    return end;
  }

  /** No more appends come: the time index gets its last entry, as a reader of a closed segment expects. */
  seal(): void {
    if (this.#sizeBytes === 0) return;
    this.#knowTimes();
    this.#loadIndexes().times.appendIfLater(this.#maxTimestampMs, this.#offsetOfMaxTimestamp);
  }

  /** Forces the file to the device, with `withIndexes` also the indexes (an unsealed segment's are rebuilt anyway). */
  async sync(withIndexes: boolean): Promise<void> {
    const files = withIndexes ? [this.#log, this.#offsetFile, this.#timeFile] : [this.#log];
    await Promise.all(files.map((file) => file.sync()));
  }

  closeFiles(): void {
    this.#log.close();
    this.#offsetFile.close();
    this.#timeFile.close();
  }

  #loadIndexes(): Indexes {
    if (this.#indexes !== null) return this.#indexes;
    const { disk } = this.#environment;
    const sizeOf = (path: string, entryBytes: number): number | null => {
      if (!disk.exists(path)) return null;
      const { sizeBytes } = disk.stat(path);
      return sizeBytes % entryBytes === 0 ? sizeBytes : null;
    };
    const offsetBytes = sizeOf(this.#offsetFile.path, 8);
    const timeBytes = sizeOf(this.#timeFile.path, 12);
    if (offsetBytes !== null && timeBytes !== null) {
      const offsets = new OffsetIndex(this.#offsetFile, this.baseOffset, offsetBytes);
      const times = new TimeIndex(this.#timeFile, this.baseOffset, timeBytes);
      const isSane =
        (offsets.last === null || this.#lastOffsetAt(offsets.last.position) === offsets.last.offset) &&
        (times.last === null || times.last.offset >= this.baseOffset) &&
        (this.#sizeBytes === 0 || times.last !== null || offsets.last === null);
      if (isSane) {
        this.#indexes = { offsets, times };
        this.#bytesSinceIndexEntry = this.#sizeBytes - (offsets.last?.position ?? 0);
        return this.#indexes;
      }
    }
    this.#environment.logger.warn(`${this.#log.path}: an index is missing or does not fit; both are built again`);
    this.rebuildIndexes();
    if (this.#indexes === null) throw new Error('unreachable: a rebuild sets the indexes');
    return this.#indexes;
  }

  #knowTimes(): void {
    if (this.#timesKnown) return;
    const { offsets, times } = this.#loadIndexes();
    this.#timesKnown = true;
    const last = times.last;
    if (last !== null && last.timestampMs > this.#maxTimestampMs) {
      this.#maxTimestampMs = last.timestampMs;
      this.#offsetOfMaxTimestamp = last.offset;
    }
    // A sealed segment's last entry says it all; after another end the batches since the last entry are looked at.
    const from = offsets.last === null ? 0 : offsets.last.position;
    scanHeaders(this.#log, from, this.#sizeBytes, (header) => {
      if (header.maxTimestampMs <= this.#maxTimestampMs) return;
      this.#maxTimestampMs = header.maxTimestampMs;
      this.#offsetOfMaxTimestamp = header.lastOffset;
    });
  }
}
