/**
 * Control records: the single record of a control batch that ends a transaction or marks a change in a metadata log
 * (KIP-98, KIP-595). The key is int16 version 0 and int16 type; clients skip the batch but count its offset.
 */
import { encodeVersioned } from '../schema/versioned-data.ts';
import { endTxnMarker } from '../messages/records-control.ts';
import { Reader } from '../wire/reader.ts';
import { encodeRecordBatch } from './encode-batch.ts';

export const ControlType = {
  abort: 0,
  commit: 1,
  leaderChange: 2,
  snapshotHeader: 3,
  snapshotFooter: 4,
  kraftVersion: 5,
  kraftVoters: 6,
} as const;
export type ControlType = (typeof ControlType)[keyof typeof ControlType];

const KEY_VERSION = 0;

export function encodeControlKey(type: ControlType): Buffer {
  const key = Buffer.alloc(4);
  key.writeInt16BE(KEY_VERSION, 0);
  key.writeInt16BE(type, 2);
  return key;
}

/** The type of a control record, which may be newer than ControlType. Throws ProtocolError if the key is cut off. */
export function decodeControlType(key: Buffer): number {
  const reader = new Reader(key);
  reader.int16();
  return reader.int16();
}

export interface TransactionMarkerInput {
  readonly committed: boolean;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
  readonly timestampMs: number;
}

/** The control batch that ends a producer's transaction in a partition. */
export function encodeTransactionMarker(marker: TransactionMarkerInput): Buffer {
  const { coordinatorEpoch, timestampMs, producerId, producerEpoch } = marker;
  const key = encodeControlKey(marker.committed ? ControlType.commit : ControlType.abort);
  const value = encodeVersioned(endTxnMarker, 0, { coordinatorEpoch });
  return encodeRecordBatch({
    records: [{ key, value }],
    timestampMs,
    producerId,
    producerEpoch,
    isTransactional: true,
    isControl: true,
  });
}
