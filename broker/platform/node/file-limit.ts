/**
 * How many files and sockets this process may have open. Linux tells it in /proc; elsewhere it is taken as unknown.
 * Connections leave a reserve, because a log that cannot open its files is worse than a client that has to wait.
 */
import { readFileSync } from 'node:fs';

/** Files that logs keep open, and a little for everything else. */
const RESERVED_FILES = 1_100;

/** -1 when it is not known. */
export function openFileLimit(): number {
  try {
    const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
    return line ? Number(line[1]) : -1;
  } catch {
    return -1;
  }
}

/** Sockets that may be open at one time: all but the reserve, and at least half of what there is. */
export function connectionLimit(fileLimit: number): number {
  return fileLimit < 0 ? Infinity : Math.max(Math.floor(fileLimit / 2), fileLimit - RESERVED_FILES);
}
