/**
 * Prints a segment (`.log`) or a KRaft snapshot (`.checkpoint`): a line for each batch, with deep iteration one for
 * each record below it, and with their contents if wanted.
 */
import path from 'node:path';
import { ProtocolError } from '../../protocol/wire/protocol-error.ts';
import { CommandError } from '../command-error.ts';
import { describeBatch, type BatchFacts } from './batch-line.ts';
import { recordsOfV2, type DumpedRecord } from './batch-records.ts';
import { controlRecordText } from './control-record.ts';
import type { RecordDecoder } from './decoders/record-decoder.ts';
import { MAX_BYTES_DEFAULT, type DumpOptions } from './dump-options.ts';
import { absolutePathOf, titleOf } from './file-names.ts';
import type { Findings } from './findings.ts';
import { recordsOfLegacy } from './legacy-messages.ts';
import { LogFile } from './log-file.ts';
import { recordContents, recordMetadata } from './record-line.ts';
import { isV2, loadBatch, storedBatches, type StoredBatch } from './stored-batches.ts';

const READ_AHEAD_BYTES = 1_048_576;

/** Text with line ends. Throws CommandError where the file cannot be read any further. */
export function* dumpLog(
  file: string,
  options: DumpOptions,
  decode: RecordDecoder,
  findings: Findings,
): Generator<string> {
  yield `${titleOf(file)}\n`;
  yield* LogFile.with(file, READ_AHEAD_BYTES, function* (log) {
    const end = Math.min(log.sizeBytes, options.maxBytes);
    let validBytes = 0;
    let lastOffset = -1n;
    for (const batch of storedBatches(log, 0, end)) {
      try {
        const facts = describeBatch(log, batch);
        yield facts.start;
        yield `${facts.rest()}\n`;
        for (const record of options.deepIteration ? recordsOf(log, batch) : []) {
          if (record.offset !== BigInt.asIntN(64, lastOffset + 1n))
            findings.nonConsecutiveOffsets(absolutePathOf(file), lastOffset, record.offset);
          lastOffset = record.offset;
          yield* recordLine(record, facts, options, decode);
          yield '\n';
        }
      } catch (error) {
        throw explained(error, log, batch);
      }
      validBytes += batch.sizeBytes;
    }
    if (end > validBytes && options.maxBytes === MAX_BYTES_DEFAULT)
      yield `Found ${String(end - validBytes)} invalid bytes at the end of ${path.basename(file)}\n`;
  });
}

/** In parts: what stands before a part that cannot be read has been printed by then. */
function* recordLine(
  record: DumpedRecord,
  facts: BatchFacts,
  { skipRecordMetadata, printContents }: DumpOptions,
  decode: RecordDecoder,
): Generator<string> {
  if (!skipRecordMetadata) {
    yield recordMetadata(record, facts);
    if (facts.isControl) yield controlRecordText(record);
  }
  if (printContents && !facts.isControl) yield recordContents(record, decode, skipRecordMetadata);
}

/** The records of a batch. Throws ProtocolError or CommandError. */
export function recordsOf(log: LogFile, batch: StoredBatch): Generator<DumpedRecord> {
  const bytes = loadBatch(log, batch);
  return isV2(batch) ? recordsOfV2(bytes) : recordsOfLegacy(bytes);
}

/** Says where it was that something could not be read. */
export function explained(error: unknown, log: LogFile, batch: StoredBatch): unknown {
  if (!(error instanceof ProtocolError)) return error;
  return new CommandError(`${log.path}: the batch at position ${String(batch.position)}: ${error.message}`);
}
