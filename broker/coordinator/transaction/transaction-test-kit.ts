/**
 * Test support: a real transaction coordinator on virtual time over a log in memory, and partitions that take markers. Both
 * can be made to hold back or to refuse.
 */
import { decodeRecords } from '../../../protocol/records/decode-records.ts';
import { emptyImage, type MetadataImage, partitionImage, wholeImageDelta } from '../../controller/image.ts';
import { ImageBuilder } from '../../controller/image-builder.ts';
import { type MetadataRecord, partitionRecord } from '../../controller/metadata-record.ts';
import { TRANSACTION_STATE_TOPIC } from '../../controller/topic-name.ts';
import type { Logger } from '../../platform/logger.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../../platform/memory/memory-platform.ts';
import { MemoryCoordinatorLog } from '../group/group-test-kit.ts';
import type { MarkersRequest, MarkersResponse } from './marker-sender.ts';
import { TransactionCoordinator } from './transaction-coordinator.ts';
import type { TransactionConfig } from './transaction-context.ts';
import { decodeTransactionRecord, type TransactionRecord } from './transaction-record.ts';

const BROKER_ID = 0;
const STATE_PARTITIONS = 2;

export const TEST_CONFIG: TransactionConfig = {
  maxTimeoutMs: 900_000,
  idExpirationMs: 604_800_000,
  timeoutCheckIntervalMs: 10_000,
  expiryCheckIntervalMs: 3_600_000,
  stateTopicPartitions: STATE_PARTITIONS,
  commitTimeoutMs: 30_000,
};

export interface WrittenMarker {
  readonly place: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly committed: boolean;
  readonly coordinatorEpoch: number;
}

export class TransactionTestKit {
  readonly platform: MemoryPlatform;
  log = new MemoryCoordinatorLog();
  readonly errors: string[] = [];
  readonly markers: WrittenMarker[] = [];
  /** The error code of the next markers by `topic/partition`; what is missing works. */
  readonly refusals = new Map<string, number>();
  config: TransactionConfig;
  image: MetadataImage;
  coordinator: TransactionCoordinator;
  nextProducerId = 1_000;
  leaderEpoch = 0;
  #topicCount = 0;

  constructor(config: Partial<TransactionConfig> = {}, seed = 1) {
    this.config = { ...TEST_CONFIG, ...config };
    this.platform = createMemoryPlatform({ seed });
    this.image = emptyImage('cluster');
    this.coordinator = this.#newCoordinator();
    const endpoints = [{ name: 'PLAINTEXT', host: 'localhost', port: 9092 }];
    const registration = { brokerId: BROKER_ID, incarnationId: 'AAAAAAAAAAAAAAAAAAAAAQ', brokerEpoch: 0 };
    const state = { fenced: false, inControlledShutdown: false, logDirectoryIds: [], features: new Map() };
    this.change([{ type: 'RegisterBrokerRecord', ...registration, endpoints, rack: null, ...state }]);
  }

  #newCoordinator(): TransactionCoordinator {
    return new TransactionCoordinator({
      ...{ platform: this.platform, logger: this.#logger(), brokerId: BROKER_ID, log: this.log },
      config: () => this.config,
      image: () => this.image,
      interBrokerListenerName: 'PLAINTEXT',
      createStateTopic: () => {
        this.createTopic(TRANSACTION_STATE_TOPIC, STATE_PARTITIONS);
        return Promise.resolve();
      },
      producerIds: { next: () => Promise.resolve(this.nextProducerId++) },
      writeMarkers: (request) => Promise.resolve(this.#write(request)),
    });
  }

  #write({ markers }: MarkersRequest): MarkersResponse {
    return {
      markers: markers.map((marker) => ({
        producerId: marker.producerId,
        topics: marker.topics.map(({ name, partitionIndexes }) => ({
          name,
          partitions: partitionIndexes.map((partitionIndex) => {
            const place = `${name}/${String(partitionIndex)}`;
            const errorCode = this.refusals.get(place) ?? 0;
            if (errorCode === 0)
              this.markers.push({
                ...{ place, producerId: Number(marker.producerId), producerEpoch: marker.producerEpoch },
                ...{ committed: marker.transactionResult, coordinatorEpoch: marker.coordinatorEpoch },
              });
            return { partitionIndex, errorCode };
          }),
        })),
      })),
    };
  }

  #logger(): Logger {
    const note = (message: string, cause?: unknown): void =>
      void this.errors.push(`${message} ${cause instanceof Error ? (cause.stack ?? '') : ''}`);
    const logger: Logger = { info: () => undefined, warn: note, error: note, named: () => logger };
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

  /** Creates __transaction_state and the topic `t` of four partitions, and waits until the coordinator is loaded. */
  async start(): Promise<void> {
    await this.coordinator.findCoordinators(['any'], 'PLAINTEXT');
    this.createTopic('t', 4);
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

  /** Everything that was committed, in order. */
  records(): TransactionRecord[] {
    return this.log.batches().flatMap((batch) =>
      [...decodeRecords(batch)].flatMap(({ key, value }) => {
        const record = key === null ? null : decodeTransactionRecord(key, value);
        return record === null ? [] : [record];
      }),
    );
  }

  /** Lets virtual time pass until the promise has settled. */
  async now<T>(answer: Promise<T>): Promise<T> {
    await this.advance(1);
    return answer;
  }

  async init(
    transactionalId = 'x',
    expected: { producerId: number; producerEpoch: number } | null = null,
    timeoutMs = 60_000,
  ) {
    return this.now(this.coordinator.initialize({ transactionalId, timeoutMs, expected }));
  }

  add(
    producer: { producerId: number; producerEpoch: number },
    partitions: readonly number[] = [0],
    transactionalId = 'x',
  ) {
    const topics = new Map([['t', new Set(partitions)]]);
    return this.now(this.coordinator.addPartitions({ ...producer, transactionalId, partitions: topics }));
  }

  end(producer: { producerId: number; producerEpoch: number }, committed: boolean, transactionalId = 'x') {
    return this.now(this.coordinator.end({ ...producer, transactionalId, committed }));
  }

  stateOf(transactionalId = 'x') {
    return this.coordinator.describe(transactionalId).stored?.state ?? null;
  }
}
