/**
 * Decides AssignReplicasToDirs: a broker says in which of its log directories replicas lie (KIP-858). Brokers with
 * several directories do so for each replica they make, so that the controller knows what a failing disk takes with it.
 *
 * - A replica in a directory that is not online (any more) leaves the ISR and leads nothing: the disk may have failed
 *   before anybody knew that the replica was on it.
 * - A replica whose directory was known and is gone, and that is in another one now, was made anew there: what it had is
 *   lost, so it is no longer eligible.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { registrationOf } from './broker-epoch.ts';
import type { CommandResult, ReplicaPolicy } from './command.ts';
import type { MetadataImage, PartitionImage, TopicImage } from './image.ts';
import { mayLead } from './leader-elections.ts';
import { partitionChange, type PartitionChangeRecord } from './metadata-record.ts';
import { decidePartitionChange } from './partition-change.ts';
import { directoryOf, isOnlineDirectory, withDirectory } from './replica-directories.ts';
import { mayElectUncleanly, minInsyncReplicas } from './replica-settings.ts';

export interface AssignReplicasRequest {
  readonly brokerId: number;
  readonly brokerEpoch: number;
  readonly directories: readonly {
    readonly id: string;
    readonly topics: readonly {
      readonly topicId: string;
      readonly partitions: readonly { readonly partitionIndex: number }[];
    }[];
  }[];
}

export interface AssignReplicasAnswer {
  readonly errorCode: number;
  readonly directories: readonly {
    readonly id: string;
    readonly topics: readonly {
      readonly topicId: string;
      readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number }[];
    }[];
  }[];
}

export function assignReplicas(
  { brokerId, brokerEpoch, directories: asked }: AssignReplicasRequest,
  image: MetadataImage,
  policy: ReplicaPolicy,
): CommandResult<AssignReplicasAnswer> {
  const sender = registrationOf(brokerId, brokerEpoch, image);
  if ('errorCode' in sender) {
    return { records: [], response: { errorCode: sender.errorCode, directories: [] } };
  }
  const records: PartitionChangeRecord[] = [];
  const decided = new Set<PartitionImage>();
  const assignOne = (directory: string, topicId: string, partitionIndex: number): number => {
    const topic = image.topicsById.get(topicId);
    if (topic === undefined) return ErrorCode.UNKNOWN_TOPIC_ID;
    const partition = topic.partitions.get(partitionIndex);
    if (partition === undefined) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    if (!partition.replicas.includes(brokerId)) return ErrorCode.NOT_LEADER_OR_FOLLOWER;
    if (decided.has(partition)) return ErrorCode.INVALID_REQUEST;
    decided.add(partition);
    const record = assignment({ brokerId, directory, topic, partition, image, policy });
    if (record !== null) records.push(record);
    return ErrorCode.NONE;
  };
  const directories = asked.map(({ id, topics }) => ({
    id,
    topics: topics.map(({ topicId, partitions }) => ({
      topicId,
      partitions: partitions.map(({ partitionIndex }) => ({
        ...{ partitionIndex, errorCode: assignOne(id, topicId, partitionIndex) },
      })),
    })),
  }));
  return { records, response: { errorCode: 0, directories }, divisible: true };
}

interface Assignment {
  readonly brokerId: number;
  readonly directory: string;
  readonly topic: TopicImage;
  readonly partition: PartitionImage;
  readonly image: MetadataImage;
  readonly policy: ReplicaPolicy;
}

function assignment(given: Assignment): PartitionChangeRecord | null {
  const { brokerId, directory, topic, partition, image, policy } = given;
  const before = directoryOf(partition, brokerId);
  if (before === directory) return null;
  const isOnline = isOnlineDirectory(directory, brokerId, image);
  const wasMadeAnew = isOnline && !isOnlineDirectory(before, brokerId, image);
  const { topicId } = topic;
  const directories = withDirectory(partition, brokerId, directory);
  if (isOnline && !wasMadeAnew) return partitionChange(topicId, partition.partition, { directories });
  const placed = { ...partition, directories };
  return decidePartitionChange({
    ...{ topicId, partition, directories },
    isAcceptableLeader: (id) => mayLead(id, placed, image),
    minInsyncReplicas: minInsyncReplicas(topic.name, image, policy),
    election: mayElectUncleanly(topic.name, image, policy) ? 'unclean' : 'online',
    isr: partition.isr.filter((id) => id !== brokerId),
    ...(wasMadeAnew && { uncleanShutdown: brokerId, lostLog: brokerId }),
  });
}
