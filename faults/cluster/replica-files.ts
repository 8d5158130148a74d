/** The records of a partition as each replica has them on its disk, for the comparison after everything healed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forEachBatch, maxTimestampAt } from '../../protocol/records/record-batch.ts';

/** Timestamp, and the offset relative to the segment's first. */
const TIME_INDEX_ENTRY_BYTES = 12;

/** Batch by batch: base offset and bytes, of all segments in order; whatever does not make a whole batch is left out. */
export function batchesOnDisk(dataDirectory: string, topic: string, partition: number): Map<number, Buffer> {
  const folder = join(dataDirectory, `${topic}-${String(partition)}`);
  const batches = new Map<number, Buffer>();
  if (!existsSync(folder)) return batches;
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.log')) continue;
    const bytes = readFileSync(join(folder, name));
    forEachBatch(bytes, (header) => {
      const { position, sizeBytes, baseOffset } = header;
      batches.set(baseOffset, bytes.subarray(position, position + sizeBytes));
    });
  }
  return batches;
}

/**
 * Entries of a partition's time indexes, once its broker has ended: whether their times rise strictly, and whether each is the
 * largest time of all batches up to its offset, as Kafka's TimeIndex promises whoever searches in it.
 */
export function timeIndexEntries(
  dataDirectory: string,
  topic: string,
  partition: number,
): { readonly rises: boolean; readonly isLargestSoFar: boolean }[] {
  const folder = join(dataDirectory, `${topic}-${String(partition)}`);
  const batches = [...batchesOnDisk(dataDirectory, topic, partition)];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.timeindex'))
    .flatMap((name) => {
      const base = parseInt(name, 10);
      const bytes = readFileSync(join(folder, name));
      let previous = -1;
      return Array.from({ length: bytes.length / TIME_INDEX_ENTRY_BYTES }, (_unused, index) => {
        const timestamp = Number(bytes.readBigInt64BE(index * TIME_INDEX_ENTRY_BYTES));
        const offset = base + bytes.readInt32BE(index * TIME_INDEX_ENTRY_BYTES + 8);
        const times = batches
          .filter(([first]) => first >= base && first <= offset)
          .map(([, batch]) => maxTimestampAt(batch, 0));
        const rises = timestamp > previous;
        previous = timestamp;
        return { rises, isLargestSoFar: timestamp === Math.max(...times) };
      });
    });
}

/** Sentences about what differs; empty when all replicas have the same bytes. */
export function differences(
  replicas: readonly { readonly node: number; readonly dataDirectory: string }[],
  topic: string,
  partitions: number,
): string[] {
  const found: string[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const [first, ...others] = replicas.map(({ node, dataDirectory }) => ({
      node,
      batches: batchesOnDisk(dataDirectory, topic, partition),
    }));
    if (first === undefined) continue;
    for (const other of others) {
      const who = `nodes ${String(first.node)} and ${String(other.node)}, ${topic}-${String(partition)}`;
      if (first.batches.size !== other.batches.size)
        found.push(`${who}: ${String(first.batches.size)} and ${String(other.batches.size)} batches`);
      for (const [offset, bytes] of first.batches) {
        const same = other.batches.get(offset)?.equals(bytes);
        if (same === true) continue;
        found.push(`${who}: offset ${String(offset)} ${same === undefined ? 'is missing' : 'differs'}`);
        break;
      }
    }
  }
  return found;
}
