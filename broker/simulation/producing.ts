/**
 * Producers of a simulated cluster. An idempotent one sends a batch again and again, with the same sequence, until it is
 * answered; a plain one does not know after a failure and sends other records next. Each record's value is unique.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import {
  initProducerIdRequest,
  initProducerIdResponse,
} from '../../protocol/messages/22-init-producer-id.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import { hold } from './broken-promise.ts';
import { type ClientHistory, IDEMPOTENT } from './client-history.ts';
import type { SimulatedClient } from './simulated-client.ts';

const PRODUCE = { request: produceRequest, response: produceResponse };
const PRODUCE_VERSION = 9;
const INIT_PRODUCER_ID = { request: initProducerIdRequest, response: initProducerIdResponse };
const INIT_PRODUCER_ID_VERSION = 4;
const MAX_RECORDS = 3;
const PRODUCE_TIMEOUT_MS = 1_000;
const RETRY_MS = 120;

/**
 * A producer with an id is never told so by who leads, but for records that were lost. One that does not know yet that it
 * leads no more may say it: it lacks what went to the leader after it.
 */
const SEQUENCE_ERRORS: ReadonlySet<number> = new Set([
  ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
  ErrorCode.DUPLICATE_SEQUENCE_NUMBER,
  ErrorCode.UNKNOWN_PRODUCER_ID,
  ErrorCode.INVALID_PRODUCER_EPOCH,
]);

export interface ProducerOptions {
  readonly client: SimulatedClient;
  readonly history: ClientHistory;
  readonly topic: string;
  readonly isIdempotent: boolean;
  readonly pauseMs: number;
  /** What the cluster has agreed on. */
  readonly isLeader: (brokerId: number, topicId: string, partition: number) => boolean;
  readonly log: (line: string) => void;
}

interface Batch {
  readonly partition: number;
  readonly topicId: string;
  readonly values: readonly string[];
  readonly sequence: number;
}

interface Answer {
  readonly brokerId: number;
  readonly errorCode: number;
  readonly baseOffset: number;
}

export class SimulatedProducer {
  readonly #options: ProducerOptions;
  readonly #sequences = new Map<number, number>();
  #producerId = -1n;
  #number = 0;
  #stopping = false;
  isDone = false;

  constructor(options: ProducerOptions) {
    this.#options = options;
  }

  /** The batch under way is finished, then no other is begun. */
  stop(): void {
    this.#stopping = true;
  }

  async run(): Promise<void> {
    const { client, pauseMs } = this.#options;
    while (!this.#stopping) {
      await client.pause(client.below(pauseMs));
      const batch = await this.#nextBatch();
      if (batch !== null) await this.#send(batch);
    }
    this.isDone = true;
  }

  async #nextBatch(): Promise<Batch | null> {
    const { client, topic, isIdempotent } = this.#options;
    const known = client.topic(topic) ?? (await client.refresh(topic));
    if (known === undefined || (isIdempotent && !(await this.#hasProducerId()))) return null;
    const partition = client.below(known.partitions.size);
    const count = 1 + client.below(MAX_RECORDS);
    const values = Array.from({ length: count }, () => {
      return `${isIdempotent ? IDEMPOTENT : 'p'}${client.name}-${String(this.#number++)}`;
    });
    const sequence = this.#sequences.get(partition) ?? 0;
    return { partition, topicId: known.topicId, values, sequence };
  }

  async #hasProducerId(): Promise<boolean> {
    if (this.#producerId >= 0n) return true;
    const { client } = this.#options;
    const body = { transactionalId: null, transactionTimeoutMs: 60_000 };
    const answer = await client.call(client.anyBroker(), INIT_PRODUCER_ID, INIT_PRODUCER_ID_VERSION, body);
    if (answer?.errorCode !== 0) return false;
    this.#producerId = answer.producerId;
    this.#sequences.clear();
    return true;
  }

  async #send(batch: Batch): Promise<void> {
    const { client, history, isIdempotent, topic, log } = this.#options;
    const { partition, topicId, values } = batch;
    for (;;) {
      const answer = await this.#try(batch);
      const { errorCode, baseOffset, brokerId } = answer;
      if (errorCode === 0) {
        history.acknowledged(topicId, partition, baseOffset, values);
        this.#sequences.set(partition, batch.sequence + values.length);
        return;
      }
      log(`${client.name} ${topic}-${String(partition)} ${values.join()}: error ${String(errorCode)}`);
      if (SEQUENCE_ERRORS.has(errorCode) && this.#options.isLeader(brokerId, topicId, partition)) {
        hold(history.isExcused(topicId, partition), () => {
          return `${client.name} is told error ${String(errorCode)} for [${values.join()}], sequence ${String(batch.sequence)} of ${topicId}:${String(partition)}`;
        });
        this.#producerId = -1n;
        return;
      }
      // Without a sequence, what was sent twice would be there twice.
      if (!isIdempotent) return;
      await client.pause(RETRY_MS + client.below(RETRY_MS));
      await client.refresh(topic);
    }
  }

  async #try({ partition, values, sequence }: Batch): Promise<Answer> {
    const { client, topic, isIdempotent } = this.#options;
    const brokerId = client.topic(topic)?.partitions.get(partition)?.leader ?? -1;
    const timestampMs = client.platform.clock.wallMs();
    const records = encodeRecordBatch({
      records: values.map((value) => ({ key: null, value: Buffer.from(value) })),
      timestampMs,
      ...(isIdempotent
        ? { producerId: Number(this.#producerId), producerEpoch: 0, baseSequence: sequence }
        : {}),
    });
    const answer = await client.call(
      brokerId,
      PRODUCE,
      PRODUCE_VERSION,
      {
        transactionalId: null,
        acks: -1,
        timeoutMs: PRODUCE_TIMEOUT_MS,
        topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
      },
      2 * PRODUCE_TIMEOUT_MS,
    );
    const result = answer?.responses[0]?.partitionResponses[0];
    if (result === undefined) return { brokerId, errorCode: ErrorCode.NETWORK_EXCEPTION, baseOffset: -1 };
    return { brokerId, errorCode: result.errorCode, baseOffset: Number(result.baseOffset) };
  }
}
