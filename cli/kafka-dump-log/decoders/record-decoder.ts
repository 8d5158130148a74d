/** Turns a record into the key and payload that the tool prints; null leaves that part away. */
import type { DumpedRecord } from '../batch-records.ts';

export interface DecodedRecordText {
  readonly key: string | null;
  readonly payload: string | null;
}

export type RecordDecoder = (record: DumpedRecord) => DecodedRecordText;
