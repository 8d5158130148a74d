/**
 * What `kafka-log-dirs` prints of brokers' directories: JSON whose members stand in the order in which Java's maps have them (class
 * LogDirsCommand of Apache Kafka 4.3.1). Pure.
 */
import type { LogDirDescription } from '../../kafka-client/admin/describe-log-dirs.ts';
import { javaJson } from '../kafka-dump-log/java-json.ts';
import { partitionName } from '../kafka-tool/partition-offsets.ts';
import { hashMapOrder, partitionMapOrder } from '../kafka-topics/java-order.ts';

export interface BrokerLogDirs {
  readonly broker: number;
  readonly logDirs: readonly LogDirDescription[];
}

/** Of these topics; of all where the set is empty. */
export function logDirsJson(brokers: readonly BrokerLogDirs[], topics: ReadonlySet<string>): string {
  const replicas = ({ replicas: all }: LogDirDescription): unknown[] =>
    partitionMapOrder(all.filter(({ topic }) => topics.size === 0 || topics.has(topic))).map((each) =>
      asMap({
        ...{ partition: partitionName(each), size: each.sizeBytes },
        ...{ offsetLag: each.offsetLag, isFuture: each.isFuture },
      }),
    );
  const directories = (logDirs: readonly LogDirDescription[]): unknown[] =>
    hashMapOrder(logDirs, ({ path }) => path).map((each) =>
      asMap({ logDir: each.path, error: each.error, partitions: replicas(each) }),
    );
  return javaJson(
    asMap({
      version: 1,
      brokers: brokers.map(({ broker, logDirs }) => asMap({ broker, logDirs: directories(logDirs) })),
    }),
  );
}

function asMap(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(hashMapOrder(Object.entries(members), ([name]) => name));
}
