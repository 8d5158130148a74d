/**
 * Message sets, the record formats 0 and 1 (before KIP-98): messages back to back, each
 *
 *   offset int64 | size int32 | crc uint32 | magic int8 | attributes int8 | timestamp int64 (magic 1) |
 *   key, value as int32 length (-1 = null) and bytes
 *
 * with a CRC-32 (IEEE) from the magic on. A compressed set is one message whose value is a set of its own; the inner
 * offsets of magic 1 are relative to the last one, which the outer message carries (KIP-31).
 */
import { createRequire } from 'node:module';
import { ProtocolError } from '../wire/protocol-error.ts';
import {
  COMPRESSION_MASK,
  compressionNameOf,
  LOG_APPEND_TIME_FLAG,
  type CompressionName,
} from './batch-format.ts';
import { decompress } from './compression.ts';
import { readSafeInt64, writeSafeInt64 } from './record-batch.ts';

export type LegacyMagic = 0 | 1;

export interface LegacyMessage {
  readonly offset: number;
  /** -1 in magic 0. */
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** That of the outer message. */
  readonly compression: CompressionName;
}

/** Offset, size, crc, magic and attributes. */
const PREFIX_BYTES = 18;
const OVERHEAD_BYTES = 12;
const MAX_DECOMPRESSED_BYTES = 67_108_864;

type Crc32 = (input: Uint8Array) => number;
let crc32Implementation: Crc32 | undefined;

function crc32(bytes: Uint8Array): number {
  crc32Implementation ??= (createRequire(import.meta.url)('@node-rs/crc32') as { crc32: Crc32 }).crc32;
  return crc32Implementation(bytes);
}

interface RawMessage extends LegacyMessage {
  readonly magic: LegacyMagic;
  readonly attributes: number;
  readonly endPosition: number;
}

function readMessage(buffer: Buffer, position: number): RawMessage {
  if (buffer.length - position < PREFIX_BYTES)
    throw new ProtocolError('truncated', 'a message is cut off', position);
  const endPosition = position + OVERHEAD_BYTES + buffer.readInt32BE(position + 8);
  if (endPosition > buffer.length || endPosition < position + PREFIX_BYTES) {
    throw new ProtocolError('length', 'the size of a message does not fit', position);
  }
  const magic = buffer.readInt8(position + 16);
  if (magic !== 0 && magic !== 1)
    throw new ProtocolError('version', `record format ${magic} in a message set`, position);
  if (crc32(buffer.subarray(position + 16, endPosition)) !== buffer.readUInt32BE(position + 12)) {
    throw new ProtocolError('value', 'the checksum of a message does not match', position);
  }
  const attributes = buffer.readInt8(position + 17);
  const code = attributes & COMPRESSION_MASK;
  const compression = compressionNameOf(code);
  if (compression === null || compression === 'zstd') {
    throw new ProtocolError('value', `unknown compression ${code} in a message set`, position);
  }
  const bodyPosition = position + PREFIX_BYTES + (magic === 1 ? 8 : 0);
  const key = readBytes(buffer, bodyPosition, endPosition);
  const value = readBytes(buffer, key.end, endPosition);
  if (value.end !== endPosition)
    throw new ProtocolError('trailing', 'bytes follow the value of a message', position);
  return {
    offset: readSafeInt64(buffer, position),
    timestampMs: magic === 1 ? readSafeInt64(buffer, position + PREFIX_BYTES) : -1,
    key: key.bytes,
    value: value.bytes,
    compression,
    magic,
    attributes,
    endPosition,
  };
}

function readBytes(
  buffer: Buffer,
  position: number,
  end: number,
): { readonly bytes: Buffer | null; readonly end: number } {
  if (position + 4 > end) throw new ProtocolError('truncated', 'a message is too short', position);
  const length = buffer.readInt32BE(position);
  const start = position + 4;
  if (length < -1 || length > end - start)
    throw new ProtocolError('length', `${length} bytes in a message`, position);
  return length === -1
    ? { bytes: null, end: start }
    : { bytes: buffer.subarray(start, start + length), end: start + length };
}

/** All messages, those inside compressed ones too. Throws ProtocolError for anything broken. */
export function decodeMessageSet(buffer: Buffer): LegacyMessage[] {
  const messages: LegacyMessage[] = [];
  for (let position = 0; position < buffer.length;) {
    const message = readMessage(buffer, position);
    position = message.endPosition;
    if (message.compression === 'none') messages.push(message);
    else messages.push(...unwrap(message));
  }
  return messages;
}

function unwrap(outer: RawMessage): LegacyMessage[] {
  if (outer.value === null) throw new ProtocolError('value', 'a compressed message without a value');
  const plain = decompress(outer.compression, outer.value, MAX_DECOMPRESSED_BYTES);
  const inner: RawMessage[] = [];
  for (let position = 0; position < plain.length;) {
    const message = readMessage(plain, position);
    if (message.compression !== 'none') throw new ProtocolError('value', 'compression within compression');
    inner.push(message);
    position = message.endPosition;
  }
  const lastInner = inner.at(-1)?.offset ?? 0;
  const usesBrokerTime = outer.magic === 1 && (outer.attributes & LOG_APPEND_TIME_FLAG) !== 0;
  return inner.map(({ offset, timestampMs, key, value }) => ({
    offset: outer.magic === 1 ? outer.offset - lastInner + offset : offset,
    timestampMs: usesBrokerTime ? outer.timestampMs : timestampMs,
    key,
    value,
    compression: outer.compression,
  }));
}

/** One uncompressed message. */
export function encodeMessage(
  magic: LegacyMagic,
  message: Omit<LegacyMessage, 'compression'>,
  isLogAppendTime = false,
): Buffer {
  const { key, value } = message;
  const bodyPosition = PREFIX_BYTES + (magic === 1 ? 8 : 0);
  const bytes = Buffer.allocUnsafe(bodyPosition + 8 + (key?.length ?? 0) + (value?.length ?? 0));
  writeSafeInt64(bytes, 0, message.offset);
  bytes.writeInt32BE(bytes.length - OVERHEAD_BYTES, 8);
  bytes.writeInt8(magic, 16);
  bytes.writeInt8(magic === 1 && isLogAppendTime ? LOG_APPEND_TIME_FLAG : 0, 17);
  if (magic === 1) writeSafeInt64(bytes, PREFIX_BYTES, message.timestampMs);
  let position = bodyPosition;
  for (const part of [key, value]) {
    position = bytes.writeInt32BE(part?.length ?? -1, position);
    if (part !== null) position += part.copy(bytes, position);
  }
  bytes.writeUInt32BE(crc32(bytes.subarray(16)), 12);
  return bytes;
}
