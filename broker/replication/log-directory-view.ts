/** What DescribeLogDirs shows: every log directory with the replicas that lie in it. */
import { ErrorCode } from '../../protocol/errors.ts';
import type { LogManager } from '../log/log-manager.ts';
import type { Disk } from '../platform/platform.ts';
import type { LocalPartition } from './local-partition.ts';
import type { LogDirectoryDescription } from './replica-requests.ts';

export type PartitionFilter = (topic: string, partition: number) => boolean;

/** All partitions, or those that `filter` lets through. */
export function describeLogDirs(
  logs: LogManager,
  partitions: () => Iterable<LocalPartition>,
  disk: Disk,
  filter: PartitionFilter | null,
): LogDirectoryDescription[] {
  return logs.directories.map(({ path, failed }) => {
    if (failed) {
      const errorCode = ErrorCode.KAFKA_STORAGE_ERROR;
      return { path, errorCode, partitions: [], totalBytes: -1, usableBytes: -1 };
    }
    const own = [];
    for (const local of partitions()) {
      const { managed, topic, partition, sizeBytes } = local;
      if (managed.directory.path !== path || filter?.(topic, partition) === false) continue;
      // How far the log is behind what is committed.
      const offsetLag = Math.max(0, local.highWatermark - local.logEndOffset);
      own.push({ topic, partition, sizeBytes, offsetLag, isFuture: false });
    }
    return { path, errorCode: 0, partitions: own, ...disk.space(path) };
  });
}
