/**
 * Has the end of decided transactions written into every partition of them (Kafka's TransactionMarkerChannelManager): to
 * the leader of each partition, many transactions in one request, one request under way to a broker. Whatever does not
 * succeed is tried again, wherever the partition is led by then, until every partition has its marker: what was
 * decided must come true. A topic that is deleted needs none. A marker that is written twice ends nothing twice.
 *
 * Ends without an answer only when the coordinator of the transaction is gone from here (`forget`), or when a partition has
 * seen a later coordinator: that one cares for the rest.
 */
import { ErrorCode, errorOf } from '../../../protocol/errors.ts';
import {
  type WriteTxnMarkersRequest,
  type WriteTxnMarkersResponse,
  writeTxnMarkersRequest,
  writeTxnMarkersResponse,
} from '../../../protocol/messages/27-write-txn-markers.ts';
import { transactionVersionOf } from '../../controller/features.ts';
import type { MetadataImage } from '../../controller/image.ts';
import type { Logger } from '../../platform/logger.ts';
import type { CancelTimer, Platform } from '../../platform/platform.ts';
import { TransportError } from '../../platform/transport.ts';
import { BrokerLanes, type Connect } from './broker-lanes.ts';
import { RAISING_VERSION } from './transaction.ts';
import type { EndedTransaction } from './transaction-context.ts';

const API = { request: writeTxnMarkersRequest, response: writeTxnMarkersResponse };
const VERSION = 1;
/** Says how a transaction was run, so that leaders are strict with the marker's epoch (KIP-1228). */
const VERSION_WITH_TRANSACTION_VERSION = 2;
/** Pause before what did not succeed is tried again. */
export const MARKER_RETRY_MS = 100;
/** Partitions in one request, over all transactions in it. */
const MAX_PARTITIONS_PER_REQUEST = 10_000;

export type MarkersRequest = Pick<WriteTxnMarkersRequest, 'markers'>;
export type MarkersResponse = WriteTxnMarkersResponse;

export interface MarkerSenderOptions {
  readonly platform: Pick<Platform, 'timers' | 'transport'>;
  readonly logger: Logger;
  readonly brokerId: number;
  readonly image: () => MetadataImage;
  readonly interBrokerListenerName: string;
  /** Into partitions that this broker leads. */
  readonly writeHere: (request: MarkersRequest) => Promise<MarkersResponse>;
  /** How long another broker may take to answer. */
  readonly timeoutMs: () => number;
  /** Every partition has its marker. */
  readonly onWritten: (ended: EndedTransaction) => void;
}

interface Task {
  readonly key: string;
  readonly ended: EndedTransaction;
  /** Partitions without a marker yet, by `topic/partition`. */
  readonly missing: Map<string, TopicPartition>;
  isOver: boolean;
}

interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

interface Parcel extends TopicPartition {
  readonly task: Task;
}

export class MarkerSender {
  readonly #options: MarkerSenderOptions;
  readonly #tasks = new Map<string, Task>();
  readonly #lanes: BrokerLanes<Parcel>;
  #later: Parcel[] = [];
  #cancelRetry: CancelTimer | null = null;
  #isStopped = false;

  constructor(options: MarkerSenderOptions) {
    this.#options = options;
    this.#lanes = new BrokerLanes({
      ...options,
      clientId: `broker-${String(options.brokerId)}-txn-marker-sender`,
      maxItems: MAX_PARTITIONS_PER_REQUEST,
      deliver: (brokerId, parcels, connect) => this.#deliver(brokerId, parcels, connect),
    });
  }

  /** Markers whose leader is not known or did not take them: they are sent again soon. */
  get sentLater(): number {
    return this.#later.length;
  }

  /** Transactions that wait for a marker somewhere. */
  get size(): number {
    return this.#tasks.size;
  }

  send(ended: EndedTransaction): void {
    const key = keyOf(ended.coordinator.partition, ended.transactionalId);
    this.#end(this.#tasks.get(key));
    const task: Task = { key, ended, missing: new Map(), isOver: false };
    this.#tasks.set(key, task);
    for (const [topic, partitions] of ended.partitions)
      for (const partition of partitions)
        task.missing.set(`${topic}/${String(partition)}`, { topic, partition });
    if (task.missing.size === 0) return this.#finish(task);
    this.#route([...task.missing.values()].map((place) => ({ task, ...place })));
  }

  /** This broker does not coordinate the partition's transactions any more. */
  forget(statePartition: number): void {
    for (const task of [...this.#tasks.values()])
      if (task.ended.coordinator.partition === statePartition) this.#end(task);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    for (const task of [...this.#tasks.values()]) this.#end(task);
    this.#lanes.stop();
  }

  #end(task: Task | undefined): void {
    if (task === undefined) return;
    task.isOver = true;
    if (this.#tasks.get(task.key) === task) this.#tasks.delete(task.key);
  }

  #finish(task: Task): void {
    if (task.isOver) return;
    this.#end(task);
    this.#options.onWritten(task.ended);
  }

  #written({ task, topic, partition }: Parcel): void {
    task.missing.delete(`${topic}/${String(partition)}`);
    if (task.missing.size === 0) this.#finish(task);
  }

  /** To whom it concerns now. */
  #route(parcels: readonly Parcel[]): void {
    const { image } = this.#options;
    const { topicsByName, brokers } = image();
    const byLeader = new Map<number, Parcel[]>();
    for (const parcel of parcels) {
      if (parcel.task.isOver) continue;
      const topic = topicsByName.get(parcel.topic);
      const partition = topic?.partitions.get(parcel.partition);
      if (partition === undefined) {
        this.#written(parcel);
        continue;
      }
      if (brokers.get(partition.leader)?.fenced !== false) {
        this.#tryLater(parcel);
        continue;
      }
      const together = byLeader.get(partition.leader);
      if (together === undefined) byLeader.set(partition.leader, [parcel]);
      else together.push(parcel);
    }
    for (const [leader, together] of byLeader) this.#lanes.push(leader, together);
  }

  async #deliver(brokerId: number, queued: readonly Parcel[], connect: Connect): Promise<void> {
    const parcels = queued.filter(({ task }) => !task.isOver);
    if (parcels.length === 0 || this.#isStopped) return;
    try {
      const answer = await this.#ask(brokerId, requestOf(parcels), connect);
      if (this.#isStopped) return;
      const codes = codesOf(answer);
      for (const parcel of parcels) this.#answered(parcel, codes.get(codeKey(parcel)));
    } catch (error) {
      if (this.#isStopped) return;
      if (!(error instanceof TransportError))
        this.#options.logger.error('Markers of transactions could not be written.', error);
      for (const parcel of parcels) this.#tryLater(parcel);
    }
  }

  async #ask(brokerId: number, request: MarkersRequest, connect: Connect): Promise<MarkersResponse> {
    const { brokerId: ownId, writeHere, timeoutMs } = this.#options;
    if (brokerId === ownId) return writeHere(request);
    const isKnown = transactionVersionOf(this.#options.image()) >= RAISING_VERSION;
    const version = isKnown ? VERSION_WITH_TRANSACTION_VERSION : VERSION;
    return (await connect()).call(API, version, request, timeoutMs());
  }

  #answered(parcel: Parcel, errorCode: number | undefined): void {
    const { task, topic, partition } = parcel;
    if (task.isOver) return;
    const { logger } = this.#options;
    const what = `The transaction of ${task.ended.transactionalId} in ${topic}-${String(partition)}`;
    switch (errorCode) {
      case 0:
        return this.#written(parcel);
      case ErrorCode.INVALID_PRODUCER_EPOCH:
        // A later epoch of this producer has been seen there: nothing of this one is open any more.
        logger.warn(`${what} needs no marker: it is over there, or a later epoch of its producer is known.`);
        return this.#written(parcel);
      case ErrorCode.TRANSACTION_COORDINATOR_FENCED:
        logger.warn(`${what} is ended by a later coordinator.`);
        return this.#end(task);
      default:
        if (errorCode !== undefined && !errorOf(errorCode).retriable)
          logger.warn(`${what} could not be ended and is tried again: ${errorOf(errorCode).message}`);
        return this.#tryLater(parcel);
    }
  }

  #tryLater(parcel: Parcel): void {
    if (parcel.task.isOver || this.#isStopped) return;
    this.#later.push(parcel);
    this.#cancelRetry ??= this.#options.platform.timers.after(MARKER_RETRY_MS, () => {
      this.#cancelRetry = null;
      const parcels = this.#later;
      this.#later = [];
      this.#route(parcels);
    });
  }
}

function keyOf(statePartition: number, transactionalId: string): string {
  return `${String(statePartition)}/${transactionalId}`;
}

function codeKey({ task, topic, partition }: Parcel): string {
  return `${String(task.ended.producerId)}/${topic}/${String(partition)}`;
}

/** One marker for each transaction, with its partitions by topic. */
function requestOf(parcels: readonly Parcel[]): MarkersRequest {
  const byTask = new Map<Task, Map<string, number[]>>();
  for (const { task, topic, partition } of parcels) {
    const topics = byTask.get(task) ?? new Map<string, number[]>();
    byTask.set(task, topics);
    const partitions = topics.get(topic);
    if (partitions === undefined) topics.set(topic, [partition]);
    else partitions.push(partition);
  }
  const markers = [...byTask].map(([{ ended }, topics]) => ({
    producerId: BigInt(ended.producerId),
    producerEpoch: ended.producerEpoch,
    transactionResult: ended.committed,
    topics: [...topics].map(([name, partitionIndexes]) => ({ name, partitionIndexes })),
    coordinatorEpoch: ended.coordinator.leaderEpoch,
    transactionVersion: ended.transactionVersion,
  }));
  return { markers };
}

function codesOf({ markers }: MarkersResponse): Map<string, number> {
  const codes = new Map<string, number>();
  for (const { producerId, topics } of markers)
    for (const { name, partitions } of topics)
      for (const { partitionIndex, errorCode } of partitions)
        codes.set(`${String(producerId)}/${name}/${String(partitionIndex)}`, errorCode);
  return codes;
}
