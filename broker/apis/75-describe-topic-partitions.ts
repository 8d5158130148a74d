/**
 * DescribeTopicPartitions 0: topics in pages of partitions, with their eligible leader replicas (KIP-966). Topics are told in
 * name order, all of them when none is named; a page ends after the asked number of partitions, and its cursor says where
 * the next one begins. Asking creates no topic.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  describeTopicPartitionsRequest,
  describeTopicPartitionsResponse,
} from '../../protocol/messages/75-describe-topic-partitions.ts';
import type { MetadataImage, PartitionImage, TopicImage } from '../controller/image.ts';
import { isInternalTopic } from '../controller/topic-name.ts';
import { defineApi } from './api-handler.ts';
import { OPERATIONS_NOT_ASKED_FOR, TOPIC_OPERATIONS } from './authorized-operations.ts';

const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA';
/** Kafka's max.request.partition.size.limit. */
const PAGE_PARTITIONS_MAX = 2_000;

function partitionEntry(partition: PartitionImage, image: MetadataImage) {
  return {
    errorCode: partition.leader === -1 ? ErrorCode.LEADER_NOT_AVAILABLE : ErrorCode.NONE,
    partitionIndex: partition.partition,
    leaderId: partition.leader,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes: partition.replicas,
    isrNodes: partition.isr,
    eligibleLeaderReplicas: partition.elr,
    lastKnownElr: partition.lastKnownElr,
    offlineReplicas: partition.replicas.filter((id) => image.brokers.get(id)?.fenced !== false),
  };
}

function topicEntry(topic: TopicImage, from: number, count: number, image: MetadataImage) {
  const rest = [...topic.partitions.values()]
    .filter(({ partition }) => partition >= from)
    .sort((left, right) => left.partition - right.partition);
  return {
    entry: {
      errorCode: ErrorCode.NONE,
      name: topic.name,
      topicId: topic.topicId,
      isInternal: isInternalTopic(topic.name),
      partitions: rest.slice(0, count).map((partition) => partitionEntry(partition, image)),
      topicAuthorizedOperations: TOPIC_OPERATIONS,
    },
    next: rest[count]?.partition ?? null,
  };
}

function missingEntry(name: string) {
  return {
    errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    name,
    topicId: ZERO_UUID,
    isInternal: isInternalTopic(name),
    partitions: [],
    topicAuthorizedOperations: OPERATIONS_NOT_ASKED_FOR,
  };
}

export const describeTopicPartitions = defineApi({
  request: describeTopicPartitionsRequest,
  response: describeTopicPartitionsResponse,
  minVersion: 0,
  maxVersion: 0,
  handle({ topics: asked, cursor, responsePartitionLimit }, _context, services) {
    const image = services.image();
    const all = asked.length === 0 ? image.topicsByName.keys() : asked.map(({ name }) => name);
    const names = [...new Set(all)].filter((name) => cursor === null || name >= cursor.topicName).sort();
    const topics = [];
    let room = Math.max(1, Math.min(responsePartitionLimit, PAGE_PARTITIONS_MAX));
    for (const name of names) {
      if (room <= 0) return { topics, nextCursor: { topicName: name, partitionIndex: 0 } };
      const topic = image.topicsByName.get(name);
      if (topic === undefined) {
        // A topic that went while it was being told is no mistake of the asker.
        if (asked.length > 0 && name !== cursor?.topicName) topics.push(missingEntry(name));
        continue;
      }
      const from = name === cursor?.topicName ? Math.max(0, cursor.partitionIndex) : 0;
      const { entry, next } = topicEntry(topic, from, room, image);
      topics.push(entry);
      room -= entry.partitions.length;
      if (next !== null) return { topics, nextCursor: { topicName: name, partitionIndex: next } };
    }
    return { topics, nextCursor: null };
  },
});
