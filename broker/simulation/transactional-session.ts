/**
 * The requests of a transactional producer in both protocols (docs/transactions.md): as long as it is the producer of its
 * transactional id. Each method sends one request once and says what came of it; what to do then is the caller's matter.
 */
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
import type { SimulatedClient } from './simulated-client.ts';

const PRODUCE = { request: produceRequest, response: produceResponse };
const FIND_COORDINATOR = { request: findCoordinatorRequest, response: findCoordinatorResponse };
const OFFSET_FETCH = { request: offsetFetchRequest, response: offsetFetchResponse };
const INIT_PRODUCER_ID = { request: initProducerIdRequest, response: initProducerIdResponse };
const ADD_PARTITIONS = { request: addPartitionsToTxnRequest, response: addPartitionsToTxnResponse };
const ADD_OFFSETS = { request: addOffsetsToTxnRequest, response: addOffsetsToTxnResponse };
const END = { request: endTxnRequest, response: endTxnResponse };
const COMMIT_OFFSETS = { request: txnOffsetCommitRequest, response: txnOffsetCommitResponse };

const COORDINATOR_OF = { group: 0, transactionalId: 1 } as const;
const PRODUCE_TIMEOUT_MS = 1_000;
/** What both protocols have in common is sent in these. */
const VERSIONS = { findCoordinator: 3, offsetFetch: 7, initProducerId: 4, addPartitions: 3, addOffsets: 3 };

/** Of what each protocol sends: `raises` says whether every end raises the epoch (KIP-890). */
export const PROTOCOLS = {
  classic: { produce: 11, end: 4, commitOffsets: 4, raises: false },
  raising: { produce: 12, end: 5, commitOffsets: 5, raises: true },
} as const;
export type Protocol = (typeof PROTOCOLS)[keyof typeof PROTOCOLS];

export interface Identity {
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

export interface Place {
  readonly topic: string;
  readonly partition: number;
}

export interface SentBatch extends Place {
  readonly values: readonly string[];
  readonly sequence: number;
}

/** `again`: it is not known whether it was done. */
export type Answer = 'done' | 'again' | 'refused';

export function answerOf(errorCode: number | undefined): Answer {
  if (errorCode === undefined) return 'again';
  if (errorCode === 0) return 'done';
  return errorOf(errorCode).retriable ? 'again' : 'refused';
}

export class TransactionalSession {
  readonly transactionalId: string;
  readonly #client: SimulatedClient;
  #coordinator = -1;
  #groupCoordinator = -1;
  /** Of the last request; undefined without an answer. */
  lastError: number | undefined;

  constructor(client: SimulatedClient, transactionalId: string) {
    this.#client = client;
    this.transactionalId = transactionalId;
  }

  /** `known`: who it was, when it goes on after an error; null: whoever was it before is shut out. */
  async initialize(timeoutMs: number, known: Identity | null): Promise<Identity | null> {
    const { transactionalId } = this;
    const body = { transactionalId, transactionTimeoutMs: timeoutMs, ...known };
    const coordinator = await this.#ofTransactions();
    const answer = await this.#client.call(coordinator, INIT_PRODUCER_ID, VERSIONS.initProducerId, body);
    if (this.#note(answer?.errorCode) !== 'done' || answer === null) return null;
    return { producerId: answer.producerId, producerEpoch: answer.producerEpoch };
  }

  async addPartition(identity: Identity, { topic, partition }: Place): Promise<Answer> {
    const answer = await this.#client.call(
      await this.#ofTransactions(),
      ADD_PARTITIONS,
      VERSIONS.addPartitions,
      {
        ...{ transactions: [], v3AndBelowTransactionalId: this.transactionalId },
        v3AndBelowProducerId: identity.producerId,
        v3AndBelowProducerEpoch: identity.producerEpoch,
        v3AndBelowTopics: [{ name: topic, partitions: [partition] }],
      },
    );
    return this.#note(answer?.resultsByTopicV3AndBelow[0]?.resultsByPartition[0]?.partitionErrorCode);
  }

  /** The group is named as the transactional id. */
  async addOffsets(identity: Identity): Promise<Answer> {
    const { transactionalId } = this;
    const body = { transactionalId, ...identity, groupId: transactionalId };
    const answer = await this.#client.call(
      await this.#ofTransactions(),
      ADD_OFFSETS,
      VERSIONS.addOffsets,
      body,
    );
    return this.#note(answer?.errorCode);
  }

  async commitOffset(
    identity: Identity,
    { commitOffsets }: Protocol,
    { topic, partition }: Place,
    offset: number,
  ): Promise<Answer> {
    const { transactionalId } = this;
    const answer = await this.#client.call(await this.#ofGroup(), COMMIT_OFFSETS, commitOffsets, {
      ...{ transactionalId, groupId: transactionalId, ...identity, memberId: '', groupInstanceId: null },
      topics: [
        {
          name: topic,
          partitions: [
            { partitionIndex: partition, committedOffset: BigInt(offset), committedMetadata: null },
          ],
        },
      ],
    });
    const errorCode = answer?.topics[0]?.partitions[0]?.errorCode;
    if (errorCode !== 0) this.#groupCoordinator = -1;
    this.lastError = errorCode;
    return answerOf(errorCode);
  }

  /** What the group has; null when that could not be found out. */
  async readOffset({ topic, partition }: Place, requireStable: boolean): Promise<number | null> {
    const groupId = this.transactionalId;
    const answer = await this.#client.call(await this.#ofGroup(), OFFSET_FETCH, VERSIONS.offsetFetch, {
      ...{ groupId, topics: [{ name: topic, partitionIndexes: [partition] }], requireStable },
    });
    const found = answer?.topics[0]?.partitions[0];
    if (answer?.errorCode === 0 && found?.errorCode === 0) return Number(found.committedOffset);
    this.#groupCoordinator = -1;
    return null;
  }

  /** The offset of the first record goes to `acknowledged`. */
  async produce(
    identity: Identity,
    { produce }: Protocol,
    { topic, partition, values, sequence }: SentBatch,
  ): Promise<{ readonly answer: Answer; readonly baseOffset: number }> {
    const client = this.#client;
    const leader = client.topic(topic)?.partitions.get(partition)?.leader ?? -1;
    const records = encodeRecordBatch({
      records: values.map((value) => ({ key: null, value: Buffer.from(value) })),
      timestampMs: client.platform.clock.wallMs(),
      ...{ producerId: Number(identity.producerId), producerEpoch: identity.producerEpoch },
      ...{ baseSequence: sequence, isTransactional: true },
    });
    const result = await client.call(
      leader,
      PRODUCE,
      produce,
      {
        ...{ transactionalId: this.transactionalId, acks: -1, timeoutMs: PRODUCE_TIMEOUT_MS },
        topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
      },
      2 * PRODUCE_TIMEOUT_MS,
    );
    const found = result?.responses[0]?.partitionResponses[0];
    this.lastError = found?.errorCode;
    return { answer: answerOf(found?.errorCode), baseOffset: Number(found?.baseOffset ?? -1) };
  }

  /** With who it is from then on; in the classic protocol that is who it was. */
  async end(
    identity: Identity,
    { end, raises }: Protocol,
    committed: boolean,
  ): Promise<{ readonly answer: Answer; readonly identity: Identity }> {
    const { transactionalId } = this;
    const body = { transactionalId, ...identity, committed };
    const result = await this.#client.call(await this.#ofTransactions(), END, end, body);
    const answer = this.#note(result?.errorCode);
    if (answer !== 'done' || result === null || !raises) return { answer, identity };
    const { producerId, producerEpoch } = result;
    return { answer, identity: { producerId, producerEpoch } };
  }

  async #ofTransactions(): Promise<number> {
    if (this.#coordinator === -1) this.#coordinator = await this.#find(COORDINATOR_OF.transactionalId);
    return this.#coordinator;
  }

  async #ofGroup(): Promise<number> {
    if (this.#groupCoordinator === -1) this.#groupCoordinator = await this.#find(COORDINATOR_OF.group);
    return this.#groupCoordinator;
  }

  async #find(keyType: number): Promise<number> {
    const client = this.#client;
    const body = { key: this.transactionalId, keyType };
    const answer = await client.call(client.anyBroker(), FIND_COORDINATOR, VERSIONS.findCoordinator, body);
    return answer?.errorCode === 0 ? answer.nodeId : -1;
  }

  /** Of what the coordinator of transactions answered. */
  #note(errorCode: number | undefined): Answer {
    const isStillIt = errorCode === 0 || errorCode === ErrorCode.CONCURRENT_TRANSACTIONS;
    if (!isStillIt) this.#coordinator = -1;
    this.lastError = errorCode;
    return answerOf(errorCode);
  }
}
