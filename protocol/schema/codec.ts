/**
 * Reads and writes messages of the notation. Compiled readers and writers are kept per schema and version: the
 * first message of a version pays for the compilation, every later one walks a list.
 *
 * Decoded byte strings are views into the buffer that was given. `encodeMessageChunks` and `writeMessage` pass long
 * byte strings on by reference; `encodeMessage` copies.
 */
import { MAX_REQUEST_ELEMENTS, MAX_RESPONSE_ELEMENTS } from '../wire/limits.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import { compileDecode, compileDecodeInParts, type Read, type ReadInParts } from './compile-decode.ts';
import type { ElementReading } from './element-memory.ts';
import { compileEncode, type Write } from './compile-encode.ts';
import { covers } from './field-defaults.ts';
import type { Decoded, Encodable, MessageSchema } from './notation.ts';

export { ProtocolError } from '../wire/protocol-error.ts';

/** From this many bytes on, a byte string is sent from where it lies instead of being copied. */
export const REFERENCE_FROM_BYTES = 2_048;
const MAX_SIZE_HINT_BYTES = 65_536;
const FIRST_SIZE_HINT_BYTES = 256;

interface VersionCodec {
  read: Read | null;
  readInParts: ReadInParts | null;
  write: Write | null;
  /** Bytes that the last message of this kind took: a good guess for the next. */
  sizeHintBytes: number;
}

const codecs = new WeakMap<MessageSchema, (VersionCodec | undefined)[]>();

function codecOf(schema: MessageSchema, version: number): VersionCodec {
  let versions = codecs.get(schema);
  if (versions === undefined) codecs.set(schema, (versions = []));
  const known = versions[version];
  if (known !== undefined) return known;
  if (!Number.isInteger(version) || !covers(schema.versions, version)) {
    const { min, max } = schema.versions;
    throw new ProtocolError('version', `${schema.name} has versions ${min} to ${max}, not ${version}`);
  }
  return (versions[version] = {
    read: null,
    readInParts: null,
    write: null,
    sizeHintBytes: FIRST_SIZE_HINT_BYTES,
  });
}

export interface DecodeLimits {
  /** Elements of all arrays of the message together; default MAX_REQUEST_ELEMENTS or MAX_RESPONSE_ELEMENTS. */
  readonly maxElements?: number;
}

/** Decodes the whole buffer; bytes left over are an error. Throws ProtocolError and nothing else. */
export function decodeMessage<S extends MessageSchema>(
  schema: S,
  version: number,
  buffer: Buffer,
  limits: DecodeLimits = {},
): Decoded<S> {
  const reader = new Reader(buffer, 0, limits.maxElements ?? defaultMaxElements(schema));
  const value = readMessage(schema, version, reader);
  requireAllRead(schema, version, reader);
  return value;
}

function requireAllRead(schema: MessageSchema, version: number, reader: Reader): void {
  if (reader.remaining() === 0) return;
  throw new ProtocolError(
    'trailing',
    `${reader.remaining()} bytes follow ${schema.name} v${version}`,
    reader.position,
  );
}

/**
 * Like decodeMessage, but stops after every element of the outermost lists and of those in them: go on as often as there is time. Elements that
 * `memory` is for are in it afterwards, and not in the message.
 */
export function* decodeMessageInParts<S extends MessageSchema>(
  schema: S,
  version: number,
  buffer: Buffer,
  memory: ElementReading | null = null,
): Generator<undefined, Decoded<S>> {
  const codec = codecOf(schema, version);
  codec.readInParts ??= compileDecodeInParts(schema, version);
  const reader = new Reader(buffer, 0, defaultMaxElements(schema));
  try {
    const value = yield* codec.readInParts(reader, memory);
    requireAllRead(schema, version, reader);
    return value as Decoded<S>;
  } catch (error) {
    throw namedAfter(schema, version, error);
  }
}

function defaultMaxElements(schema: MessageSchema): number {
  return schema.kind === 'request' ? MAX_REQUEST_ELEMENTS : MAX_RESPONSE_ELEMENTS;
}

/** Decodes from the reader's position and leaves it after the message. */
export function readMessage<S extends MessageSchema>(schema: S, version: number, reader: Reader): Decoded<S> {
  const codec = codecOf(schema, version);
  codec.read ??= compileDecode(schema, version);
  try {
    return codec.read(reader) as Decoded<S>;
  } catch (error) {
    throw namedAfter(schema, version, error);
  }
}

/** Says in which message the fault is. */
function namedAfter(schema: MessageSchema, version: number, error: unknown): unknown {
  if (error instanceof ProtocolError) error.message = `${schema.name} v${version}: ${error.message}`;
  return error;
}

/** Encodes the message alone, without header or length, into one buffer. */
export function encodeMessage<S extends MessageSchema>(
  schema: S,
  version: number,
  value: Encodable<S>,
): Buffer {
  const codec = codecOf(schema, version);
  const writer = new Writer(codec.sizeHintBytes);
  writeMessage(schema, version, value, writer);
  rememberSize(codec, writer.size);
  return writer.toBuffer();
}

/** Like encodeMessage, as pieces for writev: byte strings of REFERENCE_FROM_BYTES and more are not copied. */
export function encodeMessageChunks<S extends MessageSchema>(
  schema: S,
  version: number,
  value: Encodable<S>,
): Buffer[] {
  const writer = chunkWriterFor(schema, version);
  writeMessage(schema, version, value, writer);
  return writer.finish();
}

/** A writer of the right starting size that keeps long byte strings by reference. */
export function chunkWriterFor(schema: MessageSchema, version: number): Writer {
  return new Writer(codecOf(schema, version).sizeHintBytes, REFERENCE_FROM_BYTES);
}

/** Writes the message at the writer's end. Throws ProtocolError for a value that the version cannot carry. */
export function writeMessage<S extends MessageSchema>(
  schema: S,
  version: number,
  value: Encodable<S>,
  writer: Writer,
): void {
  const codec = codecOf(schema, version);
  codec.write ??= compileEncode(schema, version);
  try {
    codec.write(writer, value);
  } catch (error) {
    throw namedAfter(schema, version, error);
  }
}

function rememberSize(codec: VersionCodec, sizeBytes: number): void {
  codec.sizeHintBytes = Math.min(MAX_SIZE_HINT_BYTES, Math.max(FIRST_SIZE_HINT_BYTES, sizeBytes));
}

/** Whether the version uses the compact encoding with tagged fields (KIP-482). */
export function isFlexible(schema: MessageSchema, version: number): boolean {
  return covers(schema.flexible, version);
}
