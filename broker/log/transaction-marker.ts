/**
 * The control batch that ends a producer's transaction in a partition (KIP-98), as the log sees it: read back from
 * bytes whose checksum is known to be good. A batch that is emptied by compaction, or of another type, marks nothing.
 */
import { decodeVersioned } from '../../protocol/schema/versioned-data.ts';
import { endTxnMarker } from '../../protocol/messages/records-control.ts';
import { ControlType, decodeControlType } from '../../protocol/records/control-records.ts';
import { decodeRecords } from '../../protocol/records/decode-records.ts';
import type { BatchHeader } from '../../protocol/records/record-batch.ts';
import { ProtocolError } from '../../protocol/wire/protocol-error.ts';

export interface EndTransactionMarker {
  readonly committed: boolean;
  readonly coordinatorEpoch: number;
}

export function isTransactionControl(header: BatchHeader): boolean {
  return header.isControl && header.producerId >= 0;
}

/** What the batch at `header.position` of `bytes` decides; null when it decides nothing. */
export function readTransactionMarker(bytes: Buffer, header: BatchHeader): EndTransactionMarker | null {
  if (!isTransactionControl(header)) return null;
  try {
    for (const { key, value } of decodeRecords(bytes, header)) {
      if (key === null || value === null) return null;
      const type = decodeControlType(key);
      if (type !== ControlType.commit && type !== ControlType.abort) return null;
      const { coordinatorEpoch } = decodeVersioned(endTxnMarker, value);
      return { committed: type === ControlType.commit, coordinatorEpoch };
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  return null;
}
