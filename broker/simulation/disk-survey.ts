/**
 * What of a partition is left on a disk after a crash, read from the segment files alone and not by the broker's own code:
 * the batches from the beginning on.
 */
import type { MemoryDisk } from '../platform/memory/memory-disk.ts';

/** Contents of the segment files in the order of their offsets; empty when there is no such directory. */
export function segmentsOf(disk: MemoryDisk, directory: string): Buffer[] {
  if (!disk.exists(directory)) return [];
  const names = disk.list(directory).filter((name) => /^\d{20}\.log$/.test(name));
  return names.map((name) => disk.readFile(`${directory}/${name}`));
}
