/**
 * Decides what a change of the set of brokers means for all partitions: a broker leaves, comes back, or came back
 * without having been stopped properly.
 *
 * One pass over the partitions of the image finds those concerned (a millisecond for 10,000 of them); each is decided
 * by decidePartitionChange. The records are right in any prefix, because each stands for its own partition.
 */
import type { CommandResult, ReplicaPolicy } from './command.ts';
import type { MetadataImage, PartitionImage, TopicImage } from './image.ts';
import { NO_LEADER, type PartitionChangeRecord } from './metadata-record.ts';
import { decidePartitionChange, type Election } from './partition-change.ts';
import { directoryOf, hasOnlineDirectory } from './replica-directories.ts';
import { mayElectUncleanly, minInsyncReplicas } from './replica-settings.ts';

/** Serves clients and will go on doing so. */
export function isActive(brokerId: number, image: MetadataImage): boolean {
  const broker = image.brokers.get(brokerId);
  return broker !== undefined && !broker.fenced && !broker.inControlledShutdown;
}

/** May this replica lead, as far as its broker goes: that serves, and has the directory in which the replica lies. */
export function mayLead(brokerId: number, partition: PartitionImage, image: MetadataImage): boolean {
  return isActive(brokerId, image) && hasOnlineDirectory(brokerId, partition, image);
}

interface Sweep {
  readonly concerns: (partition: PartitionImage) => boolean;
  readonly isAcceptableLeader: (brokerId: number, partition: PartitionImage) => boolean;
  /** Leaves every ISR. */
  readonly leaving?: number;
  readonly uncleanShutdown?: number;
  readonly lostLog?: number;
}

function sweep(image: MetadataImage, policy: ReplicaPolicy, how: Sweep): PartitionChangeRecord[] {
  const records: PartitionChangeRecord[] = [];
  const { leaving, isAcceptableLeader, uncleanShutdown, lostLog } = how;
  for (const topic of image.topicsById.values()) {
    let settings: ElectionSettings | null = null;
    for (const partition of topic.partitions.values()) {
      if (!how.concerns(partition)) continue;
      settings ??= electionSettings(topic, image, policy);
      const record = decidePartitionChange({
        topicId: topic.topicId,
        partition,
        isAcceptableLeader: (id) => isAcceptableLeader(id, partition),
        minInsyncReplicas: settings.minInsyncReplicas,
        election: settings.election,
        isr: leaving === undefined ? undefined : partition.isr.filter((id) => id !== leaving),
        uncleanShutdown,
        lostLog,
      });
      if (record !== null) records.push(record);
    }
  }
  return records;
}

interface ElectionSettings {
  readonly minInsyncReplicas: number;
  readonly election: Election;
}

function electionSettings(
  { name }: TopicImage,
  image: MetadataImage,
  policy: ReplicaPolicy,
): ElectionSettings {
  return {
    minInsyncReplicas: minInsyncReplicas(name, image, policy),
    election: mayElectUncleanly(name, image, policy) ? 'unclean' : 'online',
  };
}

/** Fenced, stopping or unregistered: it leaves every ISR, and leads nothing any more. */
export function changesWhenBrokerLeaves(
  brokerId: number,
  image: MetadataImage,
  policy: ReplicaPolicy,
): PartitionChangeRecord[] {
  return sweep(image, policy, {
    concerns: ({ isr, leader }) => isr.includes(brokerId) || leader === brokerId,
    isAcceptableLeader: (id, partition) => id !== brokerId && mayLead(id, partition, image),
    leaving: brokerId,
  });
}

/** Disks of a broker that serves have failed: the replicas on them leave every ISR, and lead nothing any more. */
export function changesWhenDirectoriesFail(
  brokerId: number,
  directoryIds: readonly string[],
  image: MetadataImage,
  policy: ReplicaPolicy,
): PartitionChangeRecord[] {
  const isThere = (partition: PartitionImage): boolean =>
    directoryIds.includes(directoryOf(partition, brokerId));
  return sweep(image, policy, {
    concerns: (partition) =>
      (partition.isr.includes(brokerId) || partition.leader === brokerId) && isThere(partition),
    isAcceptableLeader: (id, partition) => id !== brokerId && mayLead(id, partition, image),
    leaving: brokerId,
  });
}

/**
 * It may have lost records: it leaves every ISR and ELR and keeps its place where it was one of the last. With
 * `lostLog`, because none of its directories came back, it does not keep that either: an empty log must not lead
 * as long as another replica may have more.
 */
export function changesAfterUncleanRestart(
  brokerId: number,
  image: MetadataImage,
  policy: ReplicaPolicy,
  lostLog = false,
): PartitionChangeRecord[] {
  return sweep(image, policy, {
    concerns: ({ isr, elr, lastKnownElr, leader }) =>
      isr.includes(brokerId) ||
      elr.includes(brokerId) ||
      leader === brokerId ||
      (lostLog && lastKnownElr.includes(brokerId)),
    isAcceptableLeader: (id, partition) => id !== brokerId && mayLead(id, partition, image),
    leaving: brokerId,
    uncleanShutdown: brokerId,
    ...(lostLog ? { lostLog: brokerId } : {}),
  });
}

/** It serves from now on: partitions without a leader may have one again. */
export function changesWhenBrokerServes(
  brokerId: number,
  image: MetadataImage,
  policy: ReplicaPolicy,
): PartitionChangeRecord[] {
  return sweep(image, policy, {
    concerns: ({ leader, replicas }) => leader === NO_LEADER && replicas.includes(brokerId),
    isAcceptableLeader: (id, partition) =>
      id === brokerId ? hasOnlineDirectory(id, partition, image) : mayLead(id, partition, image),
  });
}

/** For all partitions without a leader, as their topics allow it now: also after unclean elections were allowed. */
export function electLeaderless(image: MetadataImage, policy: ReplicaPolicy): CommandResult<number> {
  const records = sweep(image, policy, {
    concerns: ({ leader }) => leader === NO_LEADER,
    isAcceptableLeader: (id, partition) => mayLead(id, partition, image),
  });
  return { records, response: records.length, divisible: true };
}
