/**
 * Writes a stream of records as Kafka's own producer does: gathered into batches by partition for `lingerMs` or until they are
 * full, one batch of a partition under way at a time, repeated while the error passes, with a producer id and sequence numbers
 * that make a repetition harmless (KIP-98) unless told otherwise. Records with a key go where their key says (murmur2), others
 * stay with one partition until a batch is full (KIP-794).
 *
 * With a session all of it is written in that session's transactions: whoever ends one calls `flush` before.
 *
 * Of what cannot be written, whoever sent it is told; the others go on. Memory is bounded by `bufferBytes`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ErrorCode } from '../../protocol/errors.ts';
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import {
  initProducerIdRequest,
  initProducerIdResponse,
} from '../../protocol/messages/22-init-producer-id.ts';
import type { CompressionName } from '../../protocol/records/batch-format.ts';
import { encodeRecordBatch, type RecordInput } from '../../protocol/records/encode-batch.ts';
import { apiCall } from '../api-call.ts';
import { toSafeNumber } from '../checked-number.ts';
import { brokerError, ClientError } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import { partitionOfKey } from '../records/key-partition.ts';
import { ProducerFigures } from './producer-figures.ts';
import { TopicLeaders, type Leaders } from './topic-leaders.ts';
import type { ProducerIdentity, TransactionSession } from './transaction-session.ts';

const produceApi = apiCall(produceRequest, produceResponse, { minVersion: 3, maxVersion: 11 });
const initApi = apiCall(initProducerIdRequest, initProducerIdResponse, { maxVersion: 4 });
/** Lengths, offsets and times of a record take so much at most. */
const RECORD_OVERHEAD_BYTES = 32;
/** The first sequence number comes again after this one. */
const SEQUENCE_MAX = 0x7fff_ffff;

export interface ProducerSettings {
  /** 0: nobody answers; 1: the leader; -1: all in-sync replicas. */
  readonly acks: -1 | 0 | 1;
  readonly idempotent: boolean;
  readonly lingerMs: number;
  readonly batchBytes: number;
  readonly bufferBytes: number;
  readonly maxRequestBytes: number;
  readonly compression: CompressionName;
  readonly retries: number;
  readonly retryBackoffMs: number;
  readonly requestTimeoutMs: number;
  readonly deliveryTimeoutMs: number;
  /** How long a topic may take to appear. */
  readonly maxBlockMs: number;
  readonly metadataMaxAgeMs: number;
}

export interface Delivered {
  readonly partition: number;
  /** -1 with acks=0. */
  readonly offset: number;
}

/** Called once for each record: where it is, or why it is nowhere. */
export type OnDelivery = (failure: ClientError | null, delivered: Delivered | null) => void;

interface Waiting {
  readonly record: RecordInput;
  readonly bytes: number;
  readonly onDelivery: OnDelivery;
}

interface Lane {
  readonly topic: string;
  readonly partition: number;
  readonly queue: Waiting[];
  queuedBytes: number;
  isSending: boolean;
  timer: NodeJS.Timeout | null;
  identity: ProducerIdentity | null;
  sequence: number;
}

export class RecordProducer {
  readonly #cluster: KafkaCluster;
  readonly #settings: ProducerSettings;
  readonly #leaders: TopicLeaders;
  readonly #session: TransactionSession | null;
  readonly figures = new ProducerFigures();
  readonly #lanes = new Map<string, Map<number, Lane>>();
  readonly #sticky = new Map<string, { readonly partition: number; bytes: number }>();
  #identity: Promise<ProducerIdentity> | null = null;
  #bufferedBytes = 0;
  #unsent = 0;
  #wakeups: (() => void)[] = [];
  #isFlushing = false;

  constructor(cluster: KafkaCluster, settings: ProducerSettings, session: TransactionSession | null = null) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#session = session;
    this.#leaders = new TopicLeaders(cluster, {
      waitMs: settings.maxBlockMs,
      maxAgeMs: settings.metadataMaxAgeMs,
    });
  }

  /** Null when the record has its place in the buffer; else resolves when it has, or when it was told that it gets none. */
  send(topic: string, record: RecordInput, onDelivery: OnDelivery): Promise<void> | null {
    const bytes = sizeOf(record);
    const leaders = this.#leaders.known(topic);
    if (leaders === null || !this.#hasRoomFor(bytes))
      return this.#sendLater(topic, record, bytes, onDelivery);
    this.#append(topic, leaders, { record, bytes, onDelivery });
    return null;
  }

  /** Resolves when all that was sent is delivered or given up. */
  async flush(): Promise<void> {
    this.#isFlushing = true;
    for (const lanes of this.#lanes.values()) for (const lane of lanes.values()) this.#drain(lane);
    while (this.#unsent > 0) await this.#woken();
    this.#isFlushing = false;
  }

  async #sendLater(topic: string, record: RecordInput, bytes: number, onDelivery: OnDelivery): Promise<void> {
    try {
      const leaders = await this.#leaders.of(topic);
      while (!this.#hasRoomFor(bytes)) await this.#woken();
      this.#append(topic, leaders, { record, bytes, onDelivery });
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      onDelivery(error, null);
    }
  }

  #hasRoomFor(bytes: number): boolean {
    return this.#bufferedBytes === 0 || this.#bufferedBytes + bytes <= this.#settings.bufferBytes;
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => this.#wakeups.push(resolve));
  }

  #append(topic: string, leaders: Leaders, waiting: Waiting): void {
    const { maxRequestBytes, batchBytes, lingerMs } = this.#settings;
    if (waiting.bytes > maxRequestBytes) {
      const told = `The message is ${String(waiting.bytes)} bytes when serialized which is larger than ${String(maxRequestBytes)}, which is the value of the max.request.size configuration.`;
      const errorCode = ErrorCode.MESSAGE_TOO_LARGE;
      waiting.onDelivery(brokerError('record too large', errorCode, told), null);
      return;
    }
    const lane = this.#laneOf(topic, this.#partitionFor(topic, leaders, waiting));
    lane.queue.push(waiting);
    lane.queuedBytes += waiting.bytes;
    this.#bufferedBytes += waiting.bytes;
    this.#unsent += 1;
    if (lane.isSending) return;
    if (lane.queuedBytes >= batchBytes || this.#isFlushing) this.#drain(lane);
    else lane.timer ??= setTimeout(() => this.#drain(lane), lingerMs);
  }

  #partitionFor(topic: string, leaders: Leaders, { record, bytes }: Waiting): number {
    if (record.key !== null) return partitionOfKey(record.key, leaders.length);
    let sticky = this.#sticky.get(topic);
    if (sticky === undefined || sticky.bytes >= this.#settings.batchBytes) {
      const led = [...leaders.keys()].filter((partition) => leaders[partition] !== null);
      const choice = led.length > 0 ? led : [...leaders.keys()];
      sticky = { partition: choice[Math.floor(Math.random() * choice.length)] ?? 0, bytes: 0 };
      this.#sticky.set(topic, sticky);
    }
    sticky.bytes += bytes;
    return sticky.partition;
  }

  #laneOf(topic: string, partition: number): Lane {
    let lanes = this.#lanes.get(topic);
    if (lanes === undefined) this.#lanes.set(topic, (lanes = new Map<number, Lane>()));
    let lane = lanes.get(partition);
    if (lane === undefined) {
      lane = {
        ...{ topic, partition, queue: [], queuedBytes: 0, isSending: false, timer: null },
        ...{ identity: null, sequence: 0 },
      };
      lanes.set(partition, lane);
    }
    return lane;
  }

  #drain(lane: Lane): void {
    if (lane.isSending) return;
    if (lane.timer !== null) clearTimeout(lane.timer);
    lane.timer = null;
    if (lane.queue.length === 0) return;
    lane.isSending = true;
    const batch = takeBatch(lane, this.#settings.batchBytes);
    void this.#deliver(lane, batch).then((outcome) => {
      let index = 0;
      for (const { onDelivery, bytes } of batch) {
        this.#bufferedBytes -= bytes;
        if (outcome instanceof ClientError) onDelivery(outcome, null);
        else {
          const offset = outcome < 0 ? -1 : outcome + index;
          onDelivery(null, { partition: lane.partition, offset });
        }
        index += 1;
      }
      this.#unsent -= batch.length;
      lane.isSending = false;
      const wakeups = this.#wakeups;
      this.#wakeups = [];
      for (const wake of wakeups) wake();
      if (lane.queuedBytes >= this.#settings.batchBytes || this.#isFlushing) this.#drain(lane);
      else if (lane.queue.length > 0)
        lane.timer ??= setTimeout(() => this.#drain(lane), this.#settings.lingerMs);
    });
  }

  /** The offset of the first record, or why there is none. */
  async #deliver(lane: Lane, batch: readonly Waiting[]): Promise<number | ClientError> {
    const { deliveryTimeoutMs, retries, retryBackoffMs } = this.#settings;
    const endMs = performance.now() + deliveryTimeoutMs;
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.#attempt(lane, batch).catch((error: unknown) => {
        if (error instanceof ClientError) return error;
        throw error;
      });
      if (!(outcome instanceof ClientError)) {
        lane.sequence = (lane.sequence + batch.length) % (SEQUENCE_MAX + 1);
        this.figures.recordsSent += batch.length;
        return outcome;
      }
      if (!outcome.retriable || attempt >= retries || performance.now() > endMs) {
        // Whether it was written is not known, so what follows begins a count of its own.
        this.#identity = null;
        lane.identity = null;
        if (this.#session !== null) this.#session.failure ??= outcome;
        this.figures.recordsFailed += batch.length;
        return outcome;
      }
      this.figures.recordsRepeated += batch.length;
      this.#leaders.forget(lane.topic);
      await pause(retryBackoffMs);
    }
  }

  async #attempt(lane: Lane, batch: readonly Waiting[]): Promise<number> {
    const { acks, compression, requestTimeoutMs, idempotent } = this.#settings;
    const leaders = await this.#leaders.of(lane.topic);
    const leader = leaders[lane.partition] ?? null;
    if (leader === null)
      throw brokerError(`${lane.topic}-${String(lane.partition)}`, ErrorCode.LEADER_NOT_AVAILABLE);
    if (this.#session !== null) lane.identity = await this.#session.identityFor(lane.topic, lane.partition);
    else if (idempotent && lane.identity === null) {
      lane.identity = await (this.#identity ??= this.#newIdentity());
      lane.sequence = 0;
    }
    const records = encodeRecordBatch({
      records: batch.map(({ record }) => record),
      ...{ timestampMs: Date.now(), compression },
      ...(lane.identity === null ? {} : { ...lane.identity, baseSequence: lane.sequence }),
      isTransactional: this.#session !== null,
    });
    const partitionData = [{ index: lane.partition, records }];
    const body = {
      ...{ transactionalId: this.#session?.transactionalId ?? null, acks, timeoutMs: requestTimeoutMs },
      topicData: [{ name: lane.topic, partitionData }],
    };
    if (acks === 0) {
      await this.#cluster.tell(leader, produceApi, body);
      return -1;
    }
    const sentMs = performance.now();
    const answer = await this.#cluster.call(leader, produceApi, body, { once: true });
    const { responses, throttleTimeMs } = answer;
    this.figures.answered(records.length, performance.now() - sentMs, throttleTimeMs);
    const told = responses[0]?.partitionResponses[0];
    const errorCode = told?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR;
    if (errorCode === ErrorCode.DUPLICATE_SEQUENCE_NUMBER) return -1;
    if (errorCode !== 0)
      throw brokerError(`${lane.topic}-${String(lane.partition)}`, errorCode, told?.errorMessage ?? null);
    return toSafeNumber(told?.baseOffset ?? -1n);
  }

  async #newIdentity(): Promise<ProducerIdentity> {
    try {
      const answer = await this.#cluster.call('any', initApi, {
        ...{ transactionalId: null, transactionTimeoutMs: SEQUENCE_MAX },
      });
      if (answer.errorCode !== 0) throw brokerError('producer id', answer.errorCode);
      return { producerId: toSafeNumber(answer.producerId), producerEpoch: answer.producerEpoch };
    } catch (error) {
      this.#identity = null;
      throw error;
    }
  }
}

function takeBatch(lane: Lane, batchBytes: number): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const waiting of lane.queue) {
    if (count > 0 && bytes + waiting.bytes > batchBytes) break;
    bytes += waiting.bytes;
    count += 1;
  }
  lane.queuedBytes -= bytes;
  return lane.queue.splice(0, count);
}

function sizeOf({ key, value, headers = [] }: RecordInput): number {
  let bytes = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers)
    bytes += RECORD_OVERHEAD_BYTES + Buffer.byteLength(header.key) + (header.value?.length ?? 0);
  return bytes;
}
