/**
 * The names under which compaction's output takes the place of what it was made from, and what a start makes of them.
 * A reader after a crash at any moment finds either all the old segments or the new one.
 *
 *   1. The new files are written and forced as `<base>.log.cleaned`, `.index.cleaned` ..., their names too.
 *   2. They become `.swap`, the `.log` last: that makes it so. Forced.
 *   3. The old ones become `.deleted`. Forced, so that no file system may keep an old one beside step 4.
 *   4. `.swap` goes from the names, the `.log` last.
 *
 * The log uses the new segment from step 3 on, first under its `.swap` name. At a start, files with a `.log.cleaned`
 * are from before step 2 and go; a `.log.swap` is complete: the old segments within its offsets go, and it is
 * opened under that name until step 4 is made up for. The new segment always ends where the last old one ended
 * (its last batch is never taken away), so its offsets say which segments are old.
 */
import { join } from 'node:path';
import type { Disk } from '../../platform/platform.ts';
import { LogSegment, type SegmentEnvironment } from '../segment.ts';
import {
  CLEANED_SUFFIX,
  LOG_SUFFIX,
  offsetOfFile,
  SEGMENT_SUFFIXES,
  segmentFile,
  SWAP_SUFFIX,
} from '../segment-files.ts';

/** Indexes before the log: whoever sees the log under its new name finds them there. */
const LOG_LAST = [...SEGMENT_SUFFIXES].sort(
  (one, other) => Number(one === LOG_SUFFIX) - Number(other === LOG_SUFFIX),
);
const LOG_FIRST = LOG_LAST.toReversed();

/** Renames the files of one segment from one ending to another. */
export function renameSegmentFiles(
  disk: Disk,
  directory: string,
  baseOffset: number,
  from: string,
  to: string,
): void {
  for (const kind of LOG_LAST) {
    const path = segmentFile(directory, baseOffset, kind);
    if (disk.exists(path + from)) disk.rename(path + from, path + to);
  }
}

export function removeSegmentFiles(disk: Disk, directory: string, baseOffset: number, suffix: string): void {
  for (const kind of suffix === SWAP_SUFFIX ? LOG_FIRST : LOG_LAST) {
    const path = segmentFile(directory, baseOffset, kind) + suffix;
    if (disk.exists(path)) disk.removeFile(path);
  }
}

/** At a start, before segments are opened: leaves of an interrupted replacement either nothing or the complete `.swap` files. */
export function recoverSwaps(environment: SegmentEnvironment): void {
  const { disk, directory, logger } = environment;
  const names = disk.list(directory);
  const undone = basesOf(names, LOG_SUFFIX + CLEANED_SUFFIX);
  for (const base of undone) {
    removeSegmentFiles(disk, directory, base, SWAP_SUFFIX);
    removeSegmentFiles(disk, directory, base, CLEANED_SUFFIX);
  }
  const done = basesOf(names, LOG_SUFFIX + SWAP_SUFFIX).filter((base) => !undone.includes(base));
  for (const base of done) {
    renameSegmentFiles(disk, directory, base, CLEANED_SUFFIX, SWAP_SUFFIX);
    const nextOffset = completeSwap(environment, base);
    logger.info(
      `${directory}: the compacted segment ${base} takes the place of all up to offset ${nextOffset - 1}`,
    );
  }
  for (const name of disk.list(directory)) {
    if (name.endsWith(CLEANED_SUFFIX)) disk.removeFile(join(directory, name));
    else if (name.endsWith(SWAP_SUFFIX)) placeLeftover(disk, directory, name, done);
  }
}

function basesOf(names: readonly string[], suffix: string): number[] {
  return names.map((name) => offsetOfFile(name, suffix)).filter((base) => base !== null);
}

/** Takes away what the new segment stands for; gives the offset after its last. */
function completeSwap(environment: SegmentEnvironment, base: number): number {
  const { disk, directory } = environment;
  for (const kind of SEGMENT_SUFFIXES) {
    const path = segmentFile(directory, base, kind);
    if (!disk.exists(path)) continue;
    // Step 4 had begun where the `.swap` of the same kind is gone.
    if (disk.exists(path + SWAP_SUFFIX)) disk.removeFile(path);
    else disk.rename(path, path + SWAP_SUFFIX);
  }
  const segment = new LogSegment(environment, base, { create: false, suffix: SWAP_SUFFIX });
  const { nextOffset } = segment.findEnd();
  segment.closeFiles();
  const covered = basesOf(disk.list(directory), LOG_SUFFIX).filter((old) => old > base && old < nextOffset);
  for (const old of covered) removeSegmentFiles(disk, directory, old, '');
  return nextOffset;
}

/** An index whose log has its own name already (step 4), or whose log never came so far (step 2). */
function placeLeftover(disk: Disk, directory: string, name: string, done: readonly number[]): void {
  const plainName = name.slice(0, -SWAP_SUFFIX.length);
  for (const kind of SEGMENT_SUFFIXES) {
    const base = offsetOfFile(plainName, kind);
    if (base === null) continue;
    if (done.includes(base)) return;
    const isMissing = !disk.exists(join(directory, plainName));
    if (isMissing && disk.exists(segmentFile(directory, base, LOG_SUFFIX))) {
      disk.rename(join(directory, name), join(directory, plainName));
      return;
    }
  }
  disk.removeFile(join(directory, name));
}
