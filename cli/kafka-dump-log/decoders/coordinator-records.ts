/**
 * Records of `__consumer_offsets`, `__transaction_state` and `__share_group_state`: the key begins with the record's type, the
 * value with its version, both are printed as JSON. A record that cannot be read is said so in place of its key.
 */
import * as consumerGroup from '../../../protocol/messages/records-consumer-group.ts';
import * as groupOffsets from '../../../protocol/messages/records-group-offsets.ts';
import * as shareGroup from '../../../protocol/messages/records-share-group.ts';
import * as shareState from '../../../protocol/messages/records-share-state.ts';
import * as streamsGroup from '../../../protocol/messages/records-streams-group.ts';
import * as transactionState from '../../../protocol/messages/records-transaction-state.ts';
import { readMessage } from '../../../protocol/schema/codec.ts';
import { messageToJson } from '../../../protocol/schema/json-form.ts';
import type { MessageSchema } from '../../../protocol/schema/notation.ts';
import { ProtocolError } from '../../../protocol/wire/protocol-error.ts';
import { Reader } from '../../../protocol/wire/reader.ts';
import { CommandError } from '../../command-error.ts';
import type { DumpedRecord } from '../batch-records.ts';
import { javaJson } from '../java-json.ts';
import { withConsumerProtocol } from './consumer-protocol.ts';
import type { DecodedRecordText, RecordDecoder } from './record-decoder.ts';
import { schemasIn } from './record-schemas.ts';

const FILES = {
  offsets: [groupOffsets, consumerGroup, shareGroup, streamsGroup],
  transactions: [transactionState],
  'share-group': [shareState],
} as const;

export type CoordinatorLog = keyof typeof FILES;

interface RecordSchemas {
  readonly key: MessageSchema;
  readonly value: MessageSchema;
}

/** By record type; the two schemas of a record are called NameKey and NameValue. */
function schemasOf(log: CoordinatorLog): ReadonlyMap<number, RecordSchemas> {
  const all = schemasIn(FILES[log]);
  const byType = new Map<number, RecordSchemas>();
  for (const key of all.filter(({ name }) => name.endsWith('Key'))) {
    const value = all.find(({ name }) => name === key.name.replace(/Key$/, 'Value'));
    if (value !== undefined) byType.set(key.apiKey, { key, value });
  }
  return byType;
}

export function coordinatorDecoder(log: CoordinatorLog): RecordDecoder {
  const schemas = schemasOf(log);
  return (record) => {
    const { key, value } = record;
    if (key === null) {
      throw new CommandError(
        `Failed to decode message at offset ${String(record.offset)} using the specified decoder (message had a missing key)`,
      );
    }
    try {
      return decode(schemas, record, key, value);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return { key: `Error at offset ${String(record.offset)}, skipping. ${error.message}`, payload: null };
    }
  };
}

/** A record of such a log as JSON values. */
export interface CoordinatorRecord {
  readonly type: number;
  /** Of the key's schema, such as OffsetCommitKey. */
  readonly name: string;
  readonly key: Readonly<Record<string, unknown>>;
  /** Null: a tombstone. */
  readonly value: { readonly version: number; readonly data: Readonly<Record<string, unknown>> } | null;
}

/** Reads such records; null for a type that is not known. @throws ProtocolError */
export function coordinatorReader(
  log: CoordinatorLog,
): (key: Buffer, value: Buffer | null) => CoordinatorRecord | null {
  const schemas = schemasOf(log);
  return (key, value) => read(schemas, key, value)?.record ?? null;
}

function read(
  schemas: ReadonlyMap<number, RecordSchemas>,
  key: Buffer,
  value: Buffer | null,
): { readonly known: RecordSchemas; readonly record: CoordinatorRecord } | null {
  const keyReader = new Reader(key);
  const type = versionOf(keyReader, 'key');
  const known = schemas.get(type);
  if (known === undefined) return null;
  const keyJson = jsonOf(known.key, type, known.key.versions.min, keyReader, 'key');
  const record = { type, name: known.key.name, key: keyJson };
  if (value === null) return { known, record: { ...record, value: null } };
  const reader = new Reader(value);
  const version = versionOf(reader, 'value');
  const data = jsonOf(known.value, version, version, reader, 'value');
  return { known, record: { ...record, value: { version, data } } };
}

function decode(
  schemas: ReadonlyMap<number, RecordSchemas>,
  { offset }: DumpedRecord,
  key: Buffer,
  value: Buffer | null,
): DecodedRecordText {
  const found = read(schemas, key, value);
  if (found === null) {
    const type = String(versionOf(new Reader(key), 'key'));
    return { key: `Unknown record type ${type} at offset ${String(offset)}, skipping.`, payload: null };
  }
  const { known, record } = found;
  const keyText = javaJson({ type: String(record.type), data: record.key });
  if (record.value === null) return { key: keyText, payload: '<DELETE>' };
  const { version, data: plain } = record.value;
  const json = known.key === groupOffsets.groupMetadataKey ? withConsumerProtocol(plain) : plain;
  return { key: keyText, payload: javaJson({ version: String(version), data: json }) };
}

function versionOf(reader: Reader, part: 'key' | 'value'): number {
  if (reader.remaining() >= 2) return reader.int16();
  throw new ProtocolError('truncated', `Could not read version from ${part}'s buffer.`);
}

/**
 * `named` is the number that stands before the message: of a key its type. A version above the newest known is read as the newest: fields are added
 * at the end.
 */
function jsonOf(
  schema: MessageSchema,
  named: number,
  version: number,
  reader: Reader,
  part: 'key' | 'value',
): Record<string, unknown> {
  const known = Math.min(version, schema.versions.max);
  try {
    return messageToJson(schema, known, readMessage(schema, known, reader), 'base64');
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new ProtocolError(
      error.code,
      `Could not read record with version ${String(named)} from ${part}'s buffer due to: ${error.message}.`,
    );
  }
}
