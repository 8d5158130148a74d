/**
 * The collector's questions, asked through our client of Kafka: each method is one operation of kafka-client/admin, which falls
 * back to what the broker serves.
 */
import { fetchClusterMetadata, topicMemory } from '../../kafka-client/admin/cluster-metadata.ts';
import { ConfigResourceType, describeConfigs } from '../../kafka-client/admin/describe-configs.ts';
import type { ConfigValue } from '../../kafka-client/admin/describe-configs.ts';
import { describeConsumerGroups } from '../../kafka-client/admin/describe-consumer-groups.ts';
import { describeGroups, groupMemory } from '../../kafka-client/admin/describe-groups.ts';
import { describeLogDirs } from '../../kafka-client/admin/describe-log-dirs.ts';
import { describeShareGroupOffsets } from '../../kafka-client/admin/describe-share-group-offsets.ts';
import { describeShareGroups } from '../../kafka-client/admin/describe-share-groups.ts';
import { describeStreamsGroups } from '../../kafka-client/admin/describe-streams-groups.ts';
import { fetchGroupOffsets, groupOffsetsMemory } from '../../kafka-client/admin/fetch-group-offsets.ts';
import { listGroups } from '../../kafka-client/admin/list-groups.ts';
import { listOffsetsByTopic, OffsetsMemory } from '../../kafka-client/admin/list-offsets.ts';
import { TopicNames } from '../../kafka-client/admin/topic-names.ts';
import { describeQuorum } from '../../kafka-client/admin/describe-quorum.ts';
import { isClientError } from '../../kafka-client/client-error.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { ApiKey } from '../../protocol/api-keys.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import type { TopicSettings } from '../model/snapshot.ts';
import { topicSettingNames } from '../model/topic-setting-names.ts';
import { cannotTellOf } from './cannot-tell.ts';
import type { ClusterConnection } from './cluster-connection.ts';
import { systemClock } from './collector-clock.ts';
import type { DescribedGroupType, KafkaReader, ToldTopicSettings } from './kafka-reader.ts';
import { RequestBudget } from './request-budget.ts';

const CLIENT_ID = 'aquila-console';
const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;

const describers = {
  consumer: describeConsumerGroups,
  share: describeShareGroups,
  streams: describeStreamsGroups,
} as const satisfies Record<Exclude<DescribedGroupType, 'classic'>, unknown>;

/** Throws TypeError for an address that is none. Connects at the first question. */
export function openReader(connection: ClusterConnection, clock = systemClock): KafkaReader {
  const budget = new RequestBudget(clock);
  const cluster = new KafkaCluster({
    ...connection,
    clientId: CLIENT_ID,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    pace: () => budget.take(),
  });
  const names = new TopicNames();
  const topics = topicMemory(names);
  const groups = new PerBroker(() => groupMemory(names));
  const committed = new PerBroker(() => groupOffsetsMemory(names));
  const ends = new PerBroker(() => new OffsetsMemory(names));
  return {
    metadata: () => fetchClusterMetadata(cluster, null, topics),
    quorum: () => quorumOf(cluster),
    listGroups: (brokerId) => listGroups(cluster, brokerId),
    describeGroups: (brokerId, type, groupIds) =>
      type === 'classic'
        ? describeGroups(cluster, brokerId, groupIds, groups.of(brokerId))
        : describers[type](cluster, brokerId, groupIds),
    committedOffsets: (brokerId, groupIds) =>
      fetchGroupOffsets(cluster, brokerId, groupIds, committed.of(brokerId)),
    shareOffsets: (brokerId, groupIds) => describeShareGroupOffsets(cluster, brokerId, groupIds),
    // The ends are asked in each round, the others so seldom that what they told is not worth keeping.
    listOffsets: (brokerId, partitions, kind) =>
      listOffsetsByTopic(
        cluster,
        brokerId,
        partitions,
        kind,
        kind === 'latest' ? ends.of(brokerId) : new OffsetsMemory(names),
      ),
    describeLogDirs: async (brokerId) => {
      const isServed = (await cluster.versionsOf(brokerId)).has(ApiKey.DescribeLogDirs);
      return isServed ? describeLogDirs(cluster, brokerId) : [];
    },
    topicSettings: (topics) => topicSettingsOf(cluster, topics),
    cannotTell: async () => cannotTellOf(await cluster.versionsOf('any')),
    takeTraffic: () => Object.fromEntries(cluster.traffic.take()),
    close: () => Promise.resolve(cluster.close()),
  };
}

/** What each broker told last. Brokers are few, and one that is gone may be back. */
class PerBroker<Memory> {
  readonly #memories = new Map<number, Memory>();
  readonly #fresh: () => Memory;

  constructor(fresh: () => Memory) {
    this.#fresh = fresh;
  }

  of(brokerId: number): Memory {
    let memory = this.#memories.get(brokerId);
    if (memory === undefined) this.#memories.set(brokerId, (memory = this.#fresh()));
    return memory;
  }
}

async function topicSettingsOf(
  cluster: KafkaCluster,
  topics: readonly string[],
): Promise<ToldTopicSettings[]> {
  if (!(await cluster.versionsOf('any')).has(ApiKey.DescribeConfigs)) return [];
  const resources = topics.map((name) => ({ type: ConfigResourceType.topic, name }));
  const told = await describeConfigs(cluster, resources, 'any', Object.values(topicSettingNames), {
    inSlices: true,
  });
  return told.map(({ resource, error, values }) => ({
    topic: resource.name,
    error,
    settings: error === null ? settingsIn(values) : null,
  }));
}

function settingsIn(values: readonly ConfigValue[]): TopicSettings {
  const textOf = (name: string): string | null => values.find((each) => each.name === name)?.value ?? null;
  const numberOf = (name: string): number | null => {
    const number = Number(textOf(name) ?? NaN);
    return Number.isSafeInteger(number) ? number : null;
  };
  return {
    minInSyncReplicas: numberOf(topicSettingNames.minInSyncReplicas),
    retentionMs: numberOf(topicSettingNames.retentionMs),
    retentionBytes: numberOf(topicSettingNames.retentionBytes),
    cleanupPolicy: textOf(topicSettingNames.cleanupPolicy),
  };
}

/** Who may not ask is told no more than by a cluster without a quorum. */
async function quorumOf(cluster: KafkaCluster): ReturnType<KafkaReader['quorum']> {
  try {
    const told = await describeQuorum(cluster);
    if (told === null) return null;
    const { leaderId, leaderEpoch, highWatermark, voters, observers } = told;
    const nodes = [voters, observers].flatMap((members) =>
      members
        .map(({ nodeId: id, ...member }) => ({ id, isVoter: members === voters, ...member }))
        .sort((a, b) => a.id - b.id),
    );
    return { leaderId, leaderEpoch, highWatermark, nodes };
  } catch (error) {
    const refused = isClientError(error) && error.errorCode === ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
    if (refused) return null;
    throw error;
  }
}
