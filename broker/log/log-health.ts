/**
 * Whether a partition's log may still be used. It goes offline once, for good and with its first cause: after a disk
 * failure that cannot be undone nothing is acknowledged and nothing is read until the broker is started again.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { Logger } from '../platform/logger.ts';
import type { AppendRefusal } from './append-checks.ts';
import { LogOfflineError } from './log-errors.ts';

/** Failures that pass by themselves; after any other the device is not trusted again. */
const PASSING_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE']);

/** The disk has failed, and not for a reason that passes. */
export function isDeviceFailure(error: unknown): boolean {
  return error instanceof Error && 'code' in error && !PASSING_CODES.has(String(error.code));
}

export interface LogHealthOptions {
  readonly name: string;
  readonly directory: string;
  readonly logger: Logger;
  readonly onFailure: ((cause: unknown) => void) | undefined;
}

export class LogHealth {
  readonly #options: LogHealthOptions;
  #failure: { readonly cause: unknown } | null = null;
  #closed = false;

  constructor(options: LogHealthOptions) {
    this.#options = options;
  }

  get isOffline(): boolean {
    return this.#failure !== null;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Neither closed nor offline. */
  get isGood(): boolean {
    return !this.#closed && this.#failure === null;
  }

  close(): void {
    this.#closed = true;
  }

  /** Throws LogOfflineError. */
  assertGood(): void {
    const { name } = this.#options;
    if (this.#failure !== null) throw new LogOfflineError(name, this.#failure.cause);
    if (this.#closed) throw new LogOfflineError(name, 'it was closed');
  }

  /** Takes the log offline and tells whoever must know, once. */
  fail(cause: unknown): void {
    if (!this.isGood) return;
    const { name, directory, logger, onFailure } = this.#options;
    this.#failure = { cause };
    logger.error(`${name} goes offline after a disk failure in ${directory}`, cause);
    onFailure?.(cause);
  }

  /** The disk under this log has failed elsewhere: whoever says so knows already. */
  takeOffline(cause: unknown): void {
    this.#failure ??= { cause };
  }

  /** A write failed. `isTorn`: what it left could not be taken back. The answer for whoever wanted to write. */
  writeFailed(error: unknown, isTorn: boolean): AppendRefusal {
    const { name, logger } = this.#options;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO';
    const text = error instanceof Error ? error.message : String(error);
    if (isTorn || !PASSING_CODES.has(code)) this.fail(error);
    else logger.error(`${name}: an append was refused and left no trace: ${text}`);
    return {
      errorCode: ErrorCode.KAFKA_STORAGE_ERROR,
      errorMessage: `The broker could not write the batch (${code}).`,
    };
  }
}
