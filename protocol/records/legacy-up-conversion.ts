/**
 * Produce versions 0 to 2 carry message sets; a log holds record batches. One message set becomes one batch with the
 * same records, times (none in magic 0) and compression.
 */
import { ProtocolError } from '../wire/protocol-error.ts';
import { encodeRecordBatch } from './encode-batch.ts';
import { decodeMessageSet } from './legacy-message-set.ts';

/** Throws ProtocolError for anything broken. */
export function convertMessageSet(messageSet: Buffer): Buffer {
  const messages = decodeMessageSet(messageSet);
  const first = messages[0];
  if (first === undefined) throw new ProtocolError('value', 'the message set is empty');
  return encodeRecordBatch({
    records: messages.map(({ key, value, timestampMs }) => ({ key, value, timestampMs })),
    timestampMs: first.timestampMs,
    compression: first.compression,
  });
}
