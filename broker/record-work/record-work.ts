/**
 * Work on records that may take long: opening compressed batches to check them, converting between formats, compressing
 * anew. The event loop serves all clients, so what would hold it up goes to another thread (worker-record-work.ts, node/); what costs less than
 * the way there and back is done at once, here.
 *
 * Both ways run the same functions and give the same answers; only the limits differ. `inlineRecordWork` does everything
 * at once: for tests and simulations, which want no threads.
 */
import { maxRecordsBytes } from '../../protocol/records/decompression-limits.ts';
import { convertToMessageSet } from '../../protocol/records/legacy-down-conversion.ts';
import type { LegacyMagic } from '../../protocol/records/legacy-message.ts';
import { ProtocolError } from '../../protocol/wire/protocol-error.ts';
import type { BatchHeader } from '../../protocol/records/record-batch.ts';
import type { AppendContext, AppendRefusal, CheckedRecords } from '../log/append-checks.ts';
import { checkAppend, checkMessageSet, checkRecords, type OutputLimit } from '../log/record-checks.ts';

export type CheckOutcome = CheckedRecords | AppendRefusal;

export interface RecordWork {
  /** Whether and as what `records` may be appended. A promise only where it takes long; it never rejects. */
  check(records: Buffer, context: AppendContext): CheckOutcome | Promise<CheckOutcome>;
  /** Stored batches as a message set; null if they cannot be read. A promise only where it takes long; it never rejects. */
  toMessageSet(
    batches: Buffer,
    magic: LegacyMagic,
    startOffset: number,
  ): Buffer | null | Promise<Buffer | null>;
  /** Ends the threads; what was under way is refused. */
  stop(): Promise<void>;
}

/** Plain data, so that it can cross to another thread. */
export type RecordJob =
  | {
      readonly kind: 'batch';
      readonly bytes: Buffer;
      readonly header: BatchHeader;
      readonly context: AppendContext;
    }
  | { readonly kind: 'message-set'; readonly bytes: Buffer; readonly context: AppendContext }
  | {
      readonly kind: 'down-convert';
      readonly bytes: Buffer;
      readonly magic: LegacyMagic;
      readonly startOffset: number;
    };

/** Throws ProtocolError when stored batches that are to be converted cannot be read. */
export function runRecordJob(job: RecordJob, outputLimit: OutputLimit): Buffer | CheckOutcome {
  switch (job.kind) {
    case 'batch':
      return checkRecords(job.bytes, job.header, job.context, outputLimit);
    case 'message-set':
      return checkMessageSet(job.bytes, job.context, outputLimit);
    case 'down-convert':
      return convertToMessageSet(job.bytes, job.magic, job.startOffset, outputLimit);
  }
}

export const inlineRecordWork: RecordWork = {
  check: (records, context) => checkAppend(records, context),
  toMessageSet: (batches, magic, startOffset) => {
    try {
      return convertToMessageSet(batches, magic, startOffset, maxRecordsBytes);
    } catch (error) {
      if (error instanceof ProtocolError) return null;
      throw error;
    }
  },
  stop: () => Promise.resolve(),
};
