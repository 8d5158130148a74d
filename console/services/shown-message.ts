/** A record as the API gives it: bytes as text or base64, cut so that no answer grows beyond what a page can hold. */
import type { ReadRecord } from '../../kafka-client/records/read-fetched.ts';
import type { Message } from '../contracts/messages.ts';
import { shownBytes } from '../messages/record-text.ts';

/** Of all keys and values of an answer together. */
const ANSWER_BYTES = 4 * 1024 * 1024;
/** However many are asked for, so much is shown of each. */
const SHOWN_BYTES_LEAST = 512;
const HEADERS_SHOWN = 100;
const HEADER_BYTES_SHOWN = 1024;

/** What may be shown of each of so many. */
export function bytesForEach(asked: number, count: number): number {
  return Math.min(asked, Math.max(SHOWN_BYTES_LEAST, Math.floor(ANSWER_BYTES / Math.max(1, count))));
}

export function shownMessage(record: ReadRecord, partition: number, maxBytes: number): Message {
  const key = shownBytes(record.key, maxBytes);
  const value = shownBytes(record.value, maxBytes);
  const headers = record.headers.slice(0, HEADERS_SHOWN).map((header) => {
    const shown = shownBytes(header.value, Math.min(maxBytes, HEADER_BYTES_SHOWN));
    return {
      key: header.key.slice(0, HEADER_BYTES_SHOWN),
      value: shown?.text ?? null,
      valueEncoding: shown?.encoding ?? ('text' as const),
      valueSizeBytes: shown?.sizeBytes ?? 0,
      isCut: (shown?.isCut ?? false) || header.key.length > HEADER_BYTES_SHOWN,
    };
  });
  const headerBytes = record.headers.reduce(
    (sum, header) => sum + Buffer.byteLength(header.key) + (header.value?.length ?? 0),
    0,
  );
  return {
    partition,
    offset: record.offset,
    timestamp: record.timestampMs,
    key: key?.text ?? null,
    keyEncoding: key?.encoding ?? 'text',
    keySizeBytes: key?.sizeBytes ?? 0,
    value: value?.text ?? null,
    valueEncoding: value?.encoding ?? 'text',
    valueSizeBytes: value?.sizeBytes ?? 0,
    headers: headers.map(({ isCut: _isCut, ...header }) => header),
    sizeBytes: (key?.sizeBytes ?? 0) + (value?.sizeBytes ?? 0) + headerBytes,
    isCut:
      (key?.isCut ?? false) ||
      (value?.isCut ?? false) ||
      record.headers.length > HEADERS_SHOWN ||
      headers.some(({ isCut }) => isCut),
  };
}
