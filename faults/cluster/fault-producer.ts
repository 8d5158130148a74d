/**
 * An idempotent producer that writes down what it sent and what was acknowledged. One lane per partition: batches go out in
 * order, up to five at a time, and after any failure all that is not acknowledged goes out again, in order, with the
 * sequences it had (KIP-98, KIP-185). So every acknowledgement is for exactly one place, and a record may be missing only
 * if it was never acknowledged.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { apiCall } from '../../kafka-client/api-call.ts';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { ErrorCode, errorOf } from '../../protocol/errors.ts';
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import {
  initProducerIdRequest,
  initProducerIdResponse,
} from '../../protocol/messages/22-init-producer-id.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { valueOf, type History } from './history.ts';
import { LeaderFinder } from './leader-finder.ts';

const produceApi = apiCall(produceRequest, produceResponse, { maxVersion: 9 });
const initApi = apiCall(initProducerIdRequest, initProducerIdResponse, { maxVersion: 4 });
const MAX_IN_FLIGHT = 5;
const RETRY_MS = 40;
const REQUEST_TIMEOUT_MS = 10_000;
const NO_ERROR = 0;

export interface FaultProducerOptions {
  readonly name: string;
  readonly bootstrap: readonly string[];
  readonly topic: string;
  readonly partitions: number;
  readonly history: History;
  /** Every so many ms a batch is added to each partition, unless too many wait already. */
  readonly intervalMs: number;
  readonly recordsPerBatch: number;
  /** Bytes of padding a record carries. */
  readonly paddingBytes?: number;
}

interface Batch {
  readonly firstNumber: number;
  readonly count: number;
  readonly sequence: number;
}

interface Lane {
  readonly partition: number;
  /** Not acknowledged, in order; the first `inFlight` of them are under way. */
  readonly queue: Batch[];
  inFlight: number;
  nextNumber: number;
  nextSequence: number;
  leader: number | null;
  /** How often the first batch was refused for a sequence before it that the broker does not know. */
  doubts: number;
  /** Something failed: nothing goes out until all that is under way is settled. */
  isRecovering: boolean;
  hasGivenUp: boolean;
}

/** Some seconds' worth of tries. */
const MAX_DOUBTS = 100;
/** Batches that may wait in a lane before no more are made. */
const MAX_QUEUED = 50;

export class FaultProducer {
  readonly #options: FaultProducerOptions;
  readonly #cluster: KafkaCluster;
  readonly #finder: LeaderFinder;
  readonly #lanes: Lane[];
  readonly #padding: Buffer;
  #producerId = -1;
  #producerEpoch = -1;
  #isMaking = true;
  #isClosed = false;
  #refreshing: Promise<void> | null = null;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: FaultProducerOptions) {
    this.#options = options;
    this.#finder = new LeaderFinder(options.name, options.bootstrap, options.topic);
    this.#cluster = new KafkaCluster({
      bootstrap: options.bootstrap,
      clientId: options.name,
      connectTimeoutMs: 2_000,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
    });
    this.#padding = Buffer.alloc(options.paddingBytes ?? 100, 'x');
    this.#lanes = Array.from({ length: options.partitions }, (_unused, partition) => ({
      ...{ partition, queue: [], inFlight: 0, nextNumber: 0, nextSequence: 0, leader: null },
      ...{ doubts: 0, isRecovering: false, hasGivenUp: false },
    }));
  }

  get name(): string {
    return this.#options.name;
  }

  async start(): Promise<void> {
    while (this.#producerId < 0 && !this.#isClosed) {
      const answer = await this.#cluster
        .call('any', initApi, { transactionalId: null, transactionTimeoutMs: 0 }, { once: true })
        .catch(() => null);
      if (answer?.errorCode === NO_ERROR) {
        this.#producerId = Number(answer.producerId);
        this.#producerEpoch = answer.producerEpoch;
      } else await pause(RETRY_MS);
    }
    await this.#findLeaders();
    this.#loop = this.#make();
  }

  /** Records that were made and not acknowledged yet. */
  get pending(): number {
    let sum = 0;
    for (const { queue } of this.#lanes) for (const { count } of queue) sum += count;
    return sum;
  }

  /** The lanes that wait for something, for the message of a test that sees no progress. */
  waiting(): string {
    const lanes = this.#lanes.filter(({ queue }) => queue.length > 0);
    return lanes
      .map(({ partition, leader, queue, inFlight, isRecovering }) => {
        const how = isRecovering ? ', settling what failed' : '';
        return `${String(partition)}@${String(leader)} ${String(inFlight)} of ${String(queue.length)} under way${how}`;
      })
      .join('; ');
  }

  /** Makes no more records, and resolves when all are acknowledged; rejects when that takes longer than `limitMs`. */
  async finish(limitMs: number): Promise<void> {
    this.#isMaking = false;
    await this.#loop;
    const endMs = performance.now() + limitMs;
    while (this.pending > 0 && this.#lanes.some(({ hasGivenUp }) => !hasGivenUp)) {
      if (performance.now() > endMs) {
        const lanes = this.#lanes.filter(({ queue }) => queue.length > 0).map(({ partition }) => partition);
        throw new Error(`${this.#options.name} still waits for partitions ${lanes.join(', ')}`);
      }
      await pause(RETRY_MS);
    }
  }

  async close(): Promise<void> {
    this.#isMaking = false;
    this.#isClosed = true;
    await this.#loop;
    this.#finder.close();
    this.#cluster.close();
  }

  async #make(): Promise<void> {
    const { intervalMs, recordsPerBatch } = this.#options;
    while (this.#isMaking) {
      for (const lane of this.#lanes) {
        if (lane.queue.length >= MAX_QUEUED || lane.hasGivenUp) continue;
        const { nextNumber, nextSequence } = lane;
        lane.queue.push({ firstNumber: nextNumber, count: recordsPerBatch, sequence: nextSequence });
        lane.nextNumber += recordsPerBatch;
        lane.nextSequence += recordsPerBatch;
        this.#pump(lane);
      }
      await pause(intervalMs);
    }
  }

  #pump(lane: Lane): void {
    while (!this.#isClosed && !lane.isRecovering && !lane.hasGivenUp && lane.inFlight < MAX_IN_FLIGHT) {
      const batch = lane.queue[lane.inFlight];
      if (batch === undefined) return;
      lane.inFlight += 1;
      void this.#send(lane, batch);
    }
  }

  async #send(lane: Lane, batch: Batch): Promise<void> {
    const outcome = await this.#exchange(lane, batch);
    lane.inFlight -= 1;
    if (outcome === 'acknowledged' && !lane.isRecovering && lane.queue[0] === batch) {
      lane.queue.shift();
      this.#pump(lane);
      return;
    }
    // An answer out of order, or a failure: what is not at the head is sent again and acknowledged again.
    if (outcome === 'acknowledged' && lane.queue[0] === batch) lane.queue.shift();
    lane.isRecovering = true;
    if (lane.inFlight > 0) return;
    await pause(RETRY_MS);
    await this.#findLeaders();
    lane.isRecovering = false;
    this.#pump(lane);
  }

  async #exchange(lane: Lane, batch: Batch): Promise<'acknowledged' | 'failed'> {
    const { history, topic, name } = this.#options;
    const { partition } = lane;
    if (lane.leader === null) return 'failed';
    for (let number = batch.firstNumber; number < batch.firstNumber + batch.count; number++)
      history.noteSent({ producer: name, partition, number });
    const isHead = lane.queue[0] === batch;
    const body = {
      transactionalId: null,
      acks: -1,
      timeoutMs: REQUEST_TIMEOUT_MS / 2,
      topicData: [{ name: topic, partitionData: [{ index: partition, records: this.#encode(lane, batch) }] }],
    };
    const answer = await this.#cluster.call(lane.leader, produceApi, body, { once: true }).catch(() => null);
    const result = answer?.responses[0]?.partitionResponses[0];
    if (result === undefined) return 'failed';
    if (result.errorCode !== NO_ERROR) return this.#refused(lane, batch, result.errorCode, isHead);
    lane.doubts = 0;
    const baseOffset = Number(result.baseOffset);
    const atMs = performance.now();
    for (let index = 0; index < batch.count; index++) {
      const number = batch.firstNumber + index;
      history.acknowledged.push({ producer: name, partition, number, offset: baseOffset + index, atMs });
    }
    return 'acknowledged';
  }

  /**
   * A gap before the first batch that is not acknowledged: a leader that was replaced and has not heard of it may say so, as in
   * Apache Kafka; one that goes on saying so has forgotten what it had acknowledged.
   */
  #refused(lane: Lane, batch: Batch, errorCode: number, isHead: boolean): 'failed' {
    const isGap =
      errorCode === ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER || errorCode === ErrorCode.UNKNOWN_PRODUCER_ID;
    if (isGap && isHead) lane.doubts += 1;
    if (isGap ? lane.doubts <= MAX_DOUBTS : errorOf(errorCode).retriable) return 'failed';
    const value = valueOf({
      producer: this.#options.name,
      partition: lane.partition,
      number: batch.firstNumber,
    });
    this.#options.history.complaints.push(`${errorOf(errorCode).name} for ${value}`);
    lane.hasGivenUp = true;
    return 'failed';
  }

  #encode(lane: Lane, batch: Batch): Buffer {
    const records = Array.from({ length: batch.count }, (_unused, index) => ({
      key: this.#padding,
      value: Buffer.from(
        valueOf({
          producer: this.#options.name,
          partition: lane.partition,
          number: batch.firstNumber + index,
        }),
      ),
    }));
    return encodeRecordBatch({
      records,
      timestampMs: Date.now(),
      producerId: this.#producerId,
      producerEpoch: this.#producerEpoch,
      baseSequence: batch.sequence,
    });
  }

  /** Asks who leads, once for all lanes that want to know. */
  #findLeaders(): Promise<void> {
    this.#refreshing ??= this.#askForLeaders().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  async #askForLeaders(): Promise<void> {
    for (const { partitionIndex, leaderId } of await this.#finder.ask()) {
      const lane = this.#lanes[partitionIndex];
      if (lane !== undefined) lane.leader = leaderId < 0 ? null : leaderId;
    }
  }
}
