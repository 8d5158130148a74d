/**
 * `.snapshot` files: producer state at an offset, so that a start need not read the whole log (Kafka's
 * ProducerStateManager, version 1): version int16, CRC-32C of all that follows it, count, entries of 46 bytes
 * with the last batch of each producer and the start of its open transaction.
 */
import { crc32c } from '../../protocol/wire/crc32c.ts';
import { readSafeInt64, writeSafeInt64 } from '../../protocol/records/record-batch.ts';
import { ProtocolError } from '../../protocol/wire/protocol-error.ts';
import type { ProducerEntry } from './producer-state.ts';

const VERSION = 1;
const PREFIX_BYTES = 10;
const ENTRY_BYTES = 46;

export function encodeProducerSnapshot(entries: Iterable<ProducerEntry>): Buffer {
  const all = [...entries];
  const bytes = Buffer.alloc(PREFIX_BYTES + all.length * ENTRY_BYTES);
  bytes.writeInt16BE(VERSION, 0);
  bytes.writeInt32BE(all.length, 6);
  all.forEach((entry, index) => {
    const at = PREFIX_BYTES + index * ENTRY_BYTES;
    const last = entry.batches.at(-1);
    writeSafeInt64(bytes, at, entry.producerId);
    bytes.writeInt16BE(entry.epoch, at + 8);
    bytes.writeInt32BE(last?.lastSequence ?? -1, at + 10);
    writeSafeInt64(bytes, at + 14, last?.lastOffset ?? -1);
    bytes.writeInt32BE(last?.offsetDelta ?? 0, at + 22);
    writeSafeInt64(bytes, at + 26, entry.lastTimestampMs);
    bytes.writeInt32BE(entry.coordinatorEpoch, at + 34);
    writeSafeInt64(bytes, at + 38, entry.currentTxnFirstOffset);
  });
  bytes.writeUInt32BE(crc32c(bytes.subarray(6)), 2);
  return bytes;
}

/** The entries, or null when the file is not a whole snapshot of version 1 with offsets and ids that a log can have. */
export function decodeProducerSnapshot(bytes: Buffer): ProducerEntry[] | null {
  try {
    return decodeEntries(bytes);
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

function decodeEntries(bytes: Buffer): ProducerEntry[] | null {
  if (bytes.length < PREFIX_BYTES || bytes.readInt16BE(0) !== VERSION) return null;
  const count = bytes.readInt32BE(6);
  if (count < 0 || bytes.length !== PREFIX_BYTES + count * ENTRY_BYTES) return null;
  if (bytes.readUInt32BE(2) !== crc32c(bytes.subarray(6))) return null;
  const entries: ProducerEntry[] = [];
  for (let at = PREFIX_BYTES; at < bytes.length; at += ENTRY_BYTES) {
    const lastOffset = readSafeInt64(bytes, at + 14);
    const lastTimestampMs = readSafeInt64(bytes, at + 26);
    const batch = {
      lastSequence: bytes.readInt32BE(at + 10),
      lastOffset,
      offsetDelta: bytes.readInt32BE(at + 22),
      timestampMs: lastTimestampMs,
    };
    entries.push({
      producerId: readSafeInt64(bytes, at),
      epoch: bytes.readInt16BE(at + 8),
      batches: lastOffset < 0 ? [] : [batch],
      coordinatorEpoch: bytes.readInt32BE(at + 34),
      currentTxnFirstOffset: readSafeInt64(bytes, at + 38),
      lastTimestampMs,
      fromSnapshot: true,
    });
  }
  return entries;
}
