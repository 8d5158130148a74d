/**
 * From the files in a partition's folder to its segments, leader epochs and producers: what Kafka's LogLoader does.
 *
 * After a clean stop nothing is read but the end of the last segment. Otherwise every segment at or above the
 * recovery point is read whole and its indexes are built anew; at the first damage the log is cut there, the
 * segments after it are set aside as `.deleted` (they go at the next start), and one line says where.
 */
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { NO_END } from './batch-scan.ts';
import { readLeaderEpochs } from './checkpoint-files.ts';
import { recoverSwaps } from './cleaner/swap-files.ts';
import { LeaderEpochs } from './leader-epochs.ts';
import { loadProducers } from './producer-loading.ts';
import { ProducerState } from './producer-state.ts';
import { LogSegment, type SegmentEnvironment } from './segment.ts';
import {
  CLEANED_SUFFIX,
  DELETED_SUFFIX,
  LOG_SUFFIX,
  OFFSET_INDEX_SUFFIX,
  offsetOfFile,
  SEGMENT_SUFFIXES,
  segmentFile,
  SWAP_SUFFIX,
  TEMPORARY_SUFFIX,
  TIME_INDEX_SUFFIX,
} from './segment-files.ts';

export const LEADER_EPOCH_FILE = 'leader-epoch-checkpoint';

export interface LoadOptions {
  readonly environment: SegmentEnvironment;
  readonly cleanShutdown: boolean;
  readonly recoveryPoint: number;
  readonly logStartOffset: number;
  /** It was made just now and holds nothing of a log. */
  readonly folderIsNew: boolean;
  /** Compaction takes records away; any other log has no gaps in its offsets. */
  readonly allowsGaps: boolean;
}

export interface LoadedLog {
  /** At least one, by base offset; the last is the active one. */
  readonly segments: LogSegment[];
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly epochs: LeaderEpochs;
  readonly producers: ProducerState;
  /** Offset of the newest producer snapshot, -1 without one. */
  readonly snapshotOffset: number;
  /** Their file does not say what the log says. */
  readonly epochsDiffer: boolean;
  readonly hasEpochsFile: boolean;
  /** Nothing was here before. */
  readonly isNew: boolean;
  /** Nothing was found that had to be cut, checked or made anew. */
  readonly isAsLeft: boolean;
}

export function loadLog(options: LoadOptions): LoadedLog {
  return options.folderIsNew ? newLog(options) : findLog(options);
}

/** Thousands may be made at once: the disk is asked for nothing but the file that is needed. */
function newLog({ environment, logStartOffset }: LoadOptions): LoadedLog {
  return {
    segments: [new LogSegment(environment, logStartOffset, { create: true })],
    logStartOffset,
    logEndOffset: logStartOffset,
    epochs: new LeaderEpochs([]),
    producers: new ProducerState(),
    snapshotOffset: -1,
    isAsLeft: true,
    epochsDiffer: false,
    hasEpochsFile: false,
    isNew: true,
  };
}

function findLog(options: LoadOptions): LoadedLog {
  const { environment } = options;
  const { disk, directory, logger } = environment;
  disk.makeDirectory(directory);
  const names = tidyFiles(environment);
  const epochPath = join(directory, LEADER_EPOCH_FILE);
  const epochsInFile = readLeaderEpochs(disk, epochPath, (problem) =>
    logger.warn(`${epochPath} ${problem}: the leader epochs are read from the log instead`),
  );
  let epochs = new LeaderEpochs(epochsInFile);
  let segments = openSegments(environment, names);
  const ended = findEnd(segments, options, epochs);
  const isNew = segments.length === 0;
  segments = ended.segments;
  let { logEndOffset } = ended;
  if (segments.length === 0 || logEndOffset < options.logStartOffset) {
    if (segments.length > 0)
      logger.error(
        `${directory}: the log ends at offset ${logEndOffset}, before its start ${options.logStartOffset}: its segments are set aside and it begins anew there`,
      );
    setAside(environment, segments);
    logEndOffset = options.logStartOffset;
    segments = [new LogSegment(environment, logEndOffset, { create: true })];
  }
  const logStartOffset = Math.max(options.logStartOffset, segments[0]?.baseOffset ?? 0);
  // The file is missing or damaged, or says less than the log has: a crash may have moved its start back.
  if ((epochs.entries[0]?.startOffset ?? logEndOffset) > logStartOffset) epochs = epochsOf(segments);
  epochs.truncateStart(logStartOffset);
  epochs.truncateEnd(logEndOffset);
  const producers = new ProducerState();
  const snapshotOffset = loadProducers(producers, environment, {
    segments,
    logStartOffset,
    logEndOffset,
    rebuiltFrom: ended.recoveredFrom,
  });
  const epochsDiffer = !isDeepStrictEqual(epochs.entries, epochsInFile);
  const hasEpochsFile = names.includes(LEADER_EPOCH_FILE);
  return {
    ...{ segments, logStartOffset, logEndOffset, epochs, epochsDiffer, hasEpochsFile },
    ...{ producers, snapshotOffset, isNew },
    isAsLeft: ended.recoveredFrom === null && segments === ended.segments && segments.length > 0,
  };
}

/** In order; a finished compaction's segment still under its `.swap` name, until the cleaner settles it. */
function openSegments(environment: SegmentEnvironment, names: readonly string[]): LogSegment[] {
  const known = new Set(names);
  const has = (offset: number, suffix: string): boolean =>
    [OFFSET_INDEX_SUFFIX, TIME_INDEX_SUFFIX].some((kind) =>
      known.has(basename(segmentFile(environment.directory, offset, kind + suffix))),
    );
  return names
    .flatMap((name) =>
      ['', SWAP_SUFFIX].map((suffix) => ({ suffix, offset: offsetOfFile(name, LOG_SUFFIX + suffix) })),
    )
    .flatMap(({ suffix, offset }) =>
      offset === null
        ? []
        : [new LogSegment(environment, offset, { create: false, suffix, hasIndexes: has(offset, suffix) })],
    );
}

const LEFTOVERS = [DELETED_SUFFIX, TEMPORARY_SUFFIX, CLEANED_SUFFIX, SWAP_SUFFIX];

/**
 * Removes what an interrupted deletion or compaction left, and completes finished compactions. Gives the names that
 * are there then; as a rule there is nothing to do, and the folder is looked at once.
 */
function tidyFiles(environment: SegmentEnvironment): readonly string[] {
  const { disk, directory, logger } = environment;
  let names = disk.list(directory);
  if (names.some((name) => LEFTOVERS.some((suffix) => name.endsWith(suffix)))) {
    recoverSwaps(environment);
    for (const name of disk.list(directory)) {
      if (name.endsWith(DELETED_SUFFIX) || name.endsWith(TEMPORARY_SUFFIX)) {
        disk.removeFile(join(directory, name));
      }
    }
    names = disk.list(directory);
  }
  const present = new Set(names);
  for (const suffix of SEGMENT_SUFFIXES) {
    if (suffix === LOG_SUFFIX) continue;
    for (const name of present) {
      const offset = offsetOfFile(name, suffix);
      if (offset === null || present.has(segmentFile('', offset, LOG_SUFFIX))) continue;
      logger.warn(`${directory}/${name} belongs to no segment: removed`);
      disk.removeFile(join(directory, name));
    }
  }
  return names;
}

interface FoundEnd {
  readonly segments: LogSegment[];
  readonly logEndOffset: number;
  /** Base of the first segment whose indexes were built anew, null when nothing was. */
  readonly recoveredFrom: number | null;
}

function findEnd(segments: LogSegment[], options: LoadOptions, epochs: LeaderEpochs): FoundEnd {
  const active = segments.at(-1);
  if (active === undefined) return { segments, logEndOffset: options.logStartOffset, recoveredFrom: null };
  if (options.cleanShutdown) {
    const { nextOffset, end } = active.findEnd();
    // A clean stop leaves the recovery point at the log end; headers alone cannot tell a base offset that has rotted.
    const isAsLeft = options.recoveryPoint === 0 || options.recoveryPoint === nextOffset;
    if (end.problem === null && isAsLeft) return { segments, logEndOffset: nextOffset, recoveredFrom: null };
  }
  const firstToCheck = options.cleanShutdown
    ? segments.length - 1
    : Math.max(
        0,
        // Not the one that begins there: the indexes of the one before it may not have been forced.
        segments.findLastIndex((segment) => segment.baseOffset < options.recoveryPoint),
      );
  return recover(segments, firstToCheck, options, epochs);
}

function recover(
  segments: LogSegment[],
  firstToCheck: number,
  { environment, allowsGaps }: LoadOptions,
  epochs: LeaderEpochs,
): FoundEnd {
  const recoveredFrom = segments[firstToCheck]?.baseOffset ?? 0;
  let logEndOffset = recoveredFrom;
  for (const [index, segment] of segments.entries()) {
    if (index < firstToCheck) continue;
    // A hole: the file before it had not reached the device, its successor's name had.
    if (segment.baseOffset < logEndOffset || (segment.baseOffset > logEndOffset && !allowsGaps)) {
      environment.logger.error(
        `${segment.path} begins at offset ${segment.baseOffset}, but the log before it ends at ${logEndOffset}: it and all after it are set aside`,
      );
      setAside(environment, segments.slice(index));
      return { segments: segments.slice(0, index), logEndOffset, recoveredFrom };
    }
    const sizeBefore = segment.sizeBytes;
    const { nextOffset, end } = segment.recover(
      (header) => {
        epochs.assign(header.partitionLeaderEpoch, header.baseOffset);
      },
      { allowsGaps, endOffset: segments[index + 1]?.baseOffset ?? NO_END },
    );
    logEndOffset = nextOffset;
    if (segment.sizeBytes === sizeBefore) continue;
    const later = segments.slice(index + 1);
    environment.logger.warn(
      `${segment.path} was cut from ${sizeBefore} to ${end.position} bytes, the log ends at offset ${nextOffset}: ${end.problem ?? 'an offset does not fit the segment'}` +
        (later.length === 0 ? '' : `; ${later.length} later segments were set aside`),
    );
    setAside(environment, later);
    return { segments: segments.slice(0, index + 1), logEndOffset, recoveredFrom };
  }
  return { segments, logEndOffset, recoveredFrom };
}

function setAside({ disk, directory }: SegmentEnvironment, segments: readonly LogSegment[]): void {
  for (const segment of segments) {
    segment.closeFiles();
    for (const kind of SEGMENT_SUFFIXES) {
      const path = segmentFile(directory, segment.baseOffset, kind) + segment.suffix;
      if (disk.exists(path)) disk.rename(path, path + DELETED_SUFFIX);
    }
  }
}

function epochsOf(segments: readonly LogSegment[]): LeaderEpochs {
  const epochs = new LeaderEpochs([]);
  for (const segment of segments) {
    segment.visitFrom(segment.baseOffset, (header) => {
      epochs.assign(header.partitionLeaderEpoch, header.baseOffset);
    });
  }
  return epochs;
}
