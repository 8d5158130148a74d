/**
 * What can go wrong with the database as a whole, whichever of the three it is. The message is for people: what happened,
 * where, what to do; an address in it never carries a password.
 *
 * The first group is found when the database is opened, the second while it is used. What is `retriable` may go well a moment later:
 * whoever asked decides whether to wait, nothing of the call took place.
 */
export type StoreErrorCode =
  | 'unsupported-url'
  | 'cannot-open'
  | 'corrupt'
  | 'newer-database'
  | 'changed-migration'
  | 'server-too-old'
  | 'not-empty'
  | StoreFailure;

/** `busy`: locked by others for too long; `full`: no space; `unreachable`: no server, or it went away; `io`: the disk, or read-only. */
export type StoreFailure = 'busy' | 'full' | 'unreachable' | 'io';

const failures: readonly StoreErrorCode[] = ['busy', 'full', 'unreachable', 'io'];

/** `kind`, not `code`: Prisma takes an error with a code for one of its own and loses the rest. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: StoreErrorCode;

  constructor(kind: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }

  /** True for what happens to a database that was well before: it says nothing about what was asked. */
  get retriable(): boolean {
    return failures.includes(this.kind);
  }
}

/** Also of another bundle's class: Next gives each its own copy of this module. */
export function isStoreFailure(error: unknown): error is StoreError {
  return error instanceof Error && error.name === 'StoreError' && (error as StoreError).retriable;
}
