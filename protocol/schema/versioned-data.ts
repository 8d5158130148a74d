/**
 * Messages that lie in logs, behind their version.
 *
 * Two framings exist. Coordinators and the consumer protocol put an int16 before the message: keys of
 * `__consumer_offsets` the record's type, values and everything else the schema version. Records of the metadata
 * log (KIP-631) begin with three unsigned varints: frame version 1, the record's type, the schema version. They may have
 * as many elements as a request, because members of groups send some of them.
 */
import { MAX_REQUEST_ELEMENTS } from '../wire/limits.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import { readMessage, writeMessage } from './codec.ts';
import type { Decoded, Encodable, MessageSchema } from './notation.ts';

const METADATA_FRAME_VERSION = 1;

/** int16 `version`, then the message. */
export function encodeVersioned<S extends MessageSchema>(
  schema: S,
  version: number,
  value: Encodable<S>,
): Buffer {
  return encodePrefixed(version, schema, version, value);
}

/** int16 record type, then the message: a key of `__consumer_offsets` or `__transaction_state`. */
export function encodeCoordinatorKey<S extends MessageSchema>(schema: S, value: Encodable<S>): Buffer {
  return encodePrefixed(schema.apiKey, schema, schema.versions.min, value);
}

function encodePrefixed<S extends MessageSchema>(
  prefix: number,
  schema: S,
  version: number,
  value: Encodable<S>,
): Buffer {
  const writer = new Writer();
  writer.int16(prefix);
  writeMessage(schema, version, value, writer);
  return writer.toBuffer();
}

/** The int16 at the front: schema version of a value, record type of a key. Throws ProtocolError('truncated'). */
export function prefixOf(buffer: Buffer): number {
  return new Reader(buffer).int16();
}

/** Decodes what encodeVersioned wrote; a version above the newest known is read as the newest, for members ahead of us. */
export function decodeVersioned<S extends MessageSchema>(schema: S, buffer: Buffer): Decoded<S> {
  const reader = new Reader(buffer, 0, MAX_REQUEST_ELEMENTS);
  const version = reader.int16();
  return readMessage(schema, Math.min(version, schema.versions.max), reader);
}

/** Decodes the key of a coordinator's record whose type (see prefixOf) is `schema.apiKey`. */
export function decodeCoordinatorKey<S extends MessageSchema>(schema: S, buffer: Buffer): Decoded<S> {
  const reader = new Reader(buffer, 0, MAX_REQUEST_ELEMENTS);
  const type = reader.int16();
  if (type !== schema.apiKey) {
    throw new ProtocolError('value', `a key of type ${type} is no ${schema.name}`, 0);
  }
  return readMessage(schema, schema.versions.min, reader);
}

/** Value of a record in the metadata log. */
export function encodeMetadataRecord<S extends MessageSchema>(
  schema: S,
  version: number,
  value: Encodable<S>,
): Buffer {
  const writer = new Writer();
  writer.uvarint(METADATA_FRAME_VERSION);
  writer.uvarint(schema.apiKey);
  writer.uvarint(version);
  writeMessage(schema, version, value, writer);
  return writer.toBuffer();
}

export interface MetadataRecordFrame {
  /** Record type, MessageSchema.apiKey of its schema. */
  readonly type: number;
  readonly version: number;
  /** Stands at the message: pass it to readMessage with the schema of `type`. */
  readonly reader: Reader;
}

export function openMetadataRecord(buffer: Buffer): MetadataRecordFrame {
  const reader = new Reader(buffer, 0, MAX_REQUEST_ELEMENTS);
  const frameVersion = reader.uvarint();
  if (frameVersion !== METADATA_FRAME_VERSION) {
    throw new ProtocolError('version', `metadata record in frame version ${frameVersion}`, 0);
  }
  return { type: reader.uvarint(), version: reader.uvarint(), reader };
}
