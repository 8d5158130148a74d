/**
 * The transaction coordinator as the rest of the broker sees it: one method per request, answers with Kafka's error codes,
 * never a rejection. It finds the partition of __transaction_state that a transactional id lives in and asks the
 * runtime; every decision is in the pure files beside this one, every marker is written by marker-sender.ts.
 *
 * A decision that is on its way to the log stands until it is known whether it is in there: a client that waits too long
 * for it is told to ask again, and finds CONCURRENT_TRANSACTIONS until then. Where that cannot be known, and whenever the
 * leader epoch changes, the partition's state is read from its log anew.
 *
 * `onImage` must be called for every new image AFTER the replica manager has applied it; `stop` before that stops.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import { ControllerUnavailable } from '../../controller/controller-unavailable.ts';
import type { MetadataDelta, MetadataImage } from '../../controller/image.ts';
import { TRANSACTION_STATE_TOPIC } from '../../controller/topic-name.ts';
import type { Logger } from '../../platform/logger.ts';
import type { CancelTimer, Platform } from '../../platform/platform.ts';
import type { CoordinatorLog, Leadership } from '../runtime/coordinator-log.ts';
import { type CoordinatorFigures, CoordinatorRuntime } from '../runtime/coordinator-runtime.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import { CoordinatorTopic, type FoundCoordinator } from '../runtime/coordinator-topic.ts';
import { canBeStored } from '../runtime/stored-text.ts';
import { transactionVersionOf } from '../../controller/features.ts';
import { type AddRequest, type PartitionsRequest, verifyPartitions } from './add-partitions.ts';
import { isLastEnd } from './end-and-raise.ts';
import type { EndRequest } from './end-transaction.ts';
import { type InitializeRequest, needsFreshId } from './initialize-producer.ts';
import { MarkerSender, type MarkersRequest, type MarkersResponse } from './marker-sender.ts';
import type { ProducerIdSource } from './producer-id-source.ts';
import { identityError, type IdentityResult } from './producer-identity.ts';
import type {
  EndedTransaction,
  TransactionConfig,
  TransactionContext,
  TransactionEvent,
} from './transaction-context.ts';
import {
  decodeTransactionRecord,
  encodeTransactionRecord,
  type StoredTransaction,
  type TransactionRecord,
} from './transaction-record.ts';
import { TransactionShard } from './transaction-shard.ts';

export interface TransactionCoordinatorOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly brokerId: number;
  /** Read for every step. */
  readonly config: () => TransactionConfig;
  /** Of __transaction_state. */
  readonly log: CoordinatorLog;
  readonly image: () => MetadataImage;
  readonly interBrokerListenerName: string;
  /** Creates __transaction_state; resolves when the image has it, or rejects or leaves it out when it cannot. */
  readonly createStateTopic: () => Promise<unknown>;
  readonly producerIds: Pick<ProducerIdSource, 'next'>;
  /** Ends transactions in partitions that this broker leads. */
  readonly writeMarkers: (request: MarkersRequest) => Promise<MarkersResponse>;
}

/** Some 12 days: as long as nobody knows what became of a record, nothing else is decided. */
const UNTIL_DECIDED_MS = 1_073_741_824;
const RELOAD_PAUSE_MS = 100;

type Ask<Response> = (
  shard: TransactionShard,
  replyTo: ReplyTo<Response>,
  context: TransactionContext,
) => void;

export type DescribedTransaction =
  | { readonly errorCode: number; readonly stored: null }
  | { readonly errorCode: 0; readonly stored: StoredTransaction };

export interface ListedTransaction {
  readonly transactionalId: string;
  readonly stored: StoredTransaction;
}

export class TransactionCoordinator {
  readonly #options: TransactionCoordinatorOptions;
  readonly #topic: CoordinatorTopic;
  readonly #sender: MarkerSender;
  readonly #runtime: CoordinatorRuntime<
    TransactionShard,
    TransactionRecord,
    TransactionEvent,
    TransactionContext
  >;
  /** Leader epochs by partition of what this broker coordinates. */
  readonly #led = new Map<number, number>();
  readonly #reloads = new Map<number, CancelTimer>();

  constructor(options: TransactionCoordinatorOptions) {
    this.#options = options;
    const { platform, log, brokerId, image } = options;
    const logger = options.logger.named(`TransactionCoordinator id=${String(brokerId)}`);
    this.#topic = new CoordinatorTopic({
      ...{ name: TRANSACTION_STATE_TOPIC, image, create: options.createStateTopic, logger },
      partitionCount: () => options.config().stateTopicPartitions,
    });
    this.#sender = new MarkerSender({
      ...{ platform, logger, brokerId, image, interBrokerListenerName: options.interBrokerListenerName },
      writeHere: options.writeMarkers,
      timeoutMs: () => options.config().commitTimeoutMs,
      onWritten: (ended) => this.#markersWritten(ended),
    });
    const outbox = {
      send: (ended: EndedTransaction) => this.#sender.send(ended),
      stateIsUncertain: (coordinator: Leadership) => this.#reloadSoon(coordinator),
    };
    this.#runtime = new CoordinatorRuntime({
      ...{ platform, log, logger, decode: decodeTransactionRecord },
      encode: (record) => encodeTransactionRecord(record, transactionVersionOf(image())),
      commitTimeoutMs: () => UNTIL_DECIDED_MS,
      newShard: (leadership) => new TransactionShard(leadership),
      context: (now, effects) => ({ config: options.config(), now, effects, outbox }),
    });
  }

  /** A new image: take over and give up partitions of __transaction_state. */
  onImage(image: MetadataImage, delta: MetadataDelta): void {
    const { brokerId } = this.#options;
    // A fenced broker leads nothing yet: what it led gets a new leader epoch when it is unfenced.
    const serves = image.brokers.get(brokerId)?.fenced === false;
    for (const topic of delta.deletedTopics) {
      if (topic.name === TRANSACTION_STATE_TOPIC)
        for (const index of topic.partitions.keys()) this.#leave(index);
    }
    for (const { topic, partition } of delta.changedPartitions) {
      if (topic.name !== TRANSACTION_STATE_TOPIC) continue;
      if (!serves || partition.leader !== brokerId) this.#leave(partition.partition);
      else this.#lead(partition.partition, partition.leaderEpoch);
    }
  }

  /** Answers what waits with NOT_COORDINATOR, and stops all timers and markers. */
  stop(): void {
    for (const cancel of this.#reloads.values()) cancel();
    this.#reloads.clear();
    this.#led.clear();
    this.#runtime.stop();
    this.#sender.stop();
  }

  #lead(partition: number, leaderEpoch: number): void {
    const hasFailed = this.#runtime.errorOf(partition) === ErrorCode.NOT_COORDINATOR;
    if (this.#led.get(partition) === leaderEpoch && !hasFailed) return;
    this.#leave(partition);
    this.#led.set(partition, leaderEpoch);
    void this.#runtime.elected(partition, leaderEpoch);
  }

  #leave(partition: number): void {
    this.#reloads.get(partition)?.();
    this.#reloads.delete(partition);
    this.#led.delete(partition);
    this.#runtime.resigned(partition);
    this.#sender.forget(partition);
  }

  #reloadSoon({ partition, leaderEpoch }: Leadership): void {
    if (this.#led.get(partition) !== leaderEpoch || this.#reloads.has(partition)) return;
    const cancel = this.#options.platform.timers.after(RELOAD_PAUSE_MS, () => {
      this.#leave(partition);
      this.#lead(partition, leaderEpoch);
    });
    this.#reloads.set(partition, cancel);
  }

  #markersWritten(ended: EndedTransaction): void {
    void this.#runtime.request<number>(
      ended.coordinator.partition,
      (errorCode) => errorCode,
      (shard, replyTo, context) => shard.markersWritten(ended, replyTo, context),
    );
  }

  /** Where the coordinators of these ids are. The first use of transactions creates __transaction_state. */
  findCoordinators(
    transactionalIds: readonly string[],
    listenerName: string,
  ): Promise<readonly FoundCoordinator[]> {
    return this.#topic.find(transactionalIds, listenerName);
  }

  /** An id and the next epoch for the producer with this transactional id. */
  async initialize(request: Omit<InitializeRequest, 'freshProducerId'>): Promise<IdentityResult> {
    const { transactionalId, timeoutMs } = request;
    if (!isUsableId(transactionalId)) return identityError(ErrorCode.INVALID_REQUEST);
    if (timeoutMs <= 0 || timeoutMs > this.#options.config().maxTimeoutMs)
      return identityError(ErrorCode.INVALID_TRANSACTION_TIMEOUT);
    return this.#withFreshId(transactionalId, needsFreshId, (freshProducerId, partition) =>
      this.#ask(partition, identityError, (shard, replyTo, context) =>
        shard.initialize({ ...request, freshProducerId }, replyTo, context),
      ),
    );
  }

  /** An end that raises the producer's epoch (KIP-890): with who it is from now on. */
  async endAndRaise(request: EndRequest): Promise<IdentityResult> {
    const { transactionalId } = request;
    if (!isUsableId(transactionalId)) return identityError(ErrorCode.INVALID_REQUEST);
    const isLast = (stored: StoredTransaction | null): boolean => isLastEnd(stored, request);
    return this.#withFreshId(transactionalId, isLast, (freshProducerId, partition) =>
      this.#ask(partition, identityError, (shard, replyTo, context) =>
        shard.endAndRaise({ ...request, freshProducerId }, replyTo, context),
      ),
    );
  }

  /** With an id that nobody has had, where it will be needed. */
  async #withFreshId(
    transactionalId: string,
    willNeed: (stored: StoredTransaction | null) => boolean,
    ask: (freshProducerId: number | null, partition: number) => Promise<IdentityResult>,
  ): Promise<IdentityResult> {
    const partition = this.#topic.partitionOf(transactionalId);
    const isNeeded = this.#runtime.read(partition, ({ transactions }) => {
      const { pending, stored } = transactions.get(transactionalId) ?? { pending: null, stored: null };
      return pending === null && willNeed(stored);
    });
    const freshProducerId = isNeeded === true ? await this.#freshProducerId() : null;
    if (freshProducerId instanceof ControllerUnavailable) return identityError(freshProducerId.errorCode);
    return ask(freshProducerId, partition);
  }

  /** Resolves with the error code, as the next one does. Partitions that do not exist must have been refused before. */
  addPartitions(request: AddRequest): Promise<number> {
    if (!isUsableId(request.transactionalId)) return Promise.resolve(ErrorCode.INVALID_REQUEST);
    return this.#askForCode(request.transactionalId, (shard, replyTo, context) =>
      shard.addPartitions(request, replyTo, context),
    );
  }

  end(request: EndRequest): Promise<number> {
    if (!isUsableId(request.transactionalId)) return Promise.resolve(ErrorCode.INVALID_REQUEST);
    return this.#askForCode(request.transactionalId, (shard, replyTo, context) =>
      shard.end(request, replyTo, context),
    );
  }

  /** Has the producer announced that it writes to these (KIP-890)? */
  verify(request: PartitionsRequest): ReturnType<typeof verifyPartitions> {
    const partition = this.#topic.partitionOf(request.transactionalId);
    return (
      this.#runtime.read(partition, ({ transactions }) =>
        verifyPartitions(transactions.get(request.transactionalId), request),
      ) ?? { errorCode: this.#runtime.errorOf(partition), isAnnounced: () => false }
    );
  }

  describe(transactionalId: string): DescribedTransaction {
    const failed = (errorCode: number): DescribedTransaction => ({ errorCode, stored: null });
    if (transactionalId === '') return failed(ErrorCode.INVALID_REQUEST);
    const partition = this.#topic.partitionOf(transactionalId);
    return (
      this.#runtime.read(partition, ({ transactions }): DescribedTransaction => {
        const stored = transactions.get(transactionalId)?.stored ?? null;
        return stored === null ? failed(ErrorCode.TRANSACTIONAL_ID_NOT_FOUND) : { errorCode: 0, stored };
      }) ?? failed(this.#runtime.errorOf(partition))
    );
  }

  /** For metrics. */
  figures(): CoordinatorFigures {
    return this.#runtime.figures();
  }

  /** For metrics: markers that could not be sent yet. */
  get waitingMarkers(): number {
    return this.#sender.sentLater;
  }

  /** The ids of this broker. While a partition is loading the error says that some are missing. */
  list(): { readonly errorCode: number; readonly transactions: readonly ListedTransaction[] } {
    const listed: ListedTransaction[] = [];
    let errorCode = 0;
    for (const { shard, errorCode: partitionError } of this.#runtime.partitions()) {
      if (partitionError === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS) errorCode = partitionError;
      for (const { transactionalId, stored } of shard.transactions.values())
        if (stored !== null) listed.push({ transactionalId, stored });
    }
    return { errorCode, transactions: errorCode === 0 ? listed : [] };
  }

  async #freshProducerId(): Promise<number | ControllerUnavailable> {
    try {
      return await this.#options.producerIds.next();
    } catch (error) {
      if (error instanceof ControllerUnavailable) return error;
      throw error;
    }
  }

  #askForCode(transactionalId: string, ask: Ask<number>): Promise<number> {
    return this.#ask(this.#topic.partitionOf(transactionalId), (errorCode) => errorCode, ask);
  }

  /** The client is not kept waiting for ever; the decision stands, or falls, without it. */
  #ask<Response>(
    partition: number,
    errorResponse: (errorCode: number) => Response,
    ask: Ask<Response>,
  ): Promise<Response> {
    const { platform, config } = this.#options;
    return new Promise((resolve) => {
      const cancel = platform.timers.after(config().commitTimeoutMs, () =>
        resolve(errorResponse(ErrorCode.COORDINATOR_NOT_AVAILABLE)),
      );
      void this.#runtime.request(partition, errorResponse, ask).then((response) => {
        cancel();
        resolve(response);
      });
    });
  }
}

function isUsableId(transactionalId: string): boolean {
  return transactionalId !== '' && canBeStored(transactionalId);
}
