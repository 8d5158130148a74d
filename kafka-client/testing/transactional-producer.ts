/**
 * Test support: a producer with transactions, request by request, in either protocol: it announces what it writes to (KIP-98),
 * or leaves that to the leaders and has its epoch raised by every end (KIP-890). What passes is tried again, as a client
 * does, until `limitMs`; what is final rejects with TransactionError, and so does running out of time.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ErrorCode, errorOf } from '../../protocol/errors.ts';
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import { offsetFetchRequest, offsetFetchResponse } from '../../protocol/messages/09-offset-fetch.ts';
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/10-find-coordinator.ts';
import {
  initProducerIdRequest,
  initProducerIdResponse,
} from '../../protocol/messages/22-init-producer-id.ts';
import {
  addPartitionsToTxnRequest,
  addPartitionsToTxnResponse,
} from '../../protocol/messages/24-add-partitions-to-txn.ts';
import {
  addOffsetsToTxnRequest,
  addOffsetsToTxnResponse,
} from '../../protocol/messages/25-add-offsets-to-txn.ts';
import { endTxnRequest, endTxnResponse } from '../../protocol/messages/26-end-txn.ts';
import {
  txnOffsetCommitRequest,
  txnOffsetCommitResponse,
} from '../../protocol/messages/28-txn-offset-commit.ts';
import { encodeRecordBatch } from '../../protocol/records/encode-batch.ts';
import type { Decoded, Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import { apiCall, type ApiCall } from '../api-call.ts';
import { KafkaCluster } from '../cluster.ts';

/** What one of these two versions of the protocol sends. */
const APIS = {
  1: {
    produce: apiCall(produceRequest, produceResponse, { maxVersion: 11 }),
    commitOffsets: apiCall(txnOffsetCommitRequest, txnOffsetCommitResponse, { maxVersion: 4 }),
    end: apiCall(endTxnRequest, endTxnResponse, { maxVersion: 4 }),
  },
  2: {
    produce: apiCall(produceRequest, produceResponse, { minVersion: 12, maxVersion: 12 }),
    commitOffsets: apiCall(txnOffsetCommitRequest, txnOffsetCommitResponse, { minVersion: 5 }),
    end: apiCall(endTxnRequest, endTxnResponse, { minVersion: 5 }),
  },
} as const;
const findApi = apiCall(findCoordinatorRequest, findCoordinatorResponse, { maxVersion: 3 });
const initApi = apiCall(initProducerIdRequest, initProducerIdResponse, { minVersion: 4, maxVersion: 5 });
const addPartitionsApi = apiCall(addPartitionsToTxnRequest, addPartitionsToTxnResponse, { maxVersion: 3 });
const fetchOffsetsApi = apiCall(offsetFetchRequest, offsetFetchResponse, { minVersion: 7, maxVersion: 7 });
const addOffsetsApi = apiCall(addOffsetsToTxnRequest, addOffsetsToTxnResponse);
const RETRY_MS = 50;
const REQUEST_TIMEOUT_MS = 10_000;
const GROUP_KEY = 0;
const TRANSACTION_KEY = 1;

export class TransactionError extends Error {
  readonly code: number;

  constructor(what: string, code: number) {
    super(`${what}: ${errorOf(code).name}`);
    this.name = 'TransactionError';
    this.code = code;
  }
}

export interface TransactionalProducerOptions {
  readonly bootstrap: readonly string[];
  readonly transactionalId: string;
  readonly protocol: 1 | 2;
  /** Default 60 s. */
  readonly transactionTimeoutMs?: number;
  /** How long what passes is tried again; default 30 s. */
  readonly limitMs?: number;
}

export interface GroupPosition {
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
  /** Of the next record to read. */
  readonly offset: number;
}

export class TransactionalProducer {
  producerId = -1;
  producerEpoch = -1;
  readonly #options: TransactionalProducerOptions;
  readonly #cluster: KafkaCluster;
  readonly #coordinators = new Map<string, number>();
  /** By `topic/partition`, within an epoch. */
  readonly #sequences = new Map<string, number>();
  /** What this transaction has announced, in the older protocol. */
  readonly #announced = new Set<string>();

  constructor(options: TransactionalProducerOptions) {
    this.#options = options;
    this.#cluster = new KafkaCluster({
      ...{ bootstrap: options.bootstrap, clientId: options.transactionalId },
      ...{ connectTimeoutMs: 2_000, requestTimeoutMs: REQUEST_TIMEOUT_MS },
    });
  }

  close(): void {
    this.#cluster.close();
  }

  /** Becomes the producer of its transactional id: what was open is aborted, who had it before is shut out. */
  async init(): Promise<void> {
    const { transactionalId, transactionTimeoutMs = 60_000 } = this.#options;
    const answer = await this.#coordinated(
      ...(['InitProducerId', TRANSACTION_KEY, transactionalId, initApi] as const),
      { transactionalId, transactionTimeoutMs, producerId: -1n, producerEpoch: -1 },
      ({ errorCode }) => errorCode,
    );
    this.become(Number(answer.producerId), answer.producerEpoch);
  }

  /** One batch to one partition; resolves with the offset of its first record. */
  async send(topic: string, partition: number, values: readonly string[]): Promise<number> {
    const { transactionalId, protocol } = this.#options;
    const key = `${topic}/${String(partition)}`;
    if (protocol === 1 && !this.#announced.has(key)) await this.#announce(topic, partition);
    const baseSequence = this.#sequences.get(key) ?? 0;
    const answer = await this.#again('Produce', async () => {
      const leader = await this.#leaderOf(topic, partition);
      const records = encodeRecordBatch({
        records: values.map((value) => ({ key: null, value: Buffer.from(value) })),
        ...{ timestampMs: Date.now(), ...this.#identity(), baseSequence, isTransactional: true },
      });
      const topicData = [{ name: topic, partitionData: [{ index: partition, records }] }];
      const body = { transactionalId, acks: -1, timeoutMs: 5_000, topicData };
      const { responses } = await this.#cluster.call(leader, APIS[protocol].produce, body);
      const told = responses[0]?.partitionResponses[0];
      return { code: told?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR, answer: told };
    });
    this.#sequences.set(key, baseSequence + values.length);
    return Number(answer?.baseOffset ?? -1n);
  }

  /** How far a group has read, as part of the transaction. */
  async commitOffset({ groupId, topic, partition, offset }: GroupPosition): Promise<void> {
    const { transactionalId, protocol } = this.#options;
    if (protocol === 1)
      await this.#coordinated(
        ...(['AddOffsetsToTxn', TRANSACTION_KEY, transactionalId, addOffsetsApi] as const),
        { transactionalId, groupId, ...this.#identityOnTheWire() },
        ({ errorCode }) => errorCode,
      );
    const partitions = [
      { partitionIndex: partition, committedOffset: BigInt(offset), committedMetadata: null },
    ];
    await this.#coordinated(
      ...(['TxnOffsetCommit', GROUP_KEY, groupId, APIS[protocol].commitOffsets] as const),
      {
        ...{ transactionalId, groupId, ...this.#identityOnTheWire(), groupInstanceId: null },
        ...{ memberId: '', topics: [{ name: topic, partitions }] },
      },
      ({ topics }) => topics[0]?.partitions[0]?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR,
    );
  }

  /** Where the group goes on, once no transaction can change that any more; 0 when it has not begun. */
  async positionOf(groupId: string, topic: string, partition: number): Promise<number> {
    const { topics } = await this.#coordinated(
      ...(['OffsetFetch', GROUP_KEY, groupId, fetchOffsetsApi] as const),
      { groupId, topics: [{ name: topic, partitionIndexes: [partition] }], requireStable: true },
      (answer) => answer.errorCode || (answer.topics[0]?.partitions[0]?.errorCode ?? 0),
    );
    return Math.max(0, Number(topics[0]?.partitions[0]?.committedOffset ?? 0n));
  }

  async end(committed: boolean): Promise<void> {
    const { transactionalId, protocol } = this.#options;
    const answer = await this.#coordinated(
      ...(['EndTxn', TRANSACTION_KEY, transactionalId, APIS[protocol].end] as const),
      { transactionalId, committed, ...this.#identityOnTheWire() },
      ({ errorCode }) => errorCode,
    );
    this.#announced.clear();
    if (protocol === 2) this.become(Number(answer.producerId), answer.producerEpoch);
  }

  /** From now on it says that it is this one, and counts its records anew. */
  become(producerId: number, producerEpoch: number): void {
    this.producerId = producerId;
    this.producerEpoch = producerEpoch;
    this.#sequences.clear();
    this.#announced.clear();
  }

  /** As if so many records had been sent to the partition. */
  skip(topic: string, partition: number, count: number): void {
    const key = `${topic}/${String(partition)}`;
    this.#sequences.set(key, (this.#sequences.get(key) ?? 0) + count);
  }

  #identity() {
    return { producerId: this.producerId, producerEpoch: this.producerEpoch };
  }

  #identityOnTheWire() {
    return { producerId: BigInt(this.producerId), producerEpoch: this.producerEpoch };
  }

  async #announce(topic: string, partition: number): Promise<void> {
    const { transactionalId } = this.#options;
    await this.#coordinated(
      ...(['AddPartitionsToTxn', TRANSACTION_KEY, transactionalId, addPartitionsApi] as const),
      {
        v3AndBelowTransactionalId: transactionalId,
        v3AndBelowProducerId: BigInt(this.producerId),
        v3AndBelowProducerEpoch: this.producerEpoch,
        v3AndBelowTopics: [{ name: topic, partitions: [partition] }],
      },
      ({ resultsByTopicV3AndBelow: [result] }) =>
        result?.resultsByPartition[0]?.partitionErrorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR,
    );
    this.#announced.add(`${topic}/${String(partition)}`);
  }

  async #leaderOf(topic: string, partition: number): Promise<number> {
    const { topics } = await this.#cluster.metadata([topic]);
    const found = topics[0]?.partitions.find(({ partitionIndex }) => partitionIndex === partition);
    return found?.leaderId ?? -1;
  }

  /** Asks the coordinator of the key, wherever it is, until it answers with something that does not pass. */
  #coordinated<Req extends MessageSchema, Res extends MessageSchema>(
    what: string,
    keyType: number,
    key: string,
    api: ApiCall<Req, Res>,
    body: Encodable<Req>,
    codeOf: (answer: Decoded<Res>) => number,
  ): Promise<Decoded<Res>> {
    const place = `${String(keyType)}/${key}`;
    return this.#again(what, async () => {
      const coordinator = this.#coordinators.get(place) ?? (await this.#findCoordinator(keyType, key));
      this.#coordinators.delete(place);
      const answer = await this.#cluster.call(coordinator, api, body);
      const code = codeOf(answer);
      if (code !== ErrorCode.NOT_COORDINATOR) this.#coordinators.set(place, coordinator);
      return { code, answer };
    });
  }

  async #findCoordinator(keyType: number, key: string): Promise<number> {
    const answer = await this.#cluster.call('any', findApi, { key, keyType });
    if (answer.errorCode !== 0) throw new TransactionError('FindCoordinator', answer.errorCode);
    return answer.nodeId;
  }

  /** Who does not answer, or cannot be found, may be there a moment later. */
  async #again<Answer>(
    what: string,
    attempt: () => Promise<{ readonly code: number; readonly answer: Answer }>,
  ): Promise<Answer> {
    const endMs = performance.now() + (this.#options.limitMs ?? 30_000);
    for (;;) {
      const { code, answer } = await attempt().catch(() => ({ code: null, answer: null }));
      if (code === 0 && answer !== null) return answer;
      const passes = code === null || errorOf(code).retriable;
      if (!passes || performance.now() > endMs)
        throw new TransactionError(what, code ?? ErrorCode.REQUEST_TIMED_OUT);
      await pause(RETRY_MS);
    }
  }
}
