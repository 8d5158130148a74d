/**
 * Asks coordinators, for partitions that this broker leads, whether a producer has announced that its transaction writes to
 * them, or announces them for it (KIP-890; Kafka's AddPartitionsToTxnManager): here without a socket, elsewhere many
 * questions in one AddPartitionsToTxn 5, one request under way to a broker. What cannot be found out now is answered so
 * that the producer tries again. While the markers of its last transaction are being written, which takes a moment only,
 * one that goes on at once waits here.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import {
  addPartitionsToTxnRequest,
  type AddPartitionsToTxnResponse,
  addPartitionsToTxnResponse,
} from '../../../protocol/messages/24-add-partitions-to-txn.ts';
import type { MetadataImage } from '../../controller/image.ts';
import { TRANSACTION_STATE_TOPIC } from '../../controller/topic-name.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Platform } from '../../platform/platform.ts';
import { TransportError } from '../../platform/transport.ts';
import type { TransactionQuestion } from '../../replication/verified-appends.ts';
import { partitionOfKey } from '../runtime/key-partition.ts';
import { BrokerLanes, type Connect } from './broker-lanes.ts';
import type { TransactionCoordinator } from './transaction-coordinator.ts';

const API = { request: addPartitionsToTxnRequest, response: addPartitionsToTxnResponse };
const VERSION = 5;
const MAX_QUESTIONS_PER_REQUEST = 1_000;

export interface TransactionVerifierOptions {
  readonly platform: Pick<Platform, 'transport' | 'timers' | 'clock'>;
  readonly logger: Logger;
  readonly brokerId: number;
  readonly image: () => MetadataImage;
  readonly interBrokerListenerName: string;
  readonly coordinator: () => AskedCoordinator;
  readonly timeoutMs: () => number;
}

type AskedCoordinator = Pick<TransactionCoordinator, 'verify' | 'addPartitions'>;

/** add.partitions.to.txn.retry.backoff.ms and ...max.ms of Apache Kafka. */
const ENDING_PAUSE_MS = 20;
const ENDING_WAIT_MS = 100;

interface Waiting {
  readonly question: TransactionQuestion;
  readonly resolve: (errorCode: number) => void;
}

export class TransactionVerifier {
  readonly #options: TransactionVerifierOptions;
  readonly #lanes: BrokerLanes<Waiting>;
  #isStopped = false;

  constructor(options: TransactionVerifierOptions) {
    this.#options = options;
    this.#lanes = new BrokerLanes({
      ...options,
      clientId: `broker-${String(options.brokerId)}-txn-verifier`,
      maxItems: MAX_QUESTIONS_PER_REQUEST,
      deliver: (_brokerId, asked, connect) => this.#ask(asked, connect),
    });
  }

  /** 0, or what the producer is to be told. Never rejects. */
  async verify(question: TransactionQuestion): Promise<number> {
    const { clock, timers } = this.#options.platform;
    const sinceMs = clock.monotonicMs();
    for (;;) {
      const errorCode = await this.#codeOf(question);
      const isEnding = errorCode === ErrorCode.CONCURRENT_TRANSACTIONS && question.leaderAnnounces;
      if (!isEnding || clock.monotonicMs() - sinceMs >= ENDING_WAIT_MS || this.#isStopped)
        return answerTo(errorCode, question);
      await new Promise<void>((resolve) => void timers.after(ENDING_PAUSE_MS, resolve));
    }
  }

  #codeOf(question: TransactionQuestion): Promise<number> {
    const { brokerId, image, coordinator } = this.#options;
    const { topicsByName, brokers } = image();
    const partitions = topicsByName.get(TRANSACTION_STATE_TOPIC)?.partitions;
    const leader = partitions?.get(partitionOfKey(question.transactionalId, partitions.size))?.leader ?? -1;
    if (this.#isStopped || brokers.get(leader)?.fenced !== false)
      return Promise.resolve(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    if (leader === brokerId) return codeHere(coordinator(), question);
    return new Promise((resolve) => this.#lanes.push(leader, [{ question, resolve }]));
  }

  stop(): void {
    this.#isStopped = true;
    this.#lanes.stop();
  }

  async #ask(asked: readonly Waiting[], connect: Connect): Promise<void> {
    const codes = await this.#codesOf(asked, connect);
    for (const { question, resolve } of asked)
      resolve(codes?.get(keyOf(question)) ?? ErrorCode.COORDINATOR_NOT_AVAILABLE);
  }

  /** Null when there was no answer. */
  async #codesOf(asked: readonly Waiting[], connect: Connect): Promise<ReadonlyMap<string, number> | null> {
    const { timeoutMs, logger } = this.#options;
    try {
      const transactions = transactionsOf(asked.map(({ question }) => question));
      return codesIn(await (await connect()).call(API, VERSION, { transactions }, timeoutMs()));
    } catch (error) {
      if (!(error instanceof TransportError))
        logger.error('Coordinators could not be asked for transactions.', error);
      return null;
    }
  }
}

/** The producer's own fault, or something that is over soon. */
function answerTo(errorCode: number, { leaderAnnounces }: TransactionQuestion): number {
  switch (errorCode) {
    case ErrorCode.CONCURRENT_TRANSACTIONS:
      // Clients that leave the announcing to leaders know that this passes.
      return leaderAnnounces ? errorCode : ErrorCode.NOT_ENOUGH_REPLICAS;
    case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
    case ErrorCode.COORDINATOR_NOT_AVAILABLE:
    case ErrorCode.NOT_COORDINATOR:
    case ErrorCode.OPERATION_NOT_ATTEMPTED: // Another partition of the same question is not known where it was asked.
      return ErrorCode.NOT_ENOUGH_REPLICAS;
    case ErrorCode.PRODUCER_FENCED:
      return ErrorCode.INVALID_PRODUCER_EPOCH;
    default:
      return errorCode;
  }
}

async function codeHere(coordinator: AskedCoordinator, question: TransactionQuestion): Promise<number> {
  const { topic, partition, leaderAnnounces } = question;
  const partitions = new Map([[topic, new Set([partition])]]);
  if (leaderAnnounces)
    return coordinator.addPartitions({ ...question, partitions, clientTransactionVersion: 2 });
  const { errorCode, isAnnounced } = coordinator.verify({ ...question, partitions });
  if (errorCode !== 0) return errorCode;
  return isAnnounced(topic, partition) ? 0 : ErrorCode.TRANSACTION_ABORTABLE;
}

function keyOf({
  transactionalId,
  topic,
  partition,
}: Pick<TransactionQuestion, 'transactionalId' | 'topic' | 'partition'>) {
  return `${topic}/${String(partition)}/${transactionalId}`;
}

/** By id, producer and what is wanted: a fenced one may ask at the same time as its successor, and then in a transaction of its own. */
function transactionsOf(questions: readonly TransactionQuestion[]) {
  const byProducer = new Map<string, { question: TransactionQuestion; topics: Map<string, number[]> }>();
  for (const question of questions) {
    const { transactionalId, producerId, producerEpoch, topic, partition, leaderAnnounces } = question;
    const key = `${String(producerId)}/${String(producerEpoch)}/${String(leaderAnnounces)}/${transactionalId}`;
    const entry = byProducer.get(key) ?? { question, topics: new Map<string, number[]>() };
    byProducer.set(key, entry);
    entry.topics.set(topic, [...(entry.topics.get(topic) ?? []), partition]);
  }
  return [...byProducer.values()].map(({ question, topics }) => ({
    transactionalId: question.transactionalId,
    producerId: BigInt(question.producerId),
    producerEpoch: question.producerEpoch,
    verifyOnly: !question.leaderAnnounces,
    topics: [...topics].map(([name, partitions]) => ({ name, partitions })),
  }));
}

/** Where two producers with one id asked for the same partition, the refusal counts: the other one asks again. */
function codesIn({
  errorCode,
  resultsByTransaction,
}: AddPartitionsToTxnResponse): Map<string, number> | null {
  if (errorCode !== 0) return null;
  const codes = new Map<string, number>();
  for (const { transactionalId, topicResults } of resultsByTransaction)
    for (const { name, resultsByPartition } of topicResults)
      for (const { partitionIndex, partitionErrorCode } of resultsByPartition) {
        const key = keyOf({ transactionalId, topic: name, partition: partitionIndex });
        codes.set(key, codes.get(key) || partitionErrorCode);
      }
  return codes;
}
