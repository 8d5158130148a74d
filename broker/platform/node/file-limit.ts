/**
 * How many files and sockets this process may have open, and how they are shared out: a quarter for the files of logs,
 * which are opened and closed as they are used, a little for everything else, and connections the rest. A log that
 * cannot open its files is worse than a client that has to wait. Linux tells the limit in /proc; elsewhere it is taken
 * as unknown.
 */
import { readFileSync } from 'node:fs';

/** Without a limit that is known. */
const LOG_FILES_OF_UNKNOWN = 1_000;
/** More open files than this make nothing faster: 3,000 partitions in use with log and both indexes. */
const MOST_LOG_FILES = 9_000;
/** Listeners, checkpoints, lock files, what Node itself has open. */
const OTHER_FILES = 100;

/** -1 when it is not known. */
export function openFileLimit(): number {
  try {
    const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
    return line ? Number(line[1]) : -1;
  } catch {
    return -1;
  }
}

/** Files of logs that may be open at one time. */
export function logFileLimit(fileLimit: number): number {
  return fileLimit < 0 ? LOG_FILES_OF_UNKNOWN : Math.min(MOST_LOG_FILES, Math.floor(fileLimit / 4));
}

/** Sockets that may be open at one time: what logs and the rest leave, and at least half of what there is. */
export function connectionLimit(fileLimit: number): number {
  return fileLimit < 0
    ? Infinity
    : Math.max(Math.floor(fileLimit / 2), fileLimit - logFileLimit(fileLimit) - OTHER_FILES);
}
