/**
 * Metadata 0-12: brokers, controller, topics, and who leads what.
 *
 * - In 0 an empty list of topics means all, from 1 on null does and an empty list means none.
 * - Topics asked for by name are created when they are not there, if the broker allows it and the client does not
 *   forbid it (4 and later can). The answer then already has the new topic: Kafka's AutoTopicCreationManager answers
 *   UNKNOWN_TOPIC_OR_PARTITION, upon which some clients log an error, and some groups stay without partitions. Listing all
 *   creates nothing.
 * - 12 can ask by topic id (KIP-516); an unknown id is UNKNOWN_TOPIC_ID, with no name.
 * - A partition without a leader is listed with leader -1 and LEADER_NOT_AVAILABLE.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  type MetadataRequest,
  metadataRequest,
  metadataResponse,
} from '../../protocol/messages/03-metadata.ts';
import type { MetadataImage, PartitionImage, TopicImage } from '../controller/image.ts';
import { hasOnlineDirectory } from '../controller/replica-directories.ts';
import { isInternalTopic, topicNameFault } from '../controller/topic-name.ts';
import { defineApi } from './api-handler.ts';
import { CLUSTER_OPERATIONS, OPERATIONS_NOT_ASKED_FOR, TOPIC_OPERATIONS } from './authorized-operations.ts';
import type { BrokerServices } from './broker-services.ts';
import { liveBrokers, namedController } from './live-brokers.ts';

const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA';
const FIRST_VERSION_WITH_TOPIC_IDS = 12;

type Entry = NonNullable<MetadataRequest['topics']>[number];

function partitionEntry(partition: PartitionImage, image: MetadataImage) {
  const { leader, leaderEpoch, replicas, isr } = partition;
  const isOffline = (id: number): boolean =>
    image.brokers.get(id)?.fenced !== false || !hasOnlineDirectory(id, partition, image);
  return {
    errorCode: leader === -1 ? ErrorCode.LEADER_NOT_AVAILABLE : ErrorCode.NONE,
    partitionIndex: partition.partition,
    leaderId: leader,
    leaderEpoch,
    replicaNodes: replicas,
    isrNodes: isr,
    offlineReplicas: replicas.filter(isOffline),
  };
}

function topicEntry(topic: TopicImage, image: MetadataImage, operations: number) {
  return {
    name: topic.name,
    topicId: topic.topicId,
    isInternal: isInternalTopic(topic.name),
    partitions: [...topic.partitions.values()].map((partition) => partitionEntry(partition, image)),
    topicAuthorizedOperations: operations,
  };
}

function missingEntry(name: string | null, topicId: string, errorCode: number, operations: number) {
  const isInternal = name !== null && isInternalTopic(name);
  return { name, topicId, errorCode, isInternal, topicAuthorizedOperations: operations };
}

/** Error code per name that is not there after all: 0 never occurs in it. */
async function createMissing(
  names: readonly string[],
  mayCreate: boolean,
  services: BrokerServices,
): Promise<ReadonlyMap<string, number>> {
  const { topicsByName } = services.image();
  const missing = names.filter((name) => !topicsByName.has(name));
  const valid = missing.filter((name) => topicNameFault(name) === null);
  const codes = new Map(missing.map((name) => [name, ErrorCode.INVALID_TOPIC_EXCEPTION as number]));
  for (const name of valid) codes.set(name, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  if (!mayCreate || valid.length === 0) return codes;
  for (const [name, code] of await services.topicCreation.autoCreate(valid)) codes.set(name, code);
  return codes;
}

async function askedTopics(
  asked: readonly Entry[],
  request: MetadataRequest,
  version: number,
  services: BrokerServices,
) {
  const operations = request.includeTopicAuthorizedOperations ? TOPIC_OPERATIONS : OPERATIONS_NOT_ASKED_FOR;
  const names = new Set<string>();
  const ids = new Set<string>();
  for (const { name, topicId } of asked) {
    if (topicId !== ZERO_UUID && version >= FIRST_VERSION_WITH_TOPIC_IDS) ids.add(topicId);
    else names.add(name ?? '');
  }
  const codes = await createMissing([...names], version < 4 || request.allowAutoTopicCreation, services);
  const image = services.image();
  const byName = [...names].map((name) => {
    const topic = image.topicsByName.get(name);
    if (topic) return topicEntry(topic, image, operations);
    return missingEntry(name, ZERO_UUID, codes.get(name) || ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, operations);
  });
  const byId = [...ids].map((id) => {
    const topic = image.topicsById.get(id);
    return topic
      ? topicEntry(topic, image, operations)
      : missingEntry(null, id, ErrorCode.UNKNOWN_TOPIC_ID, operations);
  });
  return [...byName, ...byId];
}

/** 10 and 11 have fields for ids and for no name, but cannot be asked by them: Kafka refuses the whole request. */
function refuseAll(asked: readonly Entry[]) {
  const topics = asked.map(({ name, topicId }) =>
    missingEntry(name ?? '', topicId, ErrorCode.INVALID_REQUEST, OPERATIONS_NOT_ASKED_FOR),
  );
  return { brokers: [], clusterId: null, controllerId: -1, topics };
}

export const metadata = defineApi({
  request: metadataRequest,
  response: metadataResponse,
  minVersion: 0,
  maxVersion: 12,
  async handle(request, context, services) {
    const { apiVersion } = context;
    const asked = request.topics ?? [];
    const asksById = asked.some(({ name, topicId }) => name === null || topicId !== ZERO_UUID);
    if (asksById && apiVersion < FIRST_VERSION_WITH_TOPIC_IDS) return refuseAll(asked);
    const wantsAll = request.topics === null || (apiVersion === 0 && request.topics.length === 0);
    const operations = request.includeTopicAuthorizedOperations ? TOPIC_OPERATIONS : OPERATIONS_NOT_ASKED_FOR;
    const topics = wantsAll
      ? [...services.image().topicsByName.values()].map((topic) =>
          topicEntry(topic, services.image(), operations),
        )
      : await askedTopics(asked, request, apiVersion, services);
    const image = services.image();
    const brokers = liveBrokers(image, context.listenerName);
    return {
      brokers,
      clusterId: image.clusterId,
      controllerId: namedController(brokers, services.config.nodeId),
      topics,
      clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
        ? CLUSTER_OPERATIONS
        : OPERATIONS_NOT_ASKED_FOR,
    };
  },
});
