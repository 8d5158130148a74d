/**
 * The control batches of the metadata log and of its snapshots as Kafka writes them: one record each, whose value is the
 * message without a version in front, because these messages carry their own (KIP-595, KIP-630).
 */
import {
  leaderChangeMessage,
  snapshotFooterRecord,
  snapshotHeaderRecord,
} from '../../../protocol/messages/records-control.ts';
import { ControlType, encodeControlKey } from '../../../protocol/records/control-records.ts';
import { encodeRecordBatch } from '../../../protocol/records/encode-batch.ts';
import { writeMessage } from '../../../protocol/schema/codec.ts';
import type { Encodable, MessageSchema } from '../../../protocol/schema/notation.ts';
import { Writer } from '../../../protocol/wire/writer.ts';

const VERSION = 0;

export interface ControlBatchPlace {
  readonly baseOffset: number;
  readonly epoch: number;
  readonly timestampMs: number;
}

export interface LeaderChange {
  readonly leaderId: number;
  readonly voters: readonly number[];
  readonly grantingVoters: readonly number[];
}

export function leaderChangeBatch(change: LeaderChange, place: ControlBatchPlace): Buffer {
  const ids = (voters: readonly number[]) => voters.map((voterId) => ({ voterId }));
  const { leaderId, voters, grantingVoters } = change;
  const message = { version: VERSION, leaderId, voters: ids(voters), grantingVoters: ids(grantingVoters) };
  return controlBatch(ControlType.leaderChange, leaderChangeMessage, message, place);
}

/** `lastTimestampMs`: of the last record that the snapshot stands for. */
export function snapshotHeaderBatch(lastTimestampMs: number, place: ControlBatchPlace): Buffer {
  const message = { version: VERSION, lastContainedLogTimestamp: BigInt(lastTimestampMs) };
  return controlBatch(ControlType.snapshotHeader, snapshotHeaderRecord, message, place);
}

export function snapshotFooterBatch(place: ControlBatchPlace): Buffer {
  return controlBatch(ControlType.snapshotFooter, snapshotFooterRecord, { version: VERSION }, place);
}

function controlBatch<S extends MessageSchema>(
  type: ControlType,
  schema: S,
  message: Encodable<S>,
  { baseOffset, epoch, timestampMs }: ControlBatchPlace,
): Buffer {
  const writer = new Writer();
  writeMessage(schema, VERSION, message, writer);
  return encodeRecordBatch({
    records: [{ key: encodeControlKey(type), value: writer.toBuffer() }],
    baseOffset,
    partitionLeaderEpoch: epoch,
    timestampMs,
    isControl: true,
  });
}
