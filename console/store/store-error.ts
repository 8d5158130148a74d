/** What can go wrong with the database as a whole; the message is one line for the person who started it. */
export type StoreErrorCode =
  'unsupported-url' | 'cannot-open' | 'corrupt' | 'newer-database' | 'changed-migration';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
