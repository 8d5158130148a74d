/**
 * Frames and headers: what stands around a message on a connection.
 *
 * A frame is an int32 size (not counting itself), a header and a body. Requests have header version 2 and responses
 * header version 1 when the body's version is flexible, else 1 and 0. Two exceptions: the client id keeps its int16
 * length in header 2, and the answer to ApiVersions always has header 0, so that a client can read it before it
 * knows what the broker speaks (KIP-482, KIP-511).
 */
import { ApiKey, firstFlexibleVersion } from '../api-keys.ts';
import { chunkWriterFor, encodeMessage, isFlexible, writeMessage } from '../schema/codec.ts';
import type { Encodable, MessageSchema } from '../schema/notation.ts';
import { MAX_TAGGED_FIELDS } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** Bytes of the size before every frame. */
export const FRAME_SIZE_BYTES = 4;
/** Kafka's default for socket.request.max.bytes, and the most a client accepts. */
export const DEFAULT_MAX_FRAME_BYTES = 104_857_600;

export interface RequestHeader {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string | null;
  /** Where the body begins in the buffer that held the header. */
  readonly bodyPosition: number;
}

/**
 * Reads the header of a request frame whose size is already cut off. A version we do not know is read with the
 * header its key's newest known version has; the body is then for the caller to refuse.
 */
export function decodeRequestHeader(frame: Buffer): RequestHeader {
  const reader = new Reader(frame);
  const apiKey = reader.int16();
  const apiVersion = reader.int16();
  const correlationId = reader.int32();
  const clientIdLength = reader.stringLength(false);
  const clientId = clientIdLength === -1 ? null : reader.utf8(clientIdLength);
  if (apiVersion >= firstFlexibleVersion(apiKey)) skipTaggedFields(reader);
  return { apiKey, apiVersion, correlationId, clientId, bodyPosition: reader.position };
}

/** Reads the header of a response to `schema` at `version` and leaves the reader at the body. */
export function readResponseHeader(reader: Reader, schema: MessageSchema, version: number): number {
  const correlationId = reader.int32();
  if (responseHeaderIsFlexible(schema, version)) skipTaggedFields(reader);
  return correlationId;
}

export interface OutgoingRequestHeader {
  readonly correlationId: number;
  readonly clientId: string | null;
}

/** A whole request frame as pieces for writev; long byte strings of the body are not copied. */
export function encodeRequestFrame<S extends MessageSchema>(
  schema: S,
  version: number,
  header: OutgoingRequestHeader,
  body: Encodable<S> | EncodedBody,
): Buffer[] {
  if (isEncoded(body)) return frameOfEncoded(schema, body, header);
  return frame(schema, version, body, (writer) => writeRequestHeader(schema, version, header, writer));
}

function writeRequestHeader(
  schema: MessageSchema,
  version: number,
  { correlationId, clientId }: OutgoingRequestHeader,
  writer: Writer,
): void {
  writer.int16(schema.apiKey);
  writer.int16(version);
  writer.int32(correlationId);
  writer.string(clientId, false);
  if (isFlexible(schema, version)) writer.uvarint(0);
}

const encodedMark = Symbol.for('aquila.encoded-body');

/** By a mark, not by the class: whoever encoded it may have another copy of this module, from another bundle. */
function isEncoded(body: object): body is EncodedBody {
  return encodedMark in body;
}

/** The body of a request that is sent over and over: encoded once, and sent from where it lies. */
export class EncodedBody {
  readonly [encodedMark] = true;
  readonly version: number;
  readonly bytes: Buffer;

  constructor(version: number, bytes: Buffer) {
    this.version = version;
    this.bytes = bytes;
  }

  static of<S extends MessageSchema>(schema: S, version: number, body: Encodable<S>): EncodedBody {
    return new EncodedBody(version, encodeMessage(schema, version, body));
  }
}

function frameOfEncoded(
  schema: MessageSchema,
  { version, bytes }: EncodedBody,
  header: OutgoingRequestHeader,
): Buffer[] {
  const writer = new Writer();
  const size = writer.reserveInt32();
  writeRequestHeader(schema, version, header, writer);
  writer.patchInt32(size, writer.size + bytes.length - FRAME_SIZE_BYTES);
  return [...writer.finish(), bytes];
}

/** A whole response frame as pieces for writev; long byte strings of the body are not copied. */
export function encodeResponseFrame<S extends MessageSchema>(
  schema: S,
  version: number,
  correlationId: number,
  body: Encodable<S>,
): Buffer[] {
  return frame(schema, version, body, (writer) => {
    writer.int32(correlationId);
    if (responseHeaderIsFlexible(schema, version)) writer.uvarint(0);
  });
}

function frame<S extends MessageSchema>(
  schema: S,
  version: number,
  body: Encodable<S>,
  writeHeader: (writer: Writer) => void,
): Buffer[] {
  const writer = chunkWriterFor(schema, version);
  const size = writer.reserveInt32();
  writeHeader(writer);
  writeMessage(schema, version, body, writer);
  writer.patchInt32(size, writer.size - FRAME_SIZE_BYTES);
  return writer.finish();
}

function responseHeaderIsFlexible(schema: MessageSchema, version: number): boolean {
  return schema.apiKey !== ApiKey.ApiVersions && isFlexible(schema, version);
}

function skipTaggedFields(reader: Reader): void {
  const count = reader.uvarint();
  if (count > MAX_TAGGED_FIELDS) {
    throw new ProtocolError(
      'length',
      `${count} tagged fields, at most ${MAX_TAGGED_FIELDS} are accepted`,
      reader.position,
    );
  }
  for (let index = 0; index < count; index++) {
    reader.uvarint();
    reader.take(reader.uvarint());
  }
}
