/** The line that the tool prints for a record, below the line of its batch. */
import type { BatchFacts } from './batch-line.ts';
import type { DumpedRecord } from './batch-records.ts';
import type { RecordDecoder } from './decoders/record-decoder.ts';

const INDENT = '|';

/** What stands before the contents. */
export function recordMetadata(record: DumpedRecord, batch: BatchFacts): string {
  const { checksum, key, value } = record;
  const sizes = `keySize: ${String(key?.length ?? -1)} valueSize: ${String(value?.length ?? -1)}`;
  const line = `${INDENT} offset: ${String(record.offset)} ${batch.timestampType}: ${String(record.timestampMs)} ${sizes}`;
  if (checksum !== null)
    return `${line} isValid: ${String(checksum.isValid)} crc: ${String(checksum.stored)}`;
  return `${line} sequence: ${String(record.sequence)} headerKeys: [${record.headerKeys.join(',')}]`;
}

/** Key and payload; `isAlone` when no metadata stands before them. Throws CommandError where the decoder gives up. */
export function recordContents(record: DumpedRecord, decode: RecordDecoder, isAlone: boolean): string {
  const { key, payload } = decode(record);
  let text = '';
  let prefix = isAlone ? `${INDENT} ` : ' ';
  if (key !== null) {
    text = `${prefix}key: ${key}`;
    prefix = ' ';
  }
  return payload === null ? text : `${text}${prefix}payload: ${payload}`;
}
