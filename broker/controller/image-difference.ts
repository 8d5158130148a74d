/**
 * What changed between two images of which neither was made from the other: a node that was so far behind that it got
 * a snapshot instead of the records tells its listeners this, as if it had replayed them. A partition counts as
 * changed when its partition epoch is another one, because every change of a partition raises that.
 */
import {
  type BrokerRegistration,
  configResource,
  type MetadataDelta,
  type MetadataImage,
  type PartitionImage,
  type TopicImage,
} from './image.ts';

export function imageDifference(before: MetadataImage, after: MetadataImage): MetadataDelta {
  const deletedTopics = [...before.topicsById.values()].filter(
    ({ topicId }) => !after.topicsById.has(topicId),
  );
  return {
    createdTopics: [...after.topicsById.values()].filter(({ topicId }) => !before.topicsById.has(topicId)),
    deletedTopics,
    removedTopicIds: new Set(deletedTopics.map(({ topicId }) => topicId)),
    changedPartitions: [...after.topicsById.values()].flatMap((topic) =>
      changedPartitions(before.topicsById.get(topic.topicId), topic),
    ),
    changedConfigs: changedConfigs(before, after),
    changedBrokers: changedBrokers(before, after),
  };
}

function changedPartitions(
  before: TopicImage | undefined,
  topic: TopicImage,
): { readonly topic: TopicImage; readonly partition: PartitionImage }[] {
  return [...topic.partitions.values()]
    .filter(({ partition, partitionEpoch }) => {
      return before?.partitions.get(partition)?.partitionEpoch !== partitionEpoch;
    })
    .map((partition) => ({ topic, partition }));
}

function changedConfigs(before: MetadataImage, after: MetadataImage): MetadataDelta['changedConfigs'] {
  return [...new Set([...before.configs.keys(), ...after.configs.keys()])]
    .filter((key) => !sameEntries(before.configs.get(key), after.configs.get(key)))
    .map(configResource);
}

function sameEntries(
  one: ReadonlyMap<string, string> | undefined,
  other: ReadonlyMap<string, string> | undefined,
): boolean {
  if (one === undefined || other === undefined || one.size !== other.size) return one === other;
  return [...one].every(([name, value]) => other.get(name) === value);
}

function changedBrokers(before: MetadataImage, after: MetadataImage): number[] {
  return [...new Set([...before.brokers.keys(), ...after.brokers.keys()])].filter(
    (id) => !sameBroker(before.brokers.get(id), after.brokers.get(id)),
  );
}

/** A registration never changes but in these; directories only get fewer. A new one has a new epoch. */
function sameBroker(one: BrokerRegistration | undefined, other: BrokerRegistration | undefined): boolean {
  return (
    one?.brokerEpoch === other?.brokerEpoch &&
    one?.fenced === other?.fenced &&
    one?.inControlledShutdown === other?.inControlledShutdown &&
    one?.logDirectoryIds.length === other?.logDirectoryIds.length
  );
}
