/**
 * Test support: a real coordinator on virtual time over a log in memory. The log keeps real batches, so that what is
 * written is encoded, and what is loaded is decoded. It can hold commits back and refuse them.
 */
import { encodeRecordBatch } from '../../../protocol/records/encode-batch.ts';
import { decodeRecords } from '../../../protocol/records/decode-records.ts';
import { readBatchHeader, setBaseOffset } from '../../../protocol/records/record-batch.ts';
import { emptyImage, type MetadataImage, partitionImage, wholeImageDelta } from '../../controller/image.ts';
import { ImageBuilder } from '../../controller/image-builder.ts';
import { type MetadataRecord, partitionRecord } from '../../controller/metadata-record.ts';
import { OFFSETS_TOPIC } from '../../controller/topic-name.ts';
import type { Logger } from '../../platform/logger.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import type { CoordinatorLog, Leadership } from '../runtime/coordinator-log.ts';
import { GroupCoordinator } from './group-coordinator.ts';
import type { GroupCoordinatorConfig } from './group-context.ts';
import { decodeGroupRecord, type GroupRecord } from './group-record.ts';

export class MemoryCoordinatorLog implements CoordinatorLog {
  readonly #batches = new Map<number, Buffer[]>();
  #held: (() => void)[] | null = null;
  /** The error of the next appends; 0: they work. */
  refuseWith = 0;

  append({ partition }: Leadership, batch: Buffer): Promise<number> {
    if (this.refuseWith !== 0) return Promise.resolve(this.refuseWith);
    const batches = this.#batches.get(partition) ?? [];
    this.#batches.set(partition, batches);
    setBaseOffset(batch, 0, this.#endOffset(partition));
    batches.push(batch);
    if (this.#held === null) return Promise.resolve(0);
    return new Promise((resolve) => this.#held?.push(() => resolve(0)));
  }

  logStartOffset(): number {
    return 0;
  }

  maxBatchBytes(): number {
    return 1_048_588;
  }

  ready(): Promise<boolean> {
    return Promise.resolve(true);
  }

  readCommitted({ partition }: Leadership, offset: number): Buffer | null {
    const wanted = (this.#batches.get(partition) ?? []).filter(
      (batch) => readBatchHeader(batch).lastOffset >= offset,
    );
    return Buffer.concat(wanted);
  }

  holdCommits(): void {
    this.#held ??= [];
  }

  releaseCommits(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const commit of held) commit();
  }

  /** Everything written, decoded. */
  records(): GroupRecord[] {
    return [...this.#batches.values()].flat().flatMap((batch) =>
      [...decodeRecords(batch)].flatMap(({ key, value }) => {
        const record = key === null ? null : decodeGroupRecord(key, value);
        return record === null ? [] : [record];
      }),
    );
  }

  batches(): readonly Buffer[] {
    return [...this.#batches.values()].flat();
  }

  get batchCount(): number {
    return [...this.#batches.values()].reduce((sum, batches) => sum + batches.length, 0);
  }

  /** Bytes as another writer might leave them. */
  appendRaw(
    partition: number,
    records: readonly { readonly key: Buffer; readonly value: Buffer | null }[],
  ): void {
    void this.append({ partition, leaderEpoch: 0 }, encodeRecordBatch({ records, timestampMs: 0 }));
  }

  #endOffset(partition: number): number {
    const last = this.#batches.get(partition)?.at(-1);
    return last === undefined ? 0 : readBatchHeader(last).lastOffset + 1;
  }
}

export const TEST_CONFIG: GroupCoordinatorConfig = {
  minSessionTimeoutMs: 6_000,
  maxSessionTimeoutMs: 1_800_000,
  maxGroupSize: 2_147_483_647,
  initialRebalanceDelayMs: 3_000,
  offsetMetadataMaxBytes: 4_096,
  offsetsRetentionMs: 7 * 86_400_000,
  offsetsRetentionCheckIntervalMs: 600_000,
  offsetsTopicPartitions: 50,
  offsetsCommitTimeoutMs: 5_000,
};

const BROKER_ID = 0;

export class GroupTestKit {
  readonly platform: MemoryPlatform;
  readonly log = new MemoryCoordinatorLog();
  readonly errors: string[] = [];
  config: GroupCoordinatorConfig;
  image: MetadataImage;
  coordinator: GroupCoordinator;
  #topicCount = 0;

  constructor(config: Partial<GroupCoordinatorConfig> = {}, seed = 1) {
    this.config = { ...TEST_CONFIG, ...config };
    this.platform = createMemoryPlatform({ seed });
    const builder = new ImageBuilder(emptyImage('cluster'));
    const endpoints = [{ name: 'PLAINTEXT', host: 'localhost', port: 9092 }];
    const registration = { brokerId: BROKER_ID, incarnationId: 'AAAAAAAAAAAAAAAAAAAAAQ', brokerEpoch: 0 };
    const state = { fenced: false, inControlledShutdown: false, logDirectoryIds: [], features: new Map() };
    builder.replay({ type: 'RegisterBrokerRecord', ...registration, endpoints, rack: null, ...state }, 0);
    this.image = builder.build().image;
    this.coordinator = this.#newCoordinator();
  }

  #newCoordinator(): GroupCoordinator {
    return new GroupCoordinator({
      platform: this.platform,
      logger: this.#logger(),
      brokerId: BROKER_ID,
      config: () => this.config,
      log: this.log,
      image: () => this.image,
      createOffsetsTopic: () => {
        this.createTopic(OFFSETS_TOPIC, this.config.offsetsTopicPartitions);
        return Promise.resolve();
      },
    });
  }

  #logger(): Logger {
    const logger: Logger = {
      info: () => undefined,
      warn: (message) => void this.errors.push(message),
      error: (message, cause) =>
        void this.errors.push(`${message} ${cause instanceof Error ? (cause.stack ?? '') : ''}`),
      named: () => logger,
    };
    return logger;
  }

  change(records: readonly MetadataRecord[]): void {
    const builder = new ImageBuilder(this.image);
    records.forEach((record, index) => builder.replay(record, this.image.offset + 1 + index));
    const { image, delta } = builder.build();
    this.image = image;
    this.coordinator.onImage(image, delta);
  }

  createTopic(name: string, partitions: number): void {
    this.#topicCount += 1;
    const topicId = `${String(this.#topicCount).padStart(21, '0')}A`;
    this.change([
      { type: 'TopicRecord', name, topicId },
      ...Array.from({ length: partitions }, (_, partition) =>
        partitionRecord(topicId, partitionImage({ partition, replicas: [BROKER_ID] })),
      ),
    ]);
  }

  deleteTopic(name: string): void {
    const topicId = this.image.topicsByName.get(name)?.topicId ?? '';
    this.change([{ type: 'RemoveTopicRecord', topicId }]);
  }

  /** Creates __consumer_offsets and waits until its partitions are loaded. */
  async start(): Promise<void> {
    await this.coordinator.findCoordinators(['any'], 'PLAINTEXT');
    await this.platform.advance(0);
  }

  /** A new coordinator over the same log, as after kill -9. */
  async restart(): Promise<void> {
    this.coordinator.stop();
    this.coordinator = this.#newCoordinator();
    this.coordinator.onImage(this.image, wholeImageDelta(this.image));
    await this.platform.advance(0);
  }

  advance(durationMs: number): Promise<void> {
    return this.platform.advance(durationMs);
  }
}
