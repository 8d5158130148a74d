/** DescribeLogDirs 0-4: the log directories, the replicas in them and their sizes (KIP-113), room on the disk (KIP-827). */
import {
  describeLogDirsRequest,
  describeLogDirsResponse,
} from '../../protocol/messages/35-describe-log-dirs.ts';
import type { LogDirectoryDescription } from '../replication/replica-requests.ts';
import { defineApi } from './api-handler.ts';

export const describeLogDirs = defineApi({
  request: describeLogDirsRequest,
  response: describeLogDirsResponse,
  minVersion: 0,
  maxVersion: 4,
  handle({ topics }, _context, { replicaManager }) {
    const wanted =
      topics === null ? null : new Map(topics.map(({ topic, partitions }) => [topic, new Set(partitions)]));
    const filter =
      wanted === null
        ? null
        : (topic: string, partition: number) => wanted.get(topic)?.has(partition) === true;
    return { results: replicaManager.describeLogDirs(filter).map(directoryAnswer) };
  },
});

function directoryAnswer({ path, errorCode, partitions, totalBytes, usableBytes }: LogDirectoryDescription) {
  const byTopic = new Map<string, LogDirectoryDescription['partitions'][number][]>();
  for (const one of partitions) {
    const own = byTopic.get(one.topic) ?? [];
    own.push(one);
    byTopic.set(one.topic, own);
  }
  return {
    errorCode,
    logDir: path,
    topics: [...byTopic].map(([name, own]) => ({
      name,
      partitions: own.map(({ partition, sizeBytes, offsetLag, isFuture }) => ({
        partitionIndex: partition,
        partitionSize: BigInt(sizeBytes),
        offsetLag: BigInt(offsetLag),
        isFutureKey: isFuture,
      })),
    })),
    totalBytes: BigInt(totalBytes),
    usableBytes: BigInt(usableBytes),
  };
}
