/**
 * Fetch versions 0 to 3 know message sets only. Record batches become uncompressed messages; headers, producer ids
 * and control records are lost, and with magic 0 the times (as Kafka up to 3.9 did it).
 */
import { decodeRecords } from './decode-records.ts';
import { encodeMessage, type LegacyMagic } from './legacy-message-set.ts';
import { forEachBatch } from './record-batch.ts';

/** Conversion stops after the batch that passes this: what is stored compressed may grow a lot. */
const MAX_CONVERTED_BYTES = 8_388_608;
const MAX_DECOMPRESSED_BYTES = 67_108_864;

/** Messages from `startOffset` on. Throws ProtocolError when a batch cannot be read. */
export function convertToMessageSet(batches: Buffer, magic: LegacyMagic, startOffset: number): Buffer {
  const messages: Buffer[] = [];
  let convertedBytes = 0;
  forEachBatch(batches, (header) => {
    if (header.isControl) return true;
    for (const record of decodeRecords(batches, header, { maxOutputBytes: MAX_DECOMPRESSED_BYTES })) {
      if (record.offset < startOffset) continue;
      const message = encodeMessage(magic, record, header.isLogAppendTime);
      convertedBytes += message.length;
      messages.push(message);
    }
    return convertedBytes < MAX_CONVERTED_BYTES;
  });
  return Buffer.concat(messages);
}
