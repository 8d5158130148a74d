/**
 * Test support for coordinators: a real one on virtual time over a log in memory, in a cluster of one broker. The log keeps
 * real batches, so that what is written is encoded, and what is loaded is decoded. It can hold commits back and refuse
 * them.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import { decodeRecords } from '../../../protocol/records/decode-records.ts';
import { encodeRecordBatch } from '../../../protocol/records/encode-batch.ts';
import { readBatchHeader, setBaseOffset } from '../../../protocol/records/record-batch.ts';
import {
  emptyImage,
  type MetadataDelta,
  type MetadataImage,
  partitionImage,
  wholeImageDelta,
} from '../../controller/image.ts';
import { ImageBuilder } from '../../controller/image-builder.ts';
import { type MetadataRecord, partitionRecord } from '../../controller/metadata-record.ts';
import type { Logger } from '../../platform/logger.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import type { Admission } from '../../replication/verified-appends.ts';
import type { BatchTerms, CoordinatorLog, Leadership, NamedProducer } from './coordinator-log.ts';

export const TEST_BROKER_ID = 0;

export class MemoryCoordinatorLog implements CoordinatorLog {
  readonly #batches = new Map<number, Buffer[]>();
  #held: (() => void)[] | null = null;
  /** The error of the next appends; 0: they work. */
  refuseWith = 0;

  /** What the transaction's coordinator says of who wants to write in a transaction. */
  admission: Admission = { errorCode: 0, isStillSo: () => true };
  /** Who asked to write in a transaction. */
  readonly asked: NamedProducer[] = [];

  append({ partition }: Leadership, batch: Buffer, { isStillSo }: BatchTerms = {}): Promise<number> {
    if (this.refuseWith !== 0) return Promise.resolve(this.refuseWith);
    if (isStillSo?.() === false) return Promise.resolve(ErrorCode.NOT_ENOUGH_REPLICAS);
    const batches = this.#batches.get(partition) ?? [];
    this.#batches.set(partition, batches);
    setBaseOffset(batch, 0, this.#endOffset(partition));
    batches.push(batch);
    if (this.#held === null) return Promise.resolve(0);
    return new Promise((resolve) => this.#held?.push(() => resolve(0)));
  }

  admit(_partition: number, producer: NamedProducer): Promise<Admission> {
    this.asked.push(producer);
    return Promise.resolve(this.admission);
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

interface TestedCoordinator {
  onImage(image: MetadataImage, delta: MetadataDelta): void;
  stop(): void;
}

/** A kit makes its coordinator at the end of its constructor, when all that `newCoordinator` reads is there. */
export abstract class CoordinatorTestKit<Coordinator extends TestedCoordinator, StoredRecord> {
  readonly platform: MemoryPlatform;
  readonly log = new MemoryCoordinatorLog();
  readonly errors: string[] = [];
  readonly logger: Logger = {
    info: () => undefined,
    warn: (message) => void this.errors.push(message),
    error: (message, cause) =>
      void this.errors.push(`${message} ${cause instanceof Error ? (cause.stack ?? '') : ''}`),
    named: () => this.logger,
  };
  image: MetadataImage;
  abstract coordinator: Coordinator;
  #topicCount = 0;

  constructor(seed: number) {
    this.platform = createMemoryPlatform({ seed });
    const builder = new ImageBuilder(emptyImage('cluster'));
    const endpoints = [{ name: 'PLAINTEXT', host: 'localhost', port: 9092 }];
    const registration = {
      ...{ brokerId: TEST_BROKER_ID, incarnationId: 'AAAAAAAAAAAAAAAAAAAAAQ', brokerEpoch: 0, rack: null },
      ...{ fenced: false, inControlledShutdown: false, logDirectoryIds: [], features: new Map() },
    };
    builder.replay({ type: 'RegisterBrokerRecord', ...registration, endpoints }, 0);
    this.image = builder.build().image;
  }

  protected abstract newCoordinator(): Coordinator;
  protected abstract decode(key: Buffer, value: Buffer | null): StoredRecord | null;

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
        partitionRecord(topicId, partitionImage({ partition, replicas: [TEST_BROKER_ID] })),
      ),
    ]);
  }

  deleteTopic(name: string): void {
    const topicId = this.image.topicsByName.get(name)?.topicId ?? '';
    this.change([{ type: 'RemoveTopicRecord', topicId }]);
  }

  /** A new coordinator over the same log, as after kill -9. */
  async restart(): Promise<void> {
    this.coordinator.stop();
    this.coordinator = this.newCoordinator();
    this.coordinator.onImage(this.image, wholeImageDelta(this.image));
    await this.platform.advance(0);
  }

  advance(durationMs: number): Promise<void> {
    return this.platform.advance(durationMs);
  }

  /** Everything written, decoded; of each partition in order. */
  records(): StoredRecord[] {
    return this.log.batches().flatMap((batch) =>
      [...decodeRecords(batch)].flatMap(({ key, value }) => {
        const record = key === null ? null : this.decode(key, value);
        return record === null ? [] : [record];
      }),
    );
  }
}
