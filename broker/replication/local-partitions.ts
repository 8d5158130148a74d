/**
 * The partitions that this broker holds, kept in step with the metadata image: opened, made, updated, deleted. Who
 * waits for a partition is told of every change through the two listeners.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  GROUP_CONFIGS,
  type MetadataDelta,
  type MetadataImage,
  type PartitionImage,
  type TopicImage,
} from '../controller/image.ts';
import { partitionKey } from '../log/checkpoint-files.ts';
import type { LogConfig } from '../log/log-config.ts';
import type { LogManager, ManagedLog } from '../log/log-manager.ts';
import type { Logger } from '../platform/logger.ts';
import type { Clock } from '../platform/platform.ts';
import type { FollowerFetchers } from './follower/follower-fetchers.ts';
import { LocalPartition, type PartitionLookup } from './local-partition.ts';
import { PartitionState } from './partition-state.ts';

export interface LocalPartitionsOptions {
  readonly brokerId: number;
  readonly logs: LogManager;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly logConfigOf: (topic: string) => LogConfig;
  /** replica.lag.time.max.ms */
  readonly maxLagMs: () => number;
  /** Whether what the image says of this broker is said of this very process, and it serves. */
  readonly isInService: (image: MetadataImage) => boolean;
  /** Null: nobody copies what other brokers lead. */
  readonly fetchers: Pick<FollowerFetchers, 'follow' | 'unfollow' | 'noteDiskFailure'> | null;
  /** Runs `move`, which may move the high watermark, and tells who waits for that. */
  readonly onProgress: (local: LocalPartition, move: () => void) => void;
  /** What readers are told is different now; `writable` is false when appends cannot succeed any more. */
  readonly onChange: (key: string, writable: boolean) => void;
  /** Only who is in sync changed. */
  readonly onIsrChange: (key: string) => void;
}

/** A partition of the image whose log cannot be had. */
interface MissingPartition {
  readonly topic: TopicImage;
  readonly image: PartitionImage;
  /** It may be made as soon as that is possible; otherwise it may lie in a directory that cannot be used. */
  readonly isNew: boolean;
}

export class LocalPartitions implements PartitionLookup {
  readonly #options: LocalPartitionsOptions;
  readonly #byKey = new Map<string, LocalPartition>();
  readonly #missing = new Map<string, MissingPartition>();
  #image: MetadataImage | null = null;

  constructor(options: LocalPartitionsOptions) {
    this.#options = options;
  }

  get(topic: string, partition: number): LocalPartition | undefined {
    return this.#byKey.get(partitionKey(topic, partition));
  }

  missingError(topic: string, partition: number): number {
    if (this.#missing.has(partitionKey(topic, partition))) return ErrorCode.KAFKA_STORAGE_ERROR;
    return this.#image?.topicsByName.get(topic)?.partitions.has(partition) === true
      ? ErrorCode.NOT_LEADER_OR_FOLLOWER
      : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
  }

  topicName(topicId: string): string | undefined {
    return this.#image?.topicsById.get(topicId)?.name;
  }

  /** Partitions of this broker whose log cannot be had. */
  get missingCount(): number {
    return this.#missing.size;
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
    const isFirst = this.#image === null;
    this.#image = image;
    for (const topic of delta.deletedTopics) this.#deleteTopic(topic);
    if (!isFirst) {
      for (const { topic, partition } of delta.changedPartitions)
        this.#applyPartition(topic, partition, true);
      for (const { type, name } of delta.changedConfigs)
        if (type !== GROUP_CONFIGS) this.#refreshConfigs(type === 2 ? name : null);
      return;
    }
    this.#refreshConfigs(null);
    this.#dropForeignLogs(image, delta.removedTopicIds);
    // What is not in the good directories may be in another one: made anew it would begin at 0 without its records.
    const { logs } = this.#options;
    for (const topic of image.topicsByName.values()) {
      for (const partition of topic.partitions.values())
        this.#applyPartition(topic, partition, !logs.hasFailedDirectory);
    }
  }

  /**
   * Logs that no partition of the image uses. Those of topics that the cluster has deleted go, as they would have if
   * this broker had lived to do it; any other is kept under another name, for its owner to look at.
   */
  #dropForeignLogs(image: MetadataImage, removedTopicIds: ReadonlySet<string>): void {
    const { logs, brokerId } = this.#options;
    for (const { log, topicId } of [...logs.logs()]) {
      const topic = image.topicsByName.get(log.topic);
      const isOurs = topic?.partitions.get(log.partition)?.replicas.includes(brokerId) === true;
      // A log without an id has never been forced to the device; whatever it holds is of the topic of that name.
      if (isOurs && (topicId === null || topicId === topic?.topicId)) continue;
      // The topic was deleted, or its replica here given to another broker, while this one was away.
      const isGivenAway =
        topicId !== null && topic?.topicId === topicId && topic.partitions.has(log.partition);
      if (isGivenAway || (topicId !== null && removedTopicIds.has(topicId)))
        logs.delete(log.topic, log.partition);
      else logs.setStray(log.topic, log.partition);
    }
  }

  /** A log directory has failed. */
  noteDirectoryFailure(path: string): void {
    for (const [key, local] of this.#byKey) {
      if (local.managed.directory.path !== path) continue;
      this.#options.fetchers?.noteDiskFailure(local);
      this.#options.onChange(key, false);
    }
  }

  /** Tries again to make logs that could not be made, where that may succeed: the disk was full. */
  makeMissing(): void {
    for (const { topic, image, isNew } of [...this.#missing.values()])
      if (isNew) this.#applyPartition(topic, image, true);
  }

  #applyPartition(topic: TopicImage, image: PartitionImage, isNew: boolean): void {
    const key = partitionKey(topic.name, image.partition);
    const missing = this.#missing.get(key);
    this.#missing.delete(key);
    const { brokerId } = this.#options;
    let local = this.get(topic.name, image.partition);
    if (local !== undefined && (local.topicId !== topic.topicId || !image.replicas.includes(brokerId))) {
      this.#drop(local);
      local = undefined;
    }
    if (!image.replicas.includes(brokerId)) return;
    const mayMake = missing?.topic.topicId === topic.topicId ? missing.isNew : isNew;
    const isOpened = local === undefined;
    local ??= this.#open(topic, image.partition, mayMake);
    if (local === undefined) {
      this.#missing.set(key, { topic, image, isNew: mayMake });
      return;
    }
    this.#take(local, image, key, isOpened);
  }

  /**
   * What a process led that ran here before is not led by this one: its log may have lost its end, and a leader epoch must
   * not be written in twice. The controller gives a new epoch to whom it lets lead again.
   */
  #asSeenHere(image: PartitionImage): PartitionImage {
    if (image.leader !== this.#options.brokerId || this.#image === null) return image;
    return this.#options.isInService(this.#image) ? image : { ...image, leader: -1 };
  }

  #take(local: LocalPartition, given: PartitionImage, key: string, isOpened: boolean): void {
    const image = this.#asSeenHere(given);
    const { fetchers, clock, onProgress, onChange, onIsrChange } = this.#options;
    const { log, state } = local;
    // The controller's own answer may have told more than this image already.
    if (image.partitionEpoch < state.partitionEpoch) return;
    const moves = image.leader !== state.leader || image.leaderEpoch !== state.leaderEpoch;
    if (moves) fetchers?.unfollow(local);
    onProgress(local, () => {
      if (!state.apply(image, log.logEndOffset, clock.monotonicMs())) return;
      log.beginLeaderEpoch(image.leaderEpoch);
      local.uncommitted.clear();
    });
    if (state.role === 'follower') fetchers?.follow(local, image.leader, image.leaderEpoch);
    if (moves || isOpened) onChange(key, state.isLeader);
    else onIsrChange(key);
  }

  #open(topic: TopicImage, partition: number, mayMake: boolean): LocalPartition | undefined {
    const { logs, logger, brokerId } = this.#options;
    let managed = logs.get(topic.name, partition);
    if (managed !== undefined && managed.topicId !== null && managed.topicId !== topic.topicId) {
      // Another topic of that name: its records are not this one's.
      logs.setStray(topic.name, partition);
      managed = undefined;
    }
    if (managed === undefined && !mayMake) return undefined;
    try {
      managed ??= logs.create(topic.name, partition, topic.topicId);
    } catch (error) {
      logger.error(`The log of ${topic.name}-${partition} could not be made; its clients are told so`, error);
      return undefined;
    }
    const { log, checkpointedHighWatermark } = managed;
    const highWatermark = Math.min(Math.max(checkpointedHighWatermark, log.logStartOffset), log.logEndOffset);
    const state = new PartitionState(brokerId, highWatermark, {
      minInsyncReplicas: () => log.config.minInsyncReplicas,
      maxLagMs: this.#options.maxLagMs,
      broker: (id) => this.#image?.brokers.get(id),
    });
    const local = new LocalPartition(topic.topicId, managed, state);
    this.#byKey.set(partitionKey(topic.name, partition), local);
    return local;
  }

  #deleteTopic(topic: TopicImage): void {
    for (const partition of topic.partitions.keys()) {
      const key = partitionKey(topic.name, partition);
      if (this.#missing.get(key)?.topic.topicId === topic.topicId) this.#missing.delete(key);
      const local = this.get(topic.name, partition);
      if (local?.topicId === topic.topicId) this.#drop(local);
    }
  }

  #drop(local: LocalPartition): void {
    const key = partitionKey(local.topic, local.partition);
    this.#options.fetchers?.unfollow(local);
    local.state.leave();
    this.#byKey.delete(key);
    this.#options.logs.delete(local.topic, local.partition);
    this.#options.onChange(key, false);
  }

  #advance(local: LocalPartition): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#options.onProgress(local, () => void local.state.advance(local.logEndOffset, nowMs));
  }

  /** Brokers came, went or changed: one that was about to join may no longer hold a high watermark back. */
  onBrokersChanged(): void {
    for (const [key, local] of this.#byKey) {
      if (local.isLeader) this.#advance(local);
      else if (local.state.role === 'offline') this.#lookAgain(local, key);
    }
  }

  /** This broker may be in service by now. */
  #lookAgain(local: LocalPartition, key: string): void {
    const given = this.#image?.topicsById.get(local.topicId)?.partitions.get(local.partition);
    if (given?.leader === this.#options.brokerId) this.#take(local, given, key, false);
  }

  /** Of one topic, or of all when the broker's own defaults changed. */
  #refreshConfigs(topic: string | null): void {
    for (const { log } of this.#options.logs.logs()) {
      if (topic !== null && log.topic !== topic) continue;
      log.updateConfig(this.#options.logConfigOf(log.topic));
      const local = this.get(log.topic, log.partition);
      // min.insync.replicas may have held the high watermark back.
      if (local?.isLeader === true) this.#advance(local);
    }
  }
}
