/**
 * A failure that a caller is told about: one of the contract's problem types, with words for this case.
 * Anything else that is thrown is a fault of ours and answers 500 without details.
 */
import type { ProblemType } from '../contracts/problem.ts';
import { isStoreFailure } from '../store/store-error.ts';

export interface ConsoleErrorDetails {
  /** What is wrong with each field, for 422. */
  errors?: Record<string, string>;
  retryAfterSeconds?: number;
  /** How many more wrong ones may be. */
  triesLeft?: number;
  cause?: unknown;
}

export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
  readonly type: ProblemType;
  readonly errors: Record<string, string> | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly triesLeft: number | undefined;

  constructor(type: ProblemType, detail: string, details: ConsoleErrorDetails = {}) {
    super(detail, { cause: details.cause });
    this.type = type;
    this.errors = details.errors;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.triesLeft = details.triesLeft;
  }
}

/** What a caller is told of an error; null: nothing but that it is ours. A database that fails says itself what is wrong with it. */
export function tellable(error: unknown): ConsoleError | null {
  if (error instanceof ConsoleError) return error;
  return isStoreFailure(error) ? new ConsoleError('not-ready', error.message, { cause: error }) : null;
}
