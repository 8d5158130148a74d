/**
 * The heart of compaction: what becomes of one batch (Kafka's Cleaner.cleanInto with MemoryRecords.filterTo).
 *
 * A record stays when the map knows no later one of its key, and, if it is a tombstone, until its batch's delete horizon
 * has passed (KIP-534). The horizon is set by the first walk that sees the tombstone as its key's last record. A
 * record without a key has no place in a compacted log and goes. Records beyond the map's reach all stay.
 *
 * Of a batch that loses all its records the header stays while it says something that nothing else does: an active
 * producer's last sequence or epoch, or where the offsets of this piece of the log end.
 */
import { DELETE_HORIZON_FLAG, type BatchHeader } from '../../../protocol/records/record-batch.ts';
import { emptyBatch, rewriteBatch } from './batch-rewrite.ts';
import type { CleanedTransactions } from './cleaned-transactions.ts';
import { sliceRecords, type RecordSlice } from './record-slices.ts';

/** Last offset per key of the log's dirty part; OffsetMap fits. */
export interface LastOffsets {
  readonly latestOffset: number;
  offsetOf(key: Uint8Array): number;
}

/** What the partition remembers of a producer that may still write. */
export interface ActiveProducer {
  readonly epoch: number;
  /** -1 when its last batch was a marker. */
  readonly lastDataOffset: number;
}

export interface RetentionRules {
  readonly lastOffsets: LastOffsets;
  readonly transactions: CleanedTransactions;
  readonly producers: ReadonlyMap<number, ActiveProducer>;
  readonly nowMs: number;
  /** delete.retention.ms */
  readonly deleteRetentionMs: number;
}

export interface BatchVerdict {
  /** The batch itself, a shorter one in its place, or null when it goes. */
  readonly bytes: Buffer | null;
  readonly recordsKept: number;
  /** Records without a key that were taken away. */
  readonly recordsWithoutKey: number;
}

/** After so many records the caller may do something else. */
const RECORDS_PER_STEP = 512;

/**
 * Judges one batch, in steps: it yields now and then when the batch holds many records, and may then be gone on with
 * later. `mustStay`: it is the last batch of a piece of the log whose end must remain known.
 */
export function* retainBatch(
  batch: Buffer,
  header: BatchHeader,
  mustStay: boolean,
  rules: RetentionRules,
): Generator<undefined, BatchVerdict, undefined> {
  const { transactions, nowMs } = rules;
  const horizonMs = (header.attributes & DELETE_HORIZON_FLAG) === 0 ? null : header.baseTimestampMs;
  const horizonHasPassed = horizonMs !== null && horizonMs <= nowMs;
  const isOver = header.isControl ? transactions.noteControl(batch, header) : transactions.noteData(header);
  const dropsAll = isOver && (!header.isControl || horizonHasPassed);
  const chosen = dropsAll ? NOTHING : yield* chooseRecords(batch, header, horizonHasPassed, rules);
  if (chosen.kept.length === 0) {
    const stays = mustStay || speaksForProducer(header, rules.producers);
    const bytes = !stays ? null : header.recordsCount === 0 ? batch : emptyBatch(batch, header);
    return { bytes, recordsKept: 0, recordsWithoutKey: chosen.withoutKey };
  }
  const startsHorizon =
    horizonMs === null && ((header.isControl && isOver) || (chosen.hasTombstone && isCovered(header, rules)));
  const isWhole = chosen.kept.length === header.recordsCount;
  const newHorizonMs = startsHorizon ? nowMs + rules.deleteRetentionMs : null;
  return {
    bytes:
      isWhole && !startsHorizon
        ? batch
        : rewriteBatch(batch, header, chosen.plain, chosen.kept, newHorizonMs),
    recordsKept: chosen.kept.length,
    recordsWithoutKey: chosen.withoutKey,
  };
}

interface Chosen {
  readonly plain: Buffer;
  readonly kept: readonly RecordSlice[];
  readonly hasTombstone: boolean;
  readonly withoutKey: number;
}

const NOTHING: Chosen = { plain: Buffer.alloc(0), kept: [], hasTombstone: false, withoutKey: 0 };

function* chooseRecords(
  batch: Buffer,
  header: BatchHeader,
  horizonHasPassed: boolean,
  { lastOffsets }: RetentionRules,
): Generator<undefined, Chosen, undefined> {
  const { plain, slices } = sliceRecords(batch, header);
  if (header.isControl) return { plain, kept: [...slices], hasTombstone: false, withoutKey: 0 };
  const kept: RecordSlice[] = [];
  let hasTombstone = false;
  let withoutKey = 0;
  let looked = 0;
  for (const slice of slices) {
    if (++looked % RECORDS_PER_STEP === 0) yield;
    const { offset, key, hasValue } = slice;
    if (offset <= lastOffsets.latestOffset) {
      if (key === null) withoutKey++;
      if (key === null || offset < lastOffsets.offsetOf(key) || (!hasValue && horizonHasPassed)) continue;
    }
    hasTombstone ||= !hasValue;
    kept.push(slice);
  }
  return { plain, kept, hasTombstone, withoutKey };
}

/** Only then every tombstone in it is known to be the last of its key. */
function isCovered({ lastOffset }: BatchHeader, { lastOffsets }: RetentionRules): boolean {
  return lastOffset <= lastOffsets.latestOffset;
}

function speaksForProducer(
  { producerId, producerEpoch, lastOffset, isControl }: BatchHeader,
  producers: ReadonlyMap<number, ActiveProducer>,
): boolean {
  const active = producerId < 0 ? undefined : producers.get(producerId);
  if (active === undefined) return false;
  if (active.lastDataOffset >= 0) return active.lastDataOffset === lastOffset;
  return isControl && active.epoch === producerEpoch;
}
