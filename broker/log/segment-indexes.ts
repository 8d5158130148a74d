/**
 * The two indexes of one segment, loaded when they are first needed, and what they are made from: the largest
 * timestamp so far and the bytes since the last entry. The files of a new segment are made with their first entry or by
 * `makeFiles`: a small one, of which there may be thousands at once, is its own index.
 *
 * Entries are hints. Each is checked against the batch it points to before it is used; indexes that are missing, of a
 * wrong size or wrong in what they say are built again from the log, with the same cadence as during appends.
 */
import { type BatchHeader } from '../../protocol/records/record-batch.ts';
import type { Logger } from '../platform/logger.ts';
import type { Disk } from '../platform/platform.ts';
import type { BatchVisitor, ScanEnd } from './batch-scan.ts';
import type { OpenFiles, PooledFile } from './open-files.ts';
import { OffsetIndex } from './offset-index.ts';
import { OFFSET_INDEX_SUFFIX, segmentFile, TIME_INDEX_SUFFIX } from './segment-files.ts';
import { TimeIndex } from './time-index.ts';

const OFFSET_ENTRY_BYTES = 8;
const TIME_ENTRY_BYTES = 12;
const MAX_RELATIVE_OFFSET = 0x7fff_ffff;

/** What the indexes may ask of the log that they index. */
export interface IndexedLog {
  readonly path: string;
  sizeBytes(): number;
  /** Null when no batch begins there. */
  headerAt(position: number): BatchHeader | null;
  scanFrom(position: number, visit: BatchVisitor): ScanEnd;
}

export interface IndexEnvironment {
  readonly disk: Disk;
  readonly logger: Logger;
  readonly files: OpenFiles;
  readonly directory: string;
  /** index.interval.bytes, asked anew each time because it may be changed. */
  readonly indexIntervalBytes: () => number;
}

/** How far the indexes were, to go back to after a failed append. */
export interface IndexMark {
  readonly maxTimestampMs: number;
  readonly offsetOfMaxTimestamp: number;
  readonly bytesSinceEntry: number;
  readonly offsetEntries: number;
  readonly timeEntries: number;
}

/** So little of a log is read as quickly as its indexes. */
export const SMALL_FILE_BYTES = 16_384;

interface Loaded {
  readonly offsets: OffsetIndex;
  readonly times: TimeIndex;
}

export class SegmentIndexes {
  readonly #environment: IndexEnvironment;
  readonly #log: IndexedLog;
  readonly #baseOffset: number;
  readonly #offsetFile: PooledFile;
  readonly #timeFile: PooledFile;
  #loaded: Loaded | null = null;
  /** -1 while unknown or empty. */
  #maxTimestampMs = -1;
  #offsetOfMaxTimestamp = -1;
  #timesKnown = false;
  #bytesSinceEntry = 0;

  constructor(
    environment: IndexEnvironment,
    log: IndexedLog,
    baseOffset: number,
    options: { readonly create: boolean; readonly suffix?: string; readonly hasIndexes?: boolean },
  ) {
    this.#environment = environment;
    this.#log = log;
    this.#baseOffset = baseOffset;
    const isNew = options.create && log.sizeBytes() === 0;
    const isUnmade = isNew || (options.hasIndexes === false && this.#isSmall);
    const file = (suffix: string): PooledFile =>
      environment.files.file(
        segmentFile(environment.directory, baseOffset, suffix + (options.suffix ?? '')),
        { create: isUnmade ? 'when used' : options.create },
      );
    this.#offsetFile = file(OFFSET_INDEX_SUFFIX);
    this.#timeFile = file(TIME_INDEX_SUFFIX);
    if (isNew) this.#begin();
  }

  /** Those that are there. */
  get files(): readonly PooledFile[] {
    return this.#both.filter(({ isUnmade }) => !isUnmade);
  }

  get areMade(): boolean {
    return this.files.length === 2;
  }

  /** There is no file, and none is missed: reading the log is as quick. */
  get areNotNeeded(): boolean {
    if (this.files.length > 0 || !this.#isSmall) return false;
    return this.#loaded === null || this.#loaded.offsets.count + this.#loaded.times.count === 0;
  }

  get #isSmall(): boolean {
    return this.#log.sizeBytes() <= SMALL_FILE_BYTES;
  }

  /** Who reads the folder after a clean stop, or when the segment is closed, finds both. Throws DiskError. */
  makeFiles(): void {
    for (const file of this.#both) if (file.isUnmade) file.size();
  }

  get #both(): readonly PooledFile[] {
    return [this.#offsetFile, this.#timeFile];
  }

  /** Both hold nothing. */
  #begin(): Loaded {
    this.#maxTimestampMs = -1;
    this.#offsetOfMaxTimestamp = -1;
    this.#bytesSinceEntry = 0;
    this.#timesKnown = true;
    return (this.#loaded = {
      offsets: new OffsetIndex(this.#offsetFile, this.#baseOffset, 0),
      times: new TimeIndex(this.#timeFile, this.#baseOffset, 0),
    });
  }

  /** Of all records, -1 when none has one. */
  get maxTimestampMs(): number {
    this.#knowTimes();
    return this.#maxTimestampMs;
  }

  /** Last offset of the batch that holds the largest timestamp, -1 when there is none. */
  get offsetOfMaxTimestamp(): number {
    this.#knowTimes();
    return this.#offsetOfMaxTimestamp;
  }

  /** True when neither index takes another entry within `maxBytes`. */
  areFull(maxBytes: number): boolean {
    const { offsets, times } = this.#load();
    return offsets.isFull(maxBytes) || times.isFull(maxBytes);
  }

  /** To be called before the first `note` of an append. */
  mark(): IndexMark {
    const { offsets, times } = this.#load();
    this.#knowTimes();
    return {
      maxTimestampMs: this.#maxTimestampMs,
      offsetOfMaxTimestamp: this.#offsetOfMaxTimestamp,
      bytesSinceEntry: this.#bytesSinceEntry,
      offsetEntries: offsets.count,
      timeEntries: times.count,
    };
  }

  undo(mark: IndexMark): void {
    this.#maxTimestampMs = mark.maxTimestampMs;
    this.#offsetOfMaxTimestamp = mark.offsetOfMaxTimestamp;
    this.#bytesSinceEntry = mark.bytesSinceEntry;
    this.#loaded?.offsets.truncate(mark.offsetEntries);
    this.#loaded?.times.truncate(mark.timeEntries);
  }

  /** Takes in a batch that begins at `position`: the cadence of Kafka's LogSegment.append. */
  note(header: BatchHeader, position: number): void {
    const { offsets, times } = this.#load();
    // A batch that compaction has emptied keeps its time; no record has it any more.
    if (header.recordsCount > 0 && header.maxTimestampMs > this.#maxTimestampMs) {
      this.#maxTimestampMs = header.maxTimestampMs;
      this.#offsetOfMaxTimestamp = header.lastOffset;
    }
    if (this.#bytesSinceEntry > this.#environment.indexIntervalBytes()) {
      offsets.append(header.lastOffset, position);
      times.appendIfLater(this.#maxTimestampMs, this.#offsetOfMaxTimestamp);
      this.#bytesSinceEntry = 0;
    }
    this.#bytesSinceEntry += header.sizeBytes;
  }

  /** Position of a batch at or before the one that holds `offset`; 0 when the index knows none. */
  floorPosition(offset: number): number {
    const entry = this.#load().offsets.floor(offset);
    if (entry === null) return 0;
    if (this.#log.headerAt(entry.position)?.lastOffset === entry.offset) return entry.position;
    this.#rebuildFor(this.#offsetFile.path);
    return this.#load().offsets.floor(offset)?.position ?? 0;
  }

  /** Position of the last batch that the index knows, 0 when it knows none. */
  lastPosition(): number {
    const { last } = this.#load().offsets;
    return last !== null && this.#log.headerAt(last.position)?.lastOffset === last.offset ? last.position : 0;
  }

  /** Offset of a batch before which no record is as young as `timestampMs`; null when the index knows none. */
  offsetBefore(timestampMs: number, locate: (offset: number) => BatchHeader | null): number | null {
    const entry = this.#load().times.before(timestampMs);
    if (entry === null) return null;
    const header = locate(entry.offset);
    if (header?.lastOffset === entry.offset && header.maxTimestampMs === entry.timestampMs)
      return entry.offset;
    this.#rebuildFor(this.#timeFile.path);
    return this.#load().times.before(timestampMs)?.offset ?? null;
  }

  /** No more batches come: the time index gets its last entry, as a reader of a closed segment expects. */
  seal(): void {
    this.#knowTimes();
    this.#load().times.appendIfLater(this.#maxTimestampMs, this.#offsetOfMaxTimestamp);
    this.flush();
  }

  /** Writes the entries that wait. Throws DiskError. */
  flush(): void {
    this.#loaded?.offsets.flush();
    this.#loaded?.times.flush();
  }

  /** The log has been cut before `offset`. Throws DiskError. */
  truncateTo(offset: number): void {
    const { offsets, times } = this.#load();
    offsets.truncateTo(offset);
    times.truncateTo(offset);
    this.#bytesSinceEntry = this.#log.sizeBytes() - (offsets.last?.position ?? 0);
    this.#timesKnown = false;
    this.#maxTimestampMs = -1;
    this.#offsetOfMaxTimestamp = -1;
  }

  /** Empties both indexes and fills them from `scan`, which must call `note` for each batch. */
  rebuild(scan: () => ScanEnd): ScanEnd {
    const { disk } = this.#environment;
    for (const file of this.#both) {
      file.close();
      file.isUnmade = !disk.exists(file.path);
      if (!file.isUnmade || !this.#isSmall) file.truncate(0);
    }
    const { offsets, times } = this.#begin();
    offsets.expectMany();
    times.expectMany();
    const end = scan();
    if (!this.areNotNeeded) times.appendIfLater(this.#maxTimestampMs, this.#offsetOfMaxTimestamp);
    this.flush();
    return end;
  }

  #rebuildFor(path: string): void {
    this.#environment.logger.warn(`${path} is missing or does not fit its log: both indexes are built again`);
    this.#rebuildFromHeaders();
  }

  #rebuildFromHeaders(): void {
    let nextOffset = this.#baseOffset;
    this.rebuild(() =>
      this.#log.scanFrom(0, (header, position) => {
        // One that lies before its place or too far behind it is damaged: no lookup may begin there.
        if (header.baseOffset < nextOffset || header.lastOffset > this.#baseOffset + MAX_RELATIVE_OFFSET)
          return;
        nextOffset = header.lastOffset + 1;
        this.note(header, position);
      }),
    );
  }

  #load(): Loaded {
    if (this.#loaded !== null) return this.#loaded;
    if (this.files.length === 0) {
      this.#rebuildFromHeaders();
      if (this.#loaded !== null) return this.#loaded;
    }
    const offsetBytes = this.#wholeSize(this.#offsetFile.path, OFFSET_ENTRY_BYTES);
    const timeBytes = this.#wholeSize(this.#timeFile.path, TIME_ENTRY_BYTES);
    if (offsetBytes !== null && timeBytes !== null) {
      const offsets = new OffsetIndex(this.#offsetFile, this.#baseOffset, offsetBytes);
      const times = new TimeIndex(this.#timeFile, this.#baseOffset, timeBytes);
      if (this.#areSane(offsets, times)) {
        this.#bytesSinceEntry = this.#log.sizeBytes() - (offsets.last?.position ?? 0);
        return (this.#loaded = { offsets, times });
      }
    }
    this.#rebuildFor(offsetBytes === null ? this.#offsetFile.path : this.#timeFile.path);
    if (this.#loaded === null) throw new Error('unreachable: a rebuild loads the indexes');
    return this.#loaded;
  }

  #wholeSize(path: string, entryBytes: number): number | null {
    const { disk } = this.#environment;
    if (!disk.exists(path)) return null;
    const { sizeBytes } = disk.stat(path);
    return sizeBytes % entryBytes === 0 ? sizeBytes : null;
  }

  #areSane({ last: lastOffset }: OffsetIndex, { last: lastTime }: TimeIndex): boolean {
    if (lastOffset !== null && this.#log.headerAt(lastOffset.position)?.lastOffset !== lastOffset.offset)
      return false;
    return lastTime === null || lastTime.offset >= this.#baseOffset;
  }

  /**
   * The last time entry holds the largest timestamp up to its batch; whatever came behind is looked at here. In a
   * segment that was sealed, with times that rise, that is next to nothing. So a time index that lost its end, or
   * whose end is wrong, is noticed without reading the log.
   */
  #knowTimes(): void {
    if (this.#timesKnown) return;
    const { last } = this.#load().times;
    const from = last === null ? 0 : this.floorPosition(last.offset);
    // The offset index was wrong, and building both anew has said it all.
    if (this.#timesKnown) return;
    let isTrue = last === null;
    let maxTimestampMs = -1;
    let offsetOfMaxTimestamp = -1;
    this.#log.scanFrom(from, (header) => {
      if (header.lastOffset === last?.offset && header.maxTimestampMs === last.timestampMs) isTrue = true;
      if (header.recordsCount === 0 || header.maxTimestampMs <= maxTimestampMs) return;
      maxTimestampMs = header.maxTimestampMs;
      offsetOfMaxTimestamp = header.lastOffset;
    });
    if (!isTrue) return this.#rebuildFor(this.#timeFile.path);
    this.#timesKnown = true;
    this.#maxTimestampMs = maxTimestampMs;
    this.#offsetOfMaxTimestamp = offsetOfMaxTimestamp;
  }
}
