/**
 * In which log directory each replica of a partition lies (KIP-858). A partition keeps one directory id for each of its
 * replicas, in their order; nothing while no broker has said where its replica is. Brokers with one directory need not:
 * when that fails they stop.
 *
 * A replica whose directory its broker has not (any more) can neither lead nor be in sync, however alive the broker is.
 */
import type { MetadataImage, PartitionImage } from './image.ts';

/** Kafka's DirectoryId.UNASSIGNED, LOST and MIGRATING: not told yet, in none that can be used, told by no older version. */
export const UNASSIGNED_DIRECTORY = 'AAAAAAAAAAAAAAAAAAAAAA';
export const LOST_DIRECTORY = 'AAAAAAAAAAAAAAAAAAAAAQ';
const MIGRATING_DIRECTORY = 'AAAAAAAAAAAAAAAAAAAAAg';

type Placed = Pick<PartitionImage, 'replicas' | 'directories'>;

export function directoryOf({ replicas, directories }: Placed, brokerId: number): string {
  if (directories.length === 0) return UNASSIGNED_DIRECTORY;
  return directories[replicas.indexOf(brokerId)] ?? UNASSIGNED_DIRECTORY;
}

/** Does the broker have this directory, as far as it has told? */
export function isOnlineDirectory(directory: string, brokerId: number, image: MetadataImage): boolean {
  if (directory === UNASSIGNED_DIRECTORY || directory === MIGRATING_DIRECTORY) return true;
  if (directory === LOST_DIRECTORY) return false;
  const online = image.brokers.get(brokerId)?.logDirectoryIds ?? [];
  return online.length === 0 || online.includes(directory);
}

export function hasOnlineDirectory(brokerId: number, partition: Placed, image: MetadataImage): boolean {
  return (
    partition.directories.length === 0 || isOnlineDirectory(directoryOf(partition, brokerId), brokerId, image)
  );
}

/** The directories of the same partition with other replicas. */
export function directoriesOf(before: Placed, replicas: readonly number[]): readonly string[] {
  if (before.directories.length === 0) return before.directories;
  return replicas.map((id) => directoryOf(before, id));
}

export function withDirectory(partition: Placed, brokerId: number, directory: string): readonly string[] {
  return partition.replicas.map((id) => (id === brokerId ? directory : directoryOf(partition, id)));
}
