/**
 * What a control record says, as the tool prints it: the marker that ends a transaction (KIP-98), or one of the records of a
 * metadata log (KIP-595, KIP-630, KIP-853).
 */
import {
  endTxnMarker,
  kRaftVersionRecord,
  leaderChangeMessage,
  snapshotFooterRecord,
  snapshotHeaderRecord,
  votersRecord,
} from '../../protocol/messages/records-control.ts';
import { ControlType, decodeControlType } from '../../protocol/records/control-records.ts';
import { readMessage } from '../../protocol/schema/codec.ts';
import { messageToJson } from '../../protocol/schema/json-form.ts';
import type { MessageSchema } from '../../protocol/schema/notation.ts';
import { decodeVersioned, prefixOf } from '../../protocol/schema/versioned-data.ts';
import { ProtocolError } from '../../protocol/wire/protocol-error.ts';
import { Reader } from '../../protocol/wire/reader.ts';
import type { DumpedRecord } from './batch-records.ts';
import { javaJson } from './java-json.ts';

const JSON_RECORDS: ReadonlyMap<number, readonly [label: string, MessageSchema]> = new Map<
  number,
  readonly [string, MessageSchema]
>([
  [ControlType.leaderChange, ['LeaderChange:', leaderChangeMessage]],
  [ControlType.snapshotHeader, ['SnapshotHeader', snapshotHeaderRecord]],
  [ControlType.snapshotFooter, ['SnapshotFooter', snapshotFooterRecord]],
  [ControlType.kraftVersion, ['KRaftVersion', kRaftVersionRecord]],
  [ControlType.kraftVoters, ['KRaftVoters', votersRecord]],
]);

/** Begins with a blank. Throws ProtocolError. */
export function controlRecordText(record: DumpedRecord): string {
  const key = record.key ?? Buffer.alloc(0);
  requireVersion(key);
  const type = decodeControlType(key);
  const value = record.value ?? Buffer.alloc(0);
  if (type === ControlType.abort || type === ControlType.commit) {
    requireVersion(value);
    const { coordinatorEpoch } = decodeVersioned(endTxnMarker, value);
    const name = type === ControlType.abort ? 'ABORT' : 'COMMIT';
    return ` endTxnMarker: ${name} coordinatorEpoch: ${String(coordinatorEpoch)}`;
  }
  const known = JSON_RECORDS.get(type);
  if (known === undefined) return ` controlType: UNKNOWN(${String(type)})`;
  const [label, schema] = known;
  // Kafka writes and reads all of them as their first version; their first field says which one to show.
  const message = readMessage(schema, schema.versions.min, new Reader(value));
  const version = Math.min(Math.max(prefixOf(value), schema.versions.min), schema.versions.max);
  return ` ${label} ${javaJson(messageToJson(schema, version, message, 'base64'))}`;
}

/** Key and marker begin with a version, which may be newer but not negative. */
function requireVersion(bytes: Buffer): void {
  const version = prefixOf(bytes);
  if (version >= 0) return;
  throw new ProtocolError(
    'value',
    `Invalid version found for control record: ${String(version)}. May indicate data corruption`,
  );
}
