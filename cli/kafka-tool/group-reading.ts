/** A reader in a consumer group, by the properties of Kafka's consumers, as those tools have it that read. */
import { fetchClusterMetadata } from '../../kafka-client/admin/cluster-metadata.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { GroupMember } from '../../kafka-client/consumer/group-member.ts';
import { RecordConsumer } from '../../kafka-client/consumer/record-consumer.ts';
import type { Isolation } from '../../kafka-client/records/fetch-records.ts';
import { CommandError } from '../command-error.ts';
import { positiveInteger, wholeNumber, type ClientProperties } from './client-properties.ts';
import { GroupReader, type Rebalance } from './group-reader.ts';

export type TopicSource =
  | { readonly kind: 'topic'; readonly topic: string }
  | { readonly kind: 'pattern'; readonly pattern: RegExp; readonly internal: boolean };

export interface GroupReadingOptions {
  readonly source: TopicSource;
  readonly groupId: string;
  readonly autoCommit: boolean;
  readonly isolation: Isolation;
  /** Where to begin when nothing was committed; null: that is an error. */
  readonly reset: 'earliest' | 'latest' | null;
  readonly properties: ClientProperties;
  readonly onRebalance?: (step: Rebalance) => void;
}

/** @throws CommandError naming the property */
export function recordConsumer(
  cluster: KafkaCluster,
  { properties, isolation, reset }: Pick<GroupReadingOptions, 'properties' | 'isolation' | 'reset'>,
): RecordConsumer {
  return new RecordConsumer(cluster, {
    ...{ isolation, reset },
    maxWaitMs: wholeNumber(properties, 'fetch.max.wait.ms', 500),
    maxBytes: wholeNumber(properties, 'fetch.max.bytes', 52_428_800),
    maxPartitionBytes: wholeNumber(properties, 'max.partition.fetch.bytes', 1_048_576),
    metadataMaxAgeMs: wholeNumber(properties, 'metadata.max.age.ms', 300_000),
  });
}

/** @throws CommandError naming the property */
export function groupReader(cluster: KafkaCluster, options: GroupReadingOptions): GroupReader {
  const { source, groupId, properties, autoCommit, onRebalance } = options;
  const consumer = recordConsumer(cluster, options);
  const partitionsOf = async (names: readonly string[] | null) =>
    new Map(
      (await fetchClusterMetadata(cluster, names)).topics
        .filter(({ error }) => error === null)
        .map((topic) => [topic.name, topic]),
    );
  const member = new GroupMember(cluster, {
    ...{ groupId, groupInstanceId: properties.get('group.instance.id') || null },
    sessionTimeoutMs: positiveInteger(properties, 'session.timeout.ms', 45_000),
    heartbeatIntervalMs: positiveInteger(properties, 'heartbeat.interval.ms', 3_000),
    rebalanceTimeoutMs: positiveInteger(properties, 'max.poll.interval.ms', 300_000),
    countPartitions: async (topics) =>
      new Map([...(await partitionsOf(topics))].map(([name, topic]) => [name, topic.partitions.length])),
  });
  return new GroupReader(consumer, member, {
    ...{ autoCommit, commitIntervalMs: wholeNumber(properties, 'auto.commit.interval.ms', 5_000) },
    lookAgainMs: wholeNumber(properties, 'metadata.max.age.ms', 300_000),
    ...(onRebalance === undefined ? {} : { onRebalance }),
    async topics() {
      if (source.kind === 'topic') {
        await consumer.makeKnown(source.topic);
        const found = (await partitionsOf([source.topic])).get(source.topic);
        return new Map([[source.topic, found?.partitions.length ?? 0]]);
      }
      const found = [...(await partitionsOf(null)).values()].filter(
        ({ name, internal }) => source.pattern.test(name) && (source.internal || !internal),
      );
      return new Map(found.map(({ name, partitions }) => [name, partitions.length]));
    },
  });
}

/** `read_committed` or not, by a property's value. @throws CommandError */
export function isolationNamed(name: string): Isolation {
  if (name === 'read_committed' || name === 'read_uncommitted') return name;
  throw new CommandError(
    `Invalid value ${name} for configuration isolation.level: String must be one of: read_committed, read_uncommitted`,
  );
}

/** @throws CommandError for the protocol that these readers do not speak */
export function checkGroupProtocol(properties: ClientProperties): void {
  if ((properties.get('group.protocol') ?? 'classic').toLowerCase() !== 'classic')
    throw new CommandError('group.protocol: only classic can be used here.');
}

/** Of `--include`, which names whole topics. @throws CommandError */
export function topicsIncluded(include: string, internal: boolean): TopicSource {
  try {
    return { kind: 'pattern', pattern: new RegExp(`^(?:${include})$`, 'u'), internal };
  } catch {
    throw new CommandError(`--include ${include}: this is no regular expression.`);
  }
}
