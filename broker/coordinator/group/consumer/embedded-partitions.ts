/** Partitions as members of the classic protocol name them, by the names of their topics, and as consumer groups do, by ids. */
import { readSubscription, type TopicWithPartitions, writeAssignment } from '../embedded-protocol.ts';
import { type OwnedPartitions, type TopicPartitions, toTopicList } from './topic-partitions.ts';
import { topicNameOf, type Topology } from './topology.ts';

/** Those of topics that are not there, and topics of which it names none, are left out. */
export function toTopicIds(
  named: readonly TopicWithPartitions[],
  { image }: Topology,
): { readonly topicId: string; readonly partitions: readonly number[] }[] {
  return named.flatMap(({ topic, partitions }) => {
    const topicId = image.topicsByName.get(topic)?.topicId;
    return topicId === undefined || partitions.length === 0 ? [] : [{ topicId, partitions }];
  });
}

/** An assignment in the bytes of the member that subscribed with `metadata`; partitions of deleted topics are left out. */
export function writePartitions(
  of: OwnedPartitions | TopicPartitions,
  metadata: Buffer | undefined,
  topology: Topology,
): Buffer {
  const version = metadata && readSubscription(metadata)?.version;
  const named = toTopicList(of).flatMap(({ topicId, partitions }) => {
    const topic = topicNameOf(topology, topicId);
    return topic === null ? [] : [{ topic, partitions }];
  });
  return writeAssignment(version ?? 0, named);
}
