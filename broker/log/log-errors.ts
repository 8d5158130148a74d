/**
 * The three ways in which reading or writing a log can fail apart from refusing a batch (which is an error code).
 * Each says which log, and where in it.
 */

/** The offset asked for lies before the log start or beyond the log end. */
export class OffsetOutOfRangeError extends Error {
  readonly logStartOffset: number;
  readonly logEndOffset: number;

  constructor(log: string, offset: number, logStartOffset: number, logEndOffset: number) {
    super(`${log} has no offset ${offset}: it holds ${logStartOffset} up to (not with) ${logEndOffset}`);
    this.name = 'OffsetOutOfRangeError';
    this.logStartOffset = logStartOffset;
    this.logEndOffset = logEndOffset;
  }
}

/** Stored bytes are not what was written. They are never handed out. */
export class CorruptLogError extends Error {
  readonly path: string;
  readonly position: number;

  constructor(path: string, position: number, problem: string) {
    super(`${path} is damaged at byte ${position}: ${problem}`);
    this.name = 'CorruptLogError';
    this.path = path;
    this.position = position;
  }
}

/** The log was taken offline after a disk failure; it answers nothing until the broker is started again. */
export class LogOfflineError extends Error {
  constructor(log: string, cause: unknown) {
    super(`${log} is offline after a disk failure`, { cause });
    this.name = 'LogOfflineError';
  }
}
