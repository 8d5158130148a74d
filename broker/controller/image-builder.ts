/**
 * Replay: the only thing that turns metadata records into a new image.
 *
 * A builder starts from an image, takes the records of one or many batches and ends with a new image and what
 * changed. Maps are copied on the first write and then changed in place until `build`, so that replaying 10,000
 * partitions costs 10,000 steps, and an image once published never changes. A record that contradicts the image
 * (a partition of a topic that is not there) is corruption: an assertion stops the replay.
 */
import assert from 'node:assert/strict';
import type { Acl } from '../security/acl/acl.ts';
import {
  type BrokerRegistration,
  type ClientQuotas,
  type ConfigResource,
  configKey,
  type MetadataDelta,
  type MetadataImage,
  type PartitionImage,
  quotaEntityKey,
  scramKey,
  type ScramUser,
  type TopicImage,
} from './image.ts';
import { copyOf, type WritableMap } from './layered-map.ts';
import {
  type AccessControlEntryRecord,
  type BrokerRegistrationChangeRecord,
  type ClientQuotaRecord,
  type ConfigRecord,
  type FeatureLevelRecord,
  type MetadataRecord,
  NO_LEADER_CHANGE,
  type PartitionChangeRecord,
  type PartitionRecord,
  type RegisterBrokerRecord,
  type RemoveTopicRecord,
  type TopicRecord,
  type UnregisterBrokerRecord,
  type UserScramCredentialRecord,
} from './metadata-record.ts';

/** A map that is copied when it is first written to. */
class CopyOnWrite<K, V> {
  map: ReadonlyMap<K, V>;
  #own: WritableMap<K, V> | null = null;

  constructor(map: ReadonlyMap<K, V>) {
    this.map = map;
  }

  writable(): WritableMap<K, V> {
    if (this.#own === null) {
      this.#own = copyOf(this.map);
      this.map = this.#own;
    }
    return this.#own;
  }
}

/** What a PartitionChangeRecord makes of a partition (Kafka's PartitionRegistration.merge). */
export function changedPartition(partition: PartitionImage, record: PartitionChangeRecord): PartitionImage {
  const sameLeader = record.leader === NO_LEADER_CHANGE;
  return {
    partition: partition.partition,
    replicas: record.replicas ?? partition.replicas,
    directories: record.directories ?? (record.replicas === null ? partition.directories : []),
    isr: record.isr ?? partition.isr,
    addingReplicas: record.addingReplicas ?? partition.addingReplicas,
    removingReplicas: record.removingReplicas ?? partition.removingReplicas,
    elr: record.elr ?? partition.elr,
    lastKnownElr: record.lastKnownElr ?? partition.lastKnownElr,
    leader: sameLeader ? partition.leader : record.leader,
    leaderEpoch: sameLeader ? partition.leaderEpoch : partition.leaderEpoch + 1,
    partitionEpoch: partition.partitionEpoch + 1,
  };
}

interface TopicDraft extends TopicImage {
  readonly partitions: WritableMap<number, PartitionImage>;
}

export class ImageBuilder {
  readonly #base: MetadataImage;
  readonly #brokers: CopyOnWrite<number, BrokerRegistration>;
  readonly #topicsById: CopyOnWrite<string, TopicImage>;
  readonly #topicsByName: CopyOnWrite<string, TopicImage>;
  readonly #configs: CopyOnWrite<string, ReadonlyMap<string, string>>;
  readonly #features: CopyOnWrite<string, number>;
  readonly #scramUsers: CopyOnWrite<string, ScramUser>;
  readonly #acls: CopyOnWrite<string, Acl>;
  readonly #clientQuotas: CopyOnWrite<string, ClientQuotas>;
  /** Topics of this builder's own making: their maps may be written to. */
  readonly #drafts = new Map<string, TopicDraft>();
  readonly #configDrafts = new Map<string, Map<string, string>>();
  readonly #removedTopicIds = new Set<string>();
  readonly #changedPartitions = new Map<string, Set<number>>();
  readonly #changedConfigs = new Map<string, ConfigResource>();
  readonly #changedBrokers = new Set<number>();
  #offset: number;
  #epoch: number;
  #nextProducerId: number;
  #built = false;

  constructor(base: MetadataImage) {
    this.#base = base;
    this.#brokers = new CopyOnWrite(base.brokers);
    this.#topicsById = new CopyOnWrite(base.topicsById);
    this.#topicsByName = new CopyOnWrite(base.topicsByName);
    this.#configs = new CopyOnWrite(base.configs);
    this.#features = new CopyOnWrite(base.features);
    this.#scramUsers = new CopyOnWrite(base.scramUsers);
    this.#acls = new CopyOnWrite(base.acls);
    this.#clientQuotas = new CopyOnWrite(base.clientQuotas);
    this.#offset = base.offset;
    this.#epoch = base.epoch;
    this.#nextProducerId = base.nextProducerId;
  }

  /** Applies one record that stands at `offset` of the metadata log. */
  replay(record: MetadataRecord, offset: number): void {
    this.skip(offset);
    this.load(record);
  }

  /** Applies one record of a snapshot, which has no offset of its own: `reach` says where the snapshot ends. */
  load(record: MetadataRecord): void {
    assert(!this.#built, 'this image is published');
    switch (record.type) {
      case 'RegisterBrokerRecord':
        return this.#registerBroker(record);
      case 'BrokerRegistrationChangeRecord':
        return this.#changeRegistration(record);
      case 'UnregisterBrokerRecord':
        return this.#unregisterBroker(record);
      case 'TopicRecord':
        return this.#addTopic(record);
      case 'PartitionRecord':
        return this.#addPartition(record);
      case 'PartitionChangeRecord':
        return this.#changePartition(record);
      case 'RemoveTopicRecord':
        return this.#removeTopic(record);
      case 'ConfigRecord':
        return this.#setConfig(record);
      case 'ProducerIdsRecord':
        this.#nextProducerId = record.nextProducerId;
        return;
      case 'FeatureLevelRecord':
        return this.#setFeature(record);
      case 'UserScramCredentialRecord':
        return this.#setScramUser(record);
      case 'RemoveUserScramCredentialRecord':
        this.#scramUsers.writable().delete(scramKey(record.mechanism, record.name));
        return;
      case 'AccessControlEntryRecord':
        return this.#addAcl(record);
      case 'RemoveAccessControlEntryRecord':
        assert(this.#acls.writable().delete(record.id), `ACL ${record.id} is removed and was never added`);
        return;
      case 'ClientQuotaRecord':
        return this.#setQuota(record);
      case 'NoOpRecord':
    }
  }

  /** Counts a record that says nothing to us. */
  skip(offset: number): void {
    assert(offset > this.#offset, `metadata record ${String(offset)} after ${String(this.#offset)}`);
    this.#offset = offset;
  }

  /** The log is known up to and with `offset`, whose batch was written in `epoch`: control records and snapshots too. */
  reach(offset: number, epoch: number): void {
    assert(offset >= this.#offset, `metadata offset ${String(offset)} after ${String(this.#offset)}`);
    this.#offset = offset;
    this.#epoch = epoch;
  }

  /** What the image is so far, for a reader that has finished with it before the next replay changes it. */
  view(): MetadataImage {
    return {
      clusterId: this.#base.clusterId,
      offset: this.#offset,
      epoch: this.#epoch,
      features: this.#features.map,
      brokers: this.#brokers.map,
      topicsByName: this.#topicsByName.map,
      topicsById: this.#topicsById.map,
      configs: this.#configs.map,
      nextProducerId: this.#nextProducerId,
      scramUsers: this.#scramUsers.map,
      acls: this.#acls.map,
      clientQuotas: this.#clientQuotas.map,
    };
  }

  /** The new image and the difference to the one this builder began with. Ends the builder. */
  build(): { readonly image: MetadataImage; readonly delta: MetadataDelta } {
    this.#built = true;
    return { image: this.view(), delta: this.#delta() };
  }

  #delta(): MetadataDelta {
    const before = this.#base.topicsById;
    const drafts = [...this.#drafts.values()];
    return {
      createdTopics: drafts.filter((topic) => !before.has(topic.topicId)),
      deletedTopics: [...this.#removedTopicIds].flatMap((id) => before.get(id) ?? []),
      removedTopicIds: this.#removedTopicIds,
      changedPartitions: drafts.flatMap((topic) =>
        [...(this.#changedPartitions.get(topic.topicId) ?? [])].flatMap((index) => {
          const partition = topic.partitions.get(index);
          return partition === undefined ? [] : [{ topic, partition }];
        }),
      ),
      changedConfigs: [...this.#changedConfigs.values()],
      changedBrokers: [...this.#changedBrokers],
    };
  }

  #registerBroker(record: RegisterBrokerRecord): void {
    this.#brokers.writable().set(record.brokerId, {
      brokerId: record.brokerId,
      brokerEpoch: record.brokerEpoch,
      incarnationId: record.incarnationId,
      rack: record.rack,
      endpoints: record.endpoints.map(({ name, ...where }) => ({ listenerName: name, ...where })),
      fenced: record.fenced,
      inControlledShutdown: record.inControlledShutdown,
      logDirectoryIds: record.logDirectoryIds,
      features: record.features,
    });
    this.#changedBrokers.add(record.brokerId);
  }

  /** The registration that is meant; a record about one that was replaced contradicts the log. */
  #registered(brokerId: number, brokerEpoch: number): BrokerRegistration {
    const broker = this.#brokers.map.get(brokerId);
    assert(broker?.brokerEpoch === brokerEpoch, `change of unknown broker ${String(brokerId)}`);
    return broker;
  }

  #unregisterBroker({ brokerId, brokerEpoch }: UnregisterBrokerRecord): void {
    this.#registered(brokerId, brokerEpoch);
    this.#brokers.writable().delete(brokerId);
    this.#changedBrokers.add(brokerId);
  }

  #changeRegistration(record: BrokerRegistrationChangeRecord): void {
    const broker = this.#registered(record.brokerId, record.brokerEpoch);
    const fenced = record.fenced === 0 ? broker.fenced : record.fenced === 1;
    const inControlledShutdown = broker.inControlledShutdown || record.inControlledShutdown === 1;
    const logDirectoryIds = record.logDirectoryIds ?? broker.logDirectoryIds;
    const isSame = fenced === broker.fenced && inControlledShutdown === broker.inControlledShutdown;
    if (isSame && logDirectoryIds === broker.logDirectoryIds) return;
    const changed = { ...broker, fenced, inControlledShutdown, logDirectoryIds };
    this.#brokers.writable().set(record.brokerId, changed);
    this.#changedBrokers.add(record.brokerId);
  }

  #setFeature({ name, featureLevel }: FeatureLevelRecord): void {
    if (featureLevel === 0) this.#features.writable().delete(name);
    else this.#features.writable().set(name, featureLevel);
  }

  /** Its bytes are copied: those of the record are a view of all that was read with it. */
  #addAcl({ id, resourceType, resourceName, patternType, ...entry }: AccessControlEntryRecord): void {
    const { principal, host, operation, permissionType } = entry;
    this.#acls.writable().set(id, {
      ...{ resourceType, resourceName, patternType, principal, host, operation, permissionType },
    });
  }

  #setScramUser({
    name,
    mechanism,
    salt,
    storedKey,
    serverKey,
    iterations,
  }: UserScramCredentialRecord): void {
    this.#scramUsers.writable().set(scramKey(mechanism, name), {
      ...{ name, mechanism, iterations },
      ...{ salt: Buffer.from(salt), storedKey: Buffer.from(storedKey), serverKey: Buffer.from(serverKey) },
    });
  }

  #setQuota({ entity, key, value, remove }: ClientQuotaRecord): void {
    const entityKey = quotaEntityKey(entity);
    const values = new Map(this.#clientQuotas.map.get(entityKey)?.values);
    if (remove) values.delete(key);
    else values.set(key, value);
    if (values.size === 0) this.#clientQuotas.writable().delete(entityKey);
    else this.#clientQuotas.writable().set(entityKey, { entity, values });
  }

  #addTopic({ name, topicId }: TopicRecord): void {
    assert(!this.#topicsById.map.has(topicId), `topic id ${topicId} twice`);
    assert(!this.#topicsByName.map.has(name), `topic ${name} twice`);
    this.#keep({ name, topicId, partitions: new Map() });
  }

  #keep(draft: TopicDraft): TopicDraft {
    this.#drafts.set(draft.topicId, draft);
    this.#topicsById.writable().set(draft.topicId, draft);
    this.#topicsByName.writable().set(draft.name, draft);
    return draft;
  }

  #draft(topicId: string): TopicDraft {
    const draft = this.#drafts.get(topicId);
    if (draft !== undefined) return draft;
    const topic = this.#topicsById.map.get(topicId);
    assert(topic !== undefined, `partition of unknown topic ${topicId}`);
    return this.#keep({ ...topic, partitions: copyOf(topic.partitions) });
  }

  #putPartition(topicId: string, partition: PartitionImage): void {
    this.#draft(topicId).partitions.set(partition.partition, partition);
    const changed = this.#changedPartitions.get(topicId);
    if (changed === undefined) this.#changedPartitions.set(topicId, new Set([partition.partition]));
    else changed.add(partition.partition);
  }

  #addPartition(record: PartitionRecord): void {
    const { replicas, isr, addingReplicas, removingReplicas, elr, lastKnownElr } = record;
    const { leader, leaderEpoch, partitionEpoch, directories } = record;
    this.#putPartition(record.topicId, {
      ...{ partition: record.partitionId, replicas, isr, addingReplicas, removingReplicas },
      ...{ elr, lastKnownElr, leader, leaderEpoch, partitionEpoch, directories },
    });
  }

  #changePartition(record: PartitionChangeRecord): void {
    const partition = this.#draft(record.topicId).partitions.get(record.partitionId);
    assert(
      partition !== undefined,
      `change of unknown partition ${record.topicId}-${String(record.partitionId)}`,
    );
    this.#putPartition(record.topicId, changedPartition(partition, record));
  }

  /** Takes the topic's overrides away too, as Kafka's replay does: a new topic of that name starts with none. */
  #removeTopic({ topicId }: RemoveTopicRecord): void {
    const topic = this.#topicsById.map.get(topicId);
    assert(topic !== undefined, `removal of unknown topic ${topicId}`);
    this.#removedTopicIds.add(topicId);
    this.#drafts.delete(topicId);
    this.#changedPartitions.delete(topicId);
    this.#topicsById.writable().delete(topicId);
    this.#topicsByName.writable().delete(topic.name);
    const key = configKey(2, topic.name);
    if (this.#configs.map.has(key)) {
      this.#configs.writable().delete(key);
      this.#configDrafts.delete(key);
      this.#changedConfigs.set(key, { type: 2, name: topic.name });
    }
  }

  #setConfig(record: ConfigRecord): void {
    const key = configKey(record.resourceType, record.resourceName);
    let entries = this.#configDrafts.get(key);
    if (entries === undefined) {
      entries = new Map(this.#configs.map.get(key));
      this.#configDrafts.set(key, entries);
    }
    if (record.value === null) entries.delete(record.name);
    else entries.set(record.name, record.value);
    if (entries.size === 0) {
      this.#configs.writable().delete(key);
      this.#configDrafts.delete(key);
    } else {
      this.#configs.writable().set(key, entries);
    }
    this.#changedConfigs.set(key, { type: record.resourceType, name: record.resourceName });
  }
}
