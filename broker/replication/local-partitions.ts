/**
 * The partitions that this broker holds, kept in step with the metadata image: opened, made, updated, deleted. Who
 * waits for a partition is told of every change through the two listeners.
 */
import type { MetadataDelta, MetadataImage, PartitionImage, TopicImage } from '../controller/image.ts';
import { partitionKey } from '../log/checkpoint-files.ts';
import type { LogConfig } from '../log/log-config.ts';
import type { LogManager, ManagedLog } from '../log/log-manager.ts';
import type { Logger } from '../platform/logger.ts';
import type { Clock } from '../platform/platform.ts';
import { LocalPartition } from './local-partition.ts';
import { PartitionState } from './partition-state.ts';

export interface LocalPartitionsOptions {
  readonly brokerId: number;
  readonly logs: LogManager;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly logConfigOf: (topic: string) => LogConfig;
  /** Something about the partition changed; `writable` is false when appends cannot succeed any more. */
  readonly onChange: (key: string, writable: boolean) => void;
}

export class LocalPartitions {
  readonly #options: LocalPartitionsOptions;
  readonly #byKey = new Map<string, LocalPartition>();
  #hasImage = false;

  constructor(options: LocalPartitionsOptions) {
    this.#options = options;
  }

  get(topic: string, partition: number): LocalPartition | undefined {
    return this.#byKey.get(partitionKey(topic, partition));
  }

  all(): Iterable<LocalPartition> {
    return this.#byKey.values();
  }

  /** Null for a log that no partition of the image uses. */
  highWatermarkOf({ log }: ManagedLog): number | null {
    return this.get(log.topic, log.partition)?.highWatermark ?? null;
  }

  /** Null for a log that no partition of the image uses. */
  lastStableOffsetOf({ log }: ManagedLog): number | null {
    return this.get(log.topic, log.partition)?.lastStableOffset ?? null;
  }

  applyImage(image: MetadataImage, delta: MetadataDelta): void {
    for (const topic of delta.deletedTopics) this.#deleteTopic(topic);
    if (this.#hasImage) {
      for (const { topic, partition } of delta.changedPartitions) this.#applyPartition(topic, partition);
      for (const { type, name } of delta.changedConfigs) this.#refreshConfigs(type === 2 ? name : null);
      return;
    }
    this.#hasImage = true;
    this.#refreshConfigs(null);
    for (const topic of image.topicsByName.values()) {
      for (const partition of topic.partitions.values()) this.#applyPartition(topic, partition);
    }
    const { logs } = this.#options;
    for (const { log } of [...logs.logs()]) {
      if (this.get(log.topic, log.partition) === undefined) logs.setStray(log.topic, log.partition);
    }
  }

  /** A log directory has failed. */
  noteDirectoryFailure(path: string): void {
    for (const [key, local] of this.#byKey) {
      if (local.managed.directory.path === path) this.#options.onChange(key, false);
    }
  }

  #applyPartition(topic: TopicImage, image: PartitionImage): void {
    const { brokerId, clock } = this.#options;
    let local = this.get(topic.name, image.partition);
    if (local !== undefined && (local.topicId !== topic.topicId || !image.replicas.includes(brokerId))) {
      this.#drop(local);
      local = undefined;
    }
    if (!image.replicas.includes(brokerId)) return;
    local ??= this.#open(topic, image.partition);
    if (local === undefined) return;
    const { log, state } = local;
    if (state.apply(image, log.logEndOffset, clock.wallMs())) log.beginLeaderEpoch(image.leaderEpoch);
    this.#options.onChange(partitionKey(topic.name, image.partition), state.isLeader);
  }

  #open(topic: TopicImage, partition: number): LocalPartition | undefined {
    const { logs, logger, brokerId } = this.#options;
    let managed = logs.get(topic.name, partition);
    if (managed !== undefined && managed.topicId !== null && managed.topicId !== topic.topicId) {
      // The topic was deleted and made anew while this broker was away: the old records are not the new topic's.
      logs.setStray(topic.name, partition);
      managed = undefined;
    }
    try {
      managed ??= logs.create(topic.name, partition, topic.topicId);
    } catch (error) {
      logger.error(`The log of ${topic.name}-${partition} could not be made; its clients are told so`, error);
      return undefined;
    }
    const { log, checkpointedHighWatermark } = managed;
    const highWatermark = Math.min(Math.max(checkpointedHighWatermark, log.logStartOffset), log.logEndOffset);
    const local = new LocalPartition(topic.topicId, managed, new PartitionState(brokerId, highWatermark));
    this.#byKey.set(partitionKey(topic.name, partition), local);
    return local;
  }

  #deleteTopic(topic: TopicImage): void {
    for (const partition of topic.partitions.keys()) {
      const local = this.get(topic.name, partition);
      if (local?.topicId === topic.topicId) this.#drop(local);
    }
  }

  #drop(local: LocalPartition): void {
    const key = partitionKey(local.topic, local.partition);
    this.#byKey.delete(key);
    this.#options.logs.delete(local.topic, local.partition);
    this.#options.onChange(key, false);
  }

  /** Of one topic, or of all when the broker's own defaults changed. */
  #refreshConfigs(topic: string | null): void {
    for (const { log } of this.#options.logs.logs()) {
      if (topic === null || log.topic === topic) log.updateConfig(this.#options.logConfigOf(log.topic));
    }
  }
}
