/**
 * What a change of configs means for partitions at once: with a smaller min.insync.replicas the high watermark may move
 * again, so replicas outside the ISR stop being eligible leaders in the same batch, before any leader can hear of the
 * new value (KIP-966); and where unclean elections are allowed now, partitions without a leader may have one.
 */
import type { CommandResult, ReplicaPolicy } from './command.ts';
import type { MetadataImage } from './image.ts';
import { ImageBuilder } from './image-builder.ts';
import { mayLead } from './leader-elections.ts';
import type { ConfigRecord, MetadataRecord } from './metadata-record.ts';
import { decidePartitionChange } from './partition-change.ts';
import { MIN_INSYNC_REPLICAS, minInsyncReplicas, UNCLEAN_LEADER_ELECTION } from './replica-settings.ts';

function changesKey(records: readonly MetadataRecord[], key: string): boolean {
  return records.some((record) => record.type === 'ConfigRecord' && record.name === key);
}

/** Should partitions without a leader be looked at when these records are committed? */
export function mayAllowElections(records: readonly MetadataRecord[]): boolean {
  return changesKey(records, UNCLEAN_LEADER_ELECTION);
}

/** The same decision, with the changes of partitions that have to be committed with it. */
export function withConsequences<Response>(
  result: CommandResult<Response>,
  image: MetadataImage,
  policy: ReplicaPolicy,
): CommandResult<Response> {
  if (!changesKey(result.records, MIN_INSYNC_REPLICAS)) return result;
  const after = new ImageBuilder(image);
  for (const record of result.records) after.load(record);
  const changes = eligibilityChanges(result.records, after.view(), policy);
  return { ...result, records: [...result.records, ...changes] };
}

function eligibilityChanges(
  records: readonly MetadataRecord[],
  image: MetadataImage,
  policy: ReplicaPolicy,
): MetadataRecord[] {
  const changes: MetadataRecord[] = [];
  for (const topic of topicsOf(records, image)) {
    for (const partition of topic?.partitions.values() ?? []) {
      if (topic === undefined || partition.elr.length + partition.lastKnownElr.length === 0) continue;
      const record = decidePartitionChange({
        topicId: topic.topicId,
        partition,
        isAcceptableLeader: (id) => mayLead(id, partition, image),
        minInsyncReplicas: minInsyncReplicas(topic.name, image, policy),
      });
      if (record !== null) changes.push(record);
    }
  }
  return changes;
}

/** A default of all brokers concerns every topic. */
function topicsOf(records: readonly MetadataRecord[], image: MetadataImage) {
  const configs = records.filter((record): record is ConfigRecord => record.type === 'ConfigRecord');
  const concerned = configs.filter(({ name }) => name === MIN_INSYNC_REPLICAS);
  if (concerned.some(({ resourceType }) => resourceType === 4)) return [...image.topicsById.values()];
  return [...new Set(concerned.map(({ resourceName }) => resourceName))].map((name) =>
    image.topicsByName.get(name),
  );
}
