/**
 * Where the controller's decisions become facts. The controller sees only this interface: an ordered log whose
 * batches are either committed or not. Today it is a file of this broker (local-metadata-log.ts); a quorum of
 * controllers is another implementation, in which `append` resolves when a majority has the batch.
 */

/** One record of the log as stored: the value of the record, framed as Kafka's metadata records are. */
export interface StoredRecord {
  readonly offset: number;
  readonly value: Buffer;
}

export interface MetadataLog {
  /** Every committed record from the start, in order, some at a time. */
  replay(): Iterable<readonly StoredRecord[]>;
  /**
   * Appends the values as one batch and resolves with the offset of the first when it is committed (for one node:
   * forced to the device). One call at a time. Rejects with MetadataLogError.
   */
  append(values: readonly Buffer[]): Promise<number>;
  close(): Promise<void>;
}

export class MetadataLogError extends Error {
  /** False: nothing was written, and the next append may work (disk full). True: nobody knows, writing must stop. */
  readonly outcomeUnknown: boolean;

  constructor(message: string, options: { readonly outcomeUnknown: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'MetadataLogError';
    this.outcomeUnknown = options.outcomeUnknown;
  }
}
