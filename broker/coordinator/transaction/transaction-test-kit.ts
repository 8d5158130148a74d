/**
 * Test support: a real transaction coordinator on virtual time over a log in memory, and partitions that take markers. Both
 * can be made to hold back or to refuse.
 */
import { decodeRecords } from '../../../protocol/records/decode-records.ts';
import { TRANSACTION_VERSION } from '../../controller/features.ts';
import { TRANSACTION_STATE_TOPIC } from '../../controller/topic-name.ts';
import { CoordinatorTestKit, TEST_BROKER_ID } from '../runtime/coordinator-test-kit.ts';
import type { MarkersRequest, MarkersResponse } from './marker-sender.ts';
import { TransactionCoordinator } from './transaction-coordinator.ts';
import type { TransactionConfig } from './transaction-context.ts';
import { decodeTransactionRecord, type TransactionRecord } from './transaction-record.ts';

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
  readonly transactionVersion: number;
}

export class TransactionTestKit extends CoordinatorTestKit<TransactionCoordinator, TransactionRecord> {
  readonly markers: WrittenMarker[] = [];
  /** The error code of the next markers by `topic/partition`; what is missing works. */
  readonly refusals = new Map<string, number>();
  config: TransactionConfig;
  coordinator: TransactionCoordinator;
  nextProducerId = 1_000;

  constructor(config: Partial<TransactionConfig> = {}, seed = 1) {
    super(seed);
    this.config = { ...TEST_CONFIG, ...config };
    this.coordinator = this.newCoordinator();
  }

  protected newCoordinator(): TransactionCoordinator {
    return new TransactionCoordinator({
      ...{ platform: this.platform, logger: this.logger, brokerId: TEST_BROKER_ID, log: this.log },
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
                transactionVersion: marker.transactionVersion,
              });
            return { partitionIndex, errorCode };
          }),
        })),
      })),
    };
  }

  protected decode(key: Buffer, value: Buffer | null): TransactionRecord | null {
    return decodeTransactionRecord(key, value);
  }

  /** Creates __transaction_state and the topic `t` of four partitions, and waits until the coordinator is loaded. */
  async start(): Promise<void> {
    await this.coordinator.findCoordinators(['any'], 'PLAINTEXT');
    this.createTopic('t', 4);
    await this.platform.advance(0);
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
    clientTransactionVersion: 0 | 2 = 0,
  ) {
    const topics = new Map([['t', new Set(partitions)]]);
    const request = { ...producer, transactionalId, partitions: topics, clientTransactionVersion };
    return this.now(this.coordinator.addPartitions(request));
  }

  /** As the leader of `t/PARTITION` does for a producer that leaves the announcing to it. */
  announce(producer: { producerId: number; producerEpoch: number }, partition = 0) {
    return this.add(producer, [partition], 'x', 2);
  }

  /** EndTxn 5. */
  endAndRaise(producer: { producerId: number; producerEpoch: number }, committed: boolean) {
    const { producerId, producerEpoch } = producer;
    return this.now(
      this.coordinator.endAndRaise({ producerId, producerEpoch, transactionalId: 'x', committed }),
    );
  }

  /** The cluster's level of transaction.version; 0 at first. */
  setLevel(featureLevel: number): void {
    this.change([{ type: 'FeatureLevelRecord', name: TRANSACTION_VERSION, featureLevel }]);
  }

  /** EndTxn as it was before version 5. */
  end(producer: { producerId: number; producerEpoch: number }, committed: boolean, transactionalId = 'x') {
    return this.now(this.coordinator.end({ ...producer, transactionalId, committed }));
  }

  /** Of everything written. */
  valueVersions(): number[] {
    return this.log
      .batches()
      .flatMap((batch) => [...decodeRecords(batch)].map(({ value }) => value?.readInt16BE() ?? -1));
  }

  stateOf(transactionalId = 'x') {
    return this.coordinator.describe(transactionalId).stored?.state ?? null;
  }
}
