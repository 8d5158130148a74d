/**
 * A producer's earlier batches, read back from the log. A snapshot keeps only the last batch of each producer, but a
 * client may repeat any of its last five after a restart; this is asked once per producer and restart, and only when
 * a sequence number does not fit.
 */
import type { BatchHeader } from '../../protocol/records/record-batch.ts';
import { checkDataBatch, type ProducerVerdict } from './producer-checks.ts';
import {
  KEPT_BATCHES,
  lastSequenceOf,
  type KeptBatch,
  type ProducerEntry,
  type ProducerState,
} from './producer-state.ts';
import type { LogSegment } from './segment.ts';

/** Only so many offsets before the last batch are looked at. */
const MAX_OFFSETS_BACK = 100_000;

/** The same entry with as many batches as the log still shows; no longer marked as coming from a snapshot. */
function batchesInLog(segments: readonly LogSegment[], entry: ProducerEntry): ProducerEntry {
  const last = entry.batches.at(-1);
  if (last === undefined) return { ...entry, fromSnapshot: false };
  const from = Math.max(0, last.lastOffset - MAX_OFFSETS_BACK);
  const found: KeptBatch[] = [];
  for (const [index, segment] of segments.entries()) {
    const nextBase = segments[index + 1]?.baseOffset ?? Number.MAX_SAFE_INTEGER;
    if (nextBase <= from || segment.baseOffset > last.lastOffset) continue;
    segment.visitFrom(Math.max(from, segment.baseOffset), (header) => {
      if (header.producerId !== entry.producerId || header.producerEpoch !== entry.epoch) return;
      if (header.baseSequence < 0 || header.lastOffset >= last.lastOffset) return;
      found.push({
        lastSequence: lastSequenceOf(header),
        lastOffset: header.lastOffset,
        offsetDelta: header.lastOffsetDelta,
        timestampMs: header.maxTimestampMs,
      });
    });
  }
  // What was written after the restart is in the entry already and newer than all that the snapshot left out.
  const known = new Set(entry.batches.map((batch) => batch.lastOffset));
  const earlier = found.filter((batch) => !known.has(batch.lastOffset));
  return { ...entry, batches: [...earlier, ...entry.batches].slice(-KEPT_BATCHES), fromSnapshot: false };
}

/** The verdict on a client's or a broker's batch, after asking the log where a snapshot may have left something out. */
export function checkProducer(
  producers: ProducerState,
  segments: readonly LogSegment[],
  header: BatchHeader,
  origin: 'client' | 'coordinator',
): ProducerVerdict {
  const verdict = checkDataBatch(producers.get(header.producerId), header, origin);
  if (verdict.kind !== 'refused' || !producers.needsHistory(header)) return verdict;
  const entry = producers.get(header.producerId);
  if (entry !== undefined) producers.restore(batchesInLog(segments, entry));
  return checkDataBatch(producers.get(header.producerId), header, origin);
}
