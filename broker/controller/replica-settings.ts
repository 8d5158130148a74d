/**
 * The two settings of a topic that decide who may lead: min.insync.replicas and unclean.leader.election.enable.
 *
 * The topic's override counts, else the cluster's default in the image, else the configuration of the active
 * controller. Values of single brokers do not count: who may lead must not depend on who asks (Kafka's
 * ConfigurationControlManager does the same). A min.insync.replicas that stands in the brokers' own files must
 * therefore be the same on all nodes.
 */
import type { ReplicaPolicy } from './command.ts';
import { configKey, type MetadataImage } from './image.ts';

export const MIN_INSYNC_REPLICAS = 'min.insync.replicas';
export const UNCLEAN_LEADER_ELECTION = 'unclean.leader.election.enable';

function overriding(image: MetadataImage, topicName: string, key: string): string | undefined {
  return (
    image.configs.get(configKey(2, topicName))?.get(key) ?? image.configs.get(configKey(4, ''))?.get(key)
  );
}

/** At least 1. No partition needs more than it has replicas: `decidePartitionChange` looks after that. */
export function minInsyncReplicas(topicName: string, image: MetadataImage, policy: ReplicaPolicy): number {
  const text = overriding(image, topicName, MIN_INSYNC_REPLICAS);
  const value = text === undefined ? policy.minInsyncReplicas : Number(text);
  return Number.isSafeInteger(value) && value >= 1 ? value : 1;
}

export function mayElectUncleanly(topicName: string, image: MetadataImage, policy: ReplicaPolicy): boolean {
  const text = overriding(image, topicName, UNCLEAN_LEADER_ELECTION);
  return text === undefined ? policy.uncleanLeaderElection : text.trim().toLowerCase() === 'true';
}
