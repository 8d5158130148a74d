/**
 * One message of magic 0 or 1 (before KIP-98) where it lies in a buffer:
 *
 *   offset int64 | size int32 | crc uint32 | magic int8 | attributes int8 | timestamp int64 (magic 1) |
 *   key, value as int32 length (-1 = null) and bytes
 *
 * with a CRC-32 (IEEE) from the magic on. A MessageView is moved over the messages of a set; it copies nothing.
 */
import { crc32 } from '../wire/crc32.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import {
  COMPRESSION_MASK,
  compressionNameOf,
  LOG_APPEND_TIME_FLAG,
  NONE,
  type CompressionName,
} from './batch-format.ts';
import { InvalidRecordsError } from './invalid-records-error.ts';
import { readSafeInt64, writeSafeInt64 } from './record-batch.ts';

export type LegacyMagic = 0 | 1;

const MAGIC_POSITION = 16;
const ATTRIBUTES_POSITION = 17;
const TIMESTAMP_POSITION = 18;
/** Offset and size. */
const OVERHEAD_BYTES = 12;
/** The least that `size` may say: checksum, magic, attributes, two lengths (and the timestamp). */
const MIN_SIZE_BYTES = { 0: 14, 1: 22 } as const;

export class MessageView {
  readonly bytes: Buffer;
  /** Where the message begins and the next one would. */
  position = 0;
  end = 0;
  offset = 0;
  magic: LegacyMagic = 0;
  attributes = 0;
  /** -1 in magic 0. */
  timestampMs = NONE;
  keyStart = 0;
  /** -1 for null. */
  keyBytes = NONE;
  valueStart = 0;
  valueBytes = NONE;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get compression(): CompressionName {
    const code = this.attributes & COMPRESSION_MASK;
    const name = compressionNameOf(code);
    if (name === null || name === 'zstd')
      throw new InvalidRecordsError(`compression ${code} in a message of magic ${this.magic}`, this.position);
    return name;
  }

  /** Magic 0 has no such mark: its bit means nothing. */
  get isLogAppendTime(): boolean {
    return this.magic === 1 && (this.attributes & LOG_APPEND_TIME_FLAG) !== 0;
  }

  get value(): Buffer | null {
    return this.valueBytes === NONE
      ? null
      : this.bytes.subarray(this.valueStart, this.valueStart + this.valueBytes);
  }

  /** Moves to the next message; false at the end. Throws ProtocolError for one that is cut off or damaged. */
  next(): boolean {
    const { bytes } = this;
    this.position = this.end;
    if (this.position === bytes.length) return false;
    const left = bytes.length - this.position;
    if (left <= ATTRIBUTES_POSITION) throw this.#broken('truncated', 'a message is cut off');
    const size = bytes.readInt32BE(this.position + 8);
    const magic = bytes.readInt8(this.position + MAGIC_POSITION);
    if (magic === 2) throw new InvalidRecordsError('a record batch in a message set', this.position);
    if (magic !== 0 && magic !== 1) throw this.#broken('version', `unknown record format ${magic}`);
    if (size < MIN_SIZE_BYTES[magic] || size > left - OVERHEAD_BYTES)
      throw this.#broken('length', `the size ${size} of a message does not fit`);
    this.end = this.position + OVERHEAD_BYTES + size;
    const checked = bytes.subarray(this.position + MAGIC_POSITION, this.end);
    if (crc32(checked) !== bytes.readUInt32BE(this.position + OVERHEAD_BYTES))
      throw this.#broken('value', 'the checksum of a message does not match');
    this.magic = magic;
    this.attributes = bytes.readInt8(this.position + ATTRIBUTES_POSITION);
    this.offset = readSafeInt64(bytes, this.position);
    this.timestampMs = magic === 1 ? readSafeInt64(bytes, this.position + TIMESTAMP_POSITION) : NONE;
    this.#readBody(this.position + TIMESTAMP_POSITION + (magic === 1 ? 8 : 0));
    return true;
  }

  #readBody(start: number): void {
    this.keyBytes = this.#length(start);
    this.keyStart = start + 4;
    const valuePosition = this.keyStart + Math.max(0, this.keyBytes);
    this.valueBytes = this.#length(valuePosition);
    this.valueStart = valuePosition + 4;
    if (this.valueStart + Math.max(0, this.valueBytes) !== this.end)
      throw this.#broken('trailing', 'bytes follow the value of a message');
  }

  #length(position: number): number {
    if (position + 4 > this.end) throw this.#broken('truncated', 'a message is too short');
    const length = this.bytes.readInt32BE(position);
    if (length < -1 || length > this.end - position - 4)
      throw this.#broken('length', `${length} bytes in a message`);
    return length;
  }

  #broken(code: ProtocolError['code'], message: string): ProtocolError {
    return new ProtocolError(code, message, this.position);
  }
}

export interface MessageInput {
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Default: none. */
  readonly compressionCode?: number;
  readonly isLogAppendTime?: boolean;
}

export function messageBytes(
  magic: LegacyMagic,
  { key, value }: Pick<MessageInput, 'key' | 'value'>,
): number {
  return OVERHEAD_BYTES + MIN_SIZE_BYTES[magic] + (key?.length ?? 0) + (value?.length ?? 0);
}

/** Writes one message at `start`, where there is room for it, and gives the position behind it. */
export function writeMessageAt(
  target: Buffer,
  start: number,
  magic: LegacyMagic,
  message: MessageInput,
): number {
  const timeFlag = magic === 1 && message.isLogAppendTime === true ? LOG_APPEND_TIME_FLAG : 0;
  const end = start + messageBytes(magic, message);
  writeSafeInt64(target, start, message.offset);
  target.writeInt32BE(end - start - OVERHEAD_BYTES, start + 8);
  target.writeInt8(magic, start + MAGIC_POSITION);
  target.writeInt8((message.compressionCode ?? 0) | timeFlag, start + ATTRIBUTES_POSITION);
  if (magic === 1) writeSafeInt64(target, start + TIMESTAMP_POSITION, message.timestampMs);
  let position = start + TIMESTAMP_POSITION + (magic === 1 ? 8 : 0);
  for (const part of [message.key, message.value]) {
    position = target.writeInt32BE(part?.length ?? NONE, position);
    if (part === null) continue;
    target.set(part, position);
    position += part.length;
  }
  target.writeUInt32BE(crc32(target.subarray(start + MAGIC_POSITION, end)), start + OVERHEAD_BYTES);
  return end;
}

export function encodeMessage(magic: LegacyMagic, message: MessageInput): Buffer {
  const bytes = Buffer.allocUnsafe(messageBytes(magic, message));
  writeMessageAt(bytes, 0, magic, message);
  return bytes;
}
