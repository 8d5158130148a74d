/**
 * One round of compaction over one log (Kafka's Cleaner.doClean): reads the dirty part into an offset map, then writes
 * every segment from the log's start up to where the map reaches again, without the records that are out of date.
 *
 * The shell around the decisions of this folder. It works in slices; between two of them anything may happen to the
 * log, so what it is about to replace is checked again in the same step as the replacement. Whatever ends a round
 * early, the log is as good as before: each group of segments is replaced whole or not at all, and the checkpoint
 * (the caller's) moves only after the last of them.
 */
import type { Logger } from '../../platform/logger.ts';
import type { Platform } from '../../platform/platform.ts';
import { OpenFiles } from '../open-files.ts';
import type { PartitionLog } from '../partition-log.ts';
import type { LogSegment, SegmentEnvironment } from '../segment.ts';
import { OFFSET_INDEX_SUFFIX, SWAP_SUFFIX, segmentFile, TIME_INDEX_SUFFIX } from '../segment-files.ts';
import { BatchReader, type ReadBatch } from './batch-reader.ts';
import { retainBatch, type ActiveProducer, type RetentionRules } from './batch-retention.ts';
import type { CleanableRange } from './cleanable-range.ts';
import { CleanedSegment } from './cleaned-segment.ts';
import { CleanedTransactions } from './cleaned-transactions.ts';
import { CleaningAborted, type CleaningPace } from './cleaning-pace.ts';
import { OffsetMap, slotsFor } from './offset-map.ts';
import { sliceRecords } from './record-slices.ts';
import { groupSegments } from './segment-groups.ts';

export interface RoundSettings {
  /** log.cleaner.dedupe.buffer.size */
  readonly dedupeBufferBytes: number;
  /** log.cleaner.io.buffer.load.factor */
  readonly loadFactor: number;
  /** log.cleaner.io.buffer.size */
  readonly ioBufferBytes: number;
}

export interface RoundOptions {
  readonly log: PartitionLog;
  readonly range: CleanableRange;
  readonly platform: Pick<Platform, 'clock' | 'disk'>;
  readonly logger: Logger;
  readonly settings: RoundSettings;
  readonly pace: CleaningPace;
}

export interface RoundResult {
  /** All before it holds each key once: where the next round begins. */
  readonly endOffset: number;
  /** Of the segments that were written again; `bytesWritten` is what they became. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly recordsKept: number;
  readonly recordsWithoutKey: number;
  /** 0 to 1 */
  readonly mapUtilization: number;
}

const MIN_BUFFER_BYTES = 4_096;
/** After so many records of one batch it may be time to rest. */
const RECORDS_PER_STEP = 512;

/** Rejects with CleaningAborted, CorruptLogError, ProtocolError (both: this log cannot be compacted) or DiskError. */
export function cleanLog(options: RoundOptions): Promise<RoundResult> {
  return new CleaningRound(options).run();
}

class CleaningRound {
  readonly #options: RoundOptions;
  readonly #environment: SegmentEnvironment;
  readonly #tally = { bytesRead: 0, bytesWritten: 0, recordsKept: 0, recordsWithoutKey: 0 };
  #output: CleanedSegment | null = null;

  constructor(options: RoundOptions) {
    this.#options = options;
    const { log, platform, logger } = options;
    this.#environment = {
      ...{ disk: platform.disk, clock: platform.clock, logger },
      files: new OpenFiles(platform.disk),
      directory: log.directory,
      indexIntervalBytes: () => log.config.indexIntervalBytes,
    };
  }

  async run(): Promise<RoundResult> {
    const { log, range, platform } = this.#options;
    await settleSwaps(log, platform.disk, this.#options.pace);
    const map = await this.#buildMap();
    const { firstDirtyOffset, firstUncleanableOffset } = range;
    const endOffset = Math.max(firstDirtyOffset, map.latestOffset + 1);
    const rules = this.#rules(map);
    const segments = log.segments.filter(
      ({ baseOffset }) => baseOffset < Math.min(endOffset, firstUncleanableOffset),
    );
    for (const group of this.#group(segments)) await this.#cleanGroup(group, rules);
    return { ...this.#tally, endOffset, mapUtilization: map.utilization };
  }

  /** The last offset of every key of the dirty part, or of as much of it as fits. */
  async #buildMap(): Promise<OffsetMap> {
    const { log, range, settings } = this.#options;
    const { firstDirtyOffset, firstUncleanableOffset } = range;
    const { loadFactor, dedupeBufferBytes } = settings;
    const maxKeys = firstUncleanableOffset - firstDirtyOffset;
    const map = new OffsetMap(slotsFor(maxKeys, loadFactor, dedupeBufferBytes), loadFactor);
    const transactions = new CleanedTransactions(
      log.abortedTransactions(firstDirtyOffset, firstUncleanableOffset),
      () => undefined,
    );
    for (const segment of log.segments) {
      if (segment.baseOffset >= firstUncleanableOffset) break;
      const nextBase = nextBaseOf(log, segment);
      if (nextBase <= firstDirtyOffset) continue;
      if (!(await this.#mapSegment(segment, map, transactions))) break;
      map.cover(nextBase - 1);
    }
    return map;
  }

  /** False when the map is full. */
  async #mapSegment(
    segment: LogSegment,
    map: OffsetMap,
    transactions: CleanedTransactions,
  ): Promise<boolean> {
    const { firstDirtyOffset } = this.#options.range;
    const from = segment.locate(firstDirtyOffset)?.position ?? 0;
    return await this.#eachBatch(segment, from, function* ({ header, bytes }) {
      if (header.isControl) {
        transactions.noteControl(bytes, header);
      } else if (!transactions.noteData(header)) {
        let looked = 0;
        for (const { key, offset } of sliceRecords(bytes, header).slices) {
          if (++looked % RECORDS_PER_STEP === 0) yield;
          if (key !== null && offset >= firstDirtyOffset && !map.put(key, offset)) return false;
        }
      }
      map.cover(header.lastOffset);
      return true;
    });
  }

  #rules(map: OffsetMap): RetentionRules {
    const { log, platform } = this.#options;
    const producers = new Map<number, ActiveProducer>();
    for (const { producerId, epoch, batches } of log.producers.entries()) {
      producers.set(producerId, { epoch, lastDataOffset: batches.at(-1)?.lastOffset ?? -1 });
    }
    const aborted = log.abortedTransactions(
      log.segments[0]?.baseOffset ?? 0,
      this.#options.range.firstUncleanableOffset,
    );
    return {
      lastOffsets: map,
      producers,
      transactions: new CleanedTransactions(aborted, (kept) => this.#output?.keepAborted(kept)),
      nowMs: platform.clock.wallMs(),
      deleteRetentionMs: log.config.deleteRetentionMs,
    };
  }

  #group(segments: readonly LogSegment[]): LogSegment[][] {
    const { log, range, platform } = this.#options;
    const { disk } = platform;
    const sizeOf = (path: string): number => (disk.exists(path) ? disk.stat(path).sizeBytes : 0);
    const sizes = segments.map((segment) => {
      const index = (kind: string): number =>
        sizeOf(segmentFile(log.directory, segment.baseOffset, kind) + segment.suffix);
      return {
        segment,
        baseOffset: segment.baseOffset,
        sizeBytes: segment.sizeBytes,
        indexBytes: Math.max(index(OFFSET_INDEX_SUFFIX), index(TIME_INDEX_SUFFIX)),
      };
    });
    const last = segments.at(-1);
    const groups = groupSegments(sizes, {
      segmentBytes: log.config.segmentBytes,
      indexBytes: log.config.segmentIndexBytes,
      endOffset: last === undefined ? range.firstUncleanableOffset : nextBaseOf(log, last),
    });
    return groups.map((group) => group.map(({ segment }) => segment));
  }

  async #cleanGroup(group: readonly LogSegment[], rules: RetentionRules): Promise<void> {
    const { log, platform, settings, pace } = this.#options;
    const base = group[0]?.baseOffset ?? 0;
    const output = new CleanedSegment(this.#environment, base, bufferBytes(settings));
    this.#output = output;
    try {
      await this.#writeGroup(group, output, rules);
      await output.finish();
      pace.assertWanted();
      await output.makeSwap();
      // Since then it may have been cut, and written anew under the same names.
      pace.assertWanted();
      const isReplaced = log.replaceSegments(group, (segments) =>
        segments.replaceBySwap(group, log.config.fileDeleteDelayMs),
      );
      if (!isReplaced) throw new CleaningAborted(`${log.name} changed meanwhile`);
    } catch (error) {
      // Once the old segments have begun to go, the new one is the log.
      if (!log.segments.some(({ suffix }) => suffix === SWAP_SUFFIX)) output.discard(error);
      throw error;
    }
    await settleSwaps(log, platform.disk, pace);
  }

  async #writeGroup(
    group: readonly LogSegment[],
    output: CleanedSegment,
    rules: RetentionRules,
  ): Promise<void> {
    const tally = this.#tally;
    const last = group.findLast(({ sizeBytes }) => sizeBytes > 0);
    for (const segment of group) {
      await this.#eachBatch(segment, 0, function* ({ header, bytes, isLast }) {
        const verdict = yield* retainBatch(bytes, header, isLast && segment === last, rules);
        tally.bytesRead += bytes.length;
        tally.recordsKept += verdict.recordsKept;
        tally.recordsWithoutKey += verdict.recordsWithoutKey;
        if (verdict.bytes !== null) {
          output.add(verdict.bytes);
          tally.bytesWritten += verdict.bytes.length;
        }
        return true;
      });
    }
  }

  /** Resting in between, and within a large batch where `visit` yields; false when `visit` stopped it. */
  async #eachBatch(
    segment: LogSegment,
    from: number,
    visit: (batch: ReadBatch) => Generator<undefined, boolean, undefined>,
  ): Promise<boolean> {
    const { platform, settings, pace } = this.#options;
    const reader = new BatchReader(platform.disk, {
      path: segment.path,
      from,
      sizeBytes: segment.sizeBytes,
      bufferBytes: bufferBytes(settings),
    });
    const tally = this.#tally;
    try {
      for (let batch = reader.next(); batch !== null; batch = reader.next()) {
        const writtenBefore = tally.bytesWritten;
        const steps = visit(batch);
        let step = steps.next();
        for (; step.done !== true; step = steps.next()) {
          const pause = pace.spend(0);
          if (pause !== null) await pause;
        }
        if (!step.value) return false;
        const rest = pace.spend(batch.bytes.length + tally.bytesWritten - writtenBefore);
        if (rest !== null) await rest;
      }
      return true;
    } finally {
      reader.close();
    }
  }
}

/** For reading, and as much for writing. */
function bufferBytes({ ioBufferBytes }: RoundSettings): number {
  return Math.max(MIN_BUFFER_BYTES, Math.floor(ioBufferBytes / 2));
}

/** Base offset of the segment after this one, or the log's end. */
function nextBaseOf(log: PartitionLog, segment: LogSegment): number {
  const { segments } = log;
  return segments[segments.indexOf(segment) + 1]?.baseOffset ?? log.logEndOffset;
}

/**
 * Gives compacted segments their own names, which a crash or an earlier failure may have kept them from: once before
 * anything else is done to the log, and after each replacement (steps 3 and 4 of swap-files.ts).
 */
export async function settleSwaps(
  log: PartitionLog,
  disk: Platform['disk'],
  pace: Pick<CleaningPace, 'assertWanted'>,
): Promise<void> {
  const unsettled = (): LogSegment | undefined =>
    log.segments.slice(0, -1).find(({ suffix }) => suffix === SWAP_SUFFIX);
  while (unsettled() !== undefined) {
    await disk.syncDirectory(log.directory);
    pace.assertWanted();
    const segment = unsettled();
    if (segment === undefined) return;
    if (!log.replaceSegments([segment], (segments) => segments.settleSwap(segment))) return;
    await disk.syncDirectory(log.directory);
    pace.assertWanted();
  }
}
