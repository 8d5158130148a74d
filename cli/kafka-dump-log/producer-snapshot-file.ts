/**
 * `.snapshot` files: what a broker knew of each producer at an offset (class ProducerStateManager): version int16, CRC-32C
 * of all that follows it, count int32, entries of 46 bytes. A file that is not whole is said so and is no failure of the tool.
 */
import { crc32c } from '../../protocol/wire/crc32c.ts';
import { LogFile } from './log-file.ts';

const VERSION = 1;
const PREFIX_BYTES = 10;
const ENTRY_BYTES = 46;
const CRC_COVERS_FROM = 6;
const MAX_SEQUENCE = 2_147_483_647;

/** Text with line ends; `complain` gets the line for a snapshot that cannot be used. */
export function* dumpProducerSnapshot(file: string, complain: (line: string) => void): Generator<string> {
  yield* LogFile.with(file, 0, function* (snapshot) {
    const bytes = snapshot.read(0, snapshot.sizeBytes);
    const fault = faultOf(bytes);
    if (fault !== null) {
      complain(fault);
      return;
    }
    for (let at = PREFIX_BYTES; at < bytes.length; at += ENTRY_BYTES)
      yield `${entryLine(bytes.subarray(at, at + ENTRY_BYTES))}\n`;
  });
}

function faultOf(bytes: Buffer): string | null {
  if (bytes.length < 2) return 'Snapshot failed schema validation: it ends before its version';
  const version = bytes.readInt16BE(0);
  if (version !== VERSION)
    return `Snapshot failed schema validation: Snapshot contained an unknown file version ${String(version)}`;
  if (bytes.length < PREFIX_BYTES) return 'Snapshot failed schema validation: it ends before its entries';
  const count = bytes.readInt32BE(6);
  if (count < 0 || bytes.length < PREFIX_BYTES + count * ENTRY_BYTES)
    return `Snapshot failed schema validation: ${String(count)} entries do not fit into ${String(bytes.length)} bytes`;
  const stored = bytes.readUInt32BE(2);
  const computed = crc32c(bytes.subarray(CRC_COVERS_FROM));
  if (stored === computed) return null;
  return `Snapshot is corrupt (CRC is no longer valid). Stored crc: ${String(stored)}. Computed crc: ${String(computed)}`;
}

function entryLine(entry: Buffer): string {
  const lastSequence = entry.readInt32BE(10);
  const lastOffset = entry.readBigInt64BE(14);
  const offsetDelta = entry.readInt32BE(22);
  const timestampMs = String(entry.readBigInt64BE(26));
  const currentTxnFirstOffset = entry.readBigInt64BE(38);
  const start =
    `producerId: ${String(entry.readBigInt64BE(0))} producerEpoch: ${String(entry.readInt16BE(8))}` +
    ` coordinatorEpoch: ${String(entry.readInt32BE(34))}` +
    ` currentTxnFirstOffset: ${currentTxnFirstOffset < 0n ? 'OptionalLong.empty' : `OptionalLong[${String(currentTxnFirstOffset)}]`}` +
    ` lastTimestamp: ${timestampMs}`;
  if (lastOffset < 0n) return start;
  return (
    `${start} firstSequence: ${String(sequenceBefore(lastSequence, offsetDelta))} lastSequence: ${String(lastSequence)}` +
    ` lastOffset: ${String(lastOffset)} offsetDelta: ${String(offsetDelta)} timestamp: ${timestampMs}`
  );
}

/** The sequence number `decrement` before another: before 0 comes 2^31-1. */
function sequenceBefore(sequence: number, decrement: number): number {
  return sequence < decrement ? MAX_SEQUENCE - (decrement - sequence) + 1 : sequence - decrement;
}
