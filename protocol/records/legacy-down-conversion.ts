/**
 * Fetch versions 0 to 3 know message sets only (as Kafka served them up to 3.9, class RecordsUtil): an uncompressed
 * batch becomes messages from the offset that was asked for on, a compressed one becomes one wrapper around all its
 * messages. Headers, producer ids and control batches are lost, and with magic 0 the times.
 *
 * The answer is not larger than the stored batches were, except that the first batch is given whole. Kafka fills the room that is
 * left with a message that is cut off, which readers skip; here it stays empty.
 */
import { CompressionCode } from './batch-format.ts';
import { compress, compressForMagic0 } from './compression.ts';
import { decodeRecords, type DecodedRecord } from './decode-records.ts';
import {
  encodeMessage,
  messageBytes,
  writeMessageAt,
  type LegacyMagic,
  type MessageInput,
} from './legacy-message.ts';
import { forEachBatch, type BatchHeader } from './record-batch.ts';

const FIRST_BYTES = 16_384;

/** Message after message, in a buffer that doubles. */
class MessageWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  readonly #magic: LegacyMagic;

  constructor(magic: LegacyMagic) {
    this.#magic = magic;
  }

  get length(): number {
    return this.#length;
  }

  write(message: MessageInput): void {
    this.#room(messageBytes(this.#magic, message));
    this.#length = writeMessageAt(this.#bytes, this.#length, this.#magic, message);
  }

  append(bytes: Buffer): void {
    this.#room(bytes.length);
    this.#length += bytes.copy(this.#bytes, this.#length);
  }

  written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #room(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

/**
 * The stored `batches` as messages. `maxRecordsBytes` bounds what one compressed batch of so many bytes may grow to. Throws ProtocolError
 * when a batch cannot be read.
 */
export function convertToMessageSet(
  batches: Buffer,
  magic: LegacyMagic,
  startOffset: number,
  maxRecordsBytes: (compressedBytes: number) => number,
): Buffer {
  const output = new MessageWriter(magic);
  forEachBatch(batches, (header) => {
    if (header.isControl) return true;
    const options = { maxOutputBytes: maxRecordsBytes(header.sizeBytes) };
    const records = decodeRecords(batches, header, options);
    const isFirst = output.length === 0;
    const roomBytes = isFirst ? Number.MAX_SAFE_INTEGER : batches.length - output.length;
    return header.compression === 'none'
      ? writePlain(output, header, records, magic, startOffset, roomBytes)
      : writeWrapped(output, header, records, magic, roomBytes);
  });
  return output.written();
}

/** False when the room was not enough for all. */
function writePlain(
  output: MessageWriter,
  header: BatchHeader,
  records: Iterable<DecodedRecord>,
  magic: LegacyMagic,
  startOffset: number,
  roomBytes: number,
): boolean {
  let left = roomBytes;
  for (const record of records) {
    if (record.offset < startOffset) continue;
    left -= messageBytes(magic, record);
    if (left < 0) return false;
    output.write({ ...record, isLogAppendTime: header.isLogAppendTime });
  }
  return true;
}

function writeWrapped(
  output: MessageWriter,
  header: BatchHeader,
  records: Iterable<DecodedRecord>,
  magic: LegacyMagic,
  roomBytes: number,
): boolean {
  const { isLogAppendTime, compression } = header;
  const inner = new MessageWriter(magic);
  let firstOffset = -1;
  let lastOffset = -1;
  let maxTimestampMs = -1;
  for (const record of records) {
    if (firstOffset < 0) firstOffset = record.offset;
    lastOffset = record.offset;
    maxTimestampMs = Math.max(maxTimestampMs, record.timestampMs);
    const offset = magic === 0 ? record.offset : record.offset - firstOffset;
    inner.write({ ...record, offset, isLogAppendTime });
  }
  if (inner.length === 0) return true;
  const pack = magic === 0 ? compressForMagic0 : compress;
  const wrapper = encodeMessage(magic, {
    ...{ offset: lastOffset, timestampMs: maxTimestampMs, isLogAppendTime },
    key: null,
    value: pack(compression, inner.written()),
    compressionCode: CompressionCode[compression],
  });
  if (wrapper.length > roomBytes) return false;
  output.append(wrapper);
  return true;
}
