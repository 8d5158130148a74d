/**
 * Lets a client's transactional batch into a partition only when its transaction is known to be open there (KIP-890; Kafka's
 * transaction verification): before the first batch of a transaction the coordinator is asked whether the producer has
 * announced the partition, or told of it for producers that leave that to the leader. So a batch that was delayed until
 * after its transaction ended cannot open one that nobody will ever end, and hold back all readers of committed records.
 *
 * A producer that leaves it to the leader has a new epoch in every transaction and counts from 0 in it: where a partition
 * knows nothing of it, nothing else is taken for its first batch.
 *
 * Batches of one producer to one partition keep their order; others pass. What the coordinator said counts only as long as
 * nothing has happened to the producer in the partition since it was asked: a marker may have come in between.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  BATCH_HEADER_BYTES,
  MAGIC_POSITION,
  MAGIC_V2,
  readBatchHeader,
} from '../../protocol/records/record-batch.ts';
import type { ProducerEntry } from '../log/producer-state.ts';
import type { PartitionLookup } from './local-partition.ts';
import type { AppendRequest, AppendResult } from './replica-requests.ts';

export interface TransactionQuestion {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly topic: string;
  readonly partition: number;
  /** The partition is announced by the question, instead of asked for. */
  readonly leaderAnnounces: boolean;
}

export interface VerifiedAppendsOptions {
  readonly append: (request: AppendRequest) => Promise<AppendResult>;
  /** What the partition remembers of the producer; null when the partition is not led here. */
  readonly producerIn: (question: TransactionQuestion) => ProducerEntry | null | undefined;
  /** 0 when the partition is announced; otherwise what to answer the producer. Never rejects. Without it nobody is asked. */
  readonly verify?: ((question: TransactionQuestion) => Promise<number>) | undefined;
  /** Producers that announce their partitions are taken at their word. Default false. */
  readonly trusts?: boolean | undefined;
}

export interface Admission {
  /** 0, or why the producer may not write. */
  readonly errorCode: number;
  /** False when what was found out counts no more. To be asked at the instant at which the records go into the log. */
  readonly isStillSo: () => boolean;
}

const ADMITTED: Admission = { errorCode: 0, isStillSo: () => true };

export class VerifiedAppends {
  readonly #options: VerifiedAppendsOptions;
  /** The last of those that wait, by producer and partition. */
  readonly #waiting = new Map<string, Promise<unknown>>();

  constructor(options: VerifiedAppendsOptions) {
    this.#options = options;
  }

  append(request: AppendRequest): Promise<AppendResult> {
    const question = this.#options.verify === undefined ? null : questionOf(request);
    if (question === null || this.#isTrusted(question)) return this.#options.append(request);
    const key = `${String(question.producerId)}/${question.topic}/${String(question.partition)}`;
    const before = this.#waiting.get(key);
    if (before === undefined && this.#openSince(question) >= 0) return this.#options.append(request);
    // The next one goes on when this one has its place in the log, not when it is acknowledged.
    let placed = (): void => undefined;
    const turn = new Promise<void>((resolve) => (placed = resolve));
    this.#waiting.set(key, turn);
    const done = (): void => {
      placed();
      if (this.#waiting.get(key) === turn) this.#waiting.delete(key);
    };
    return this.#inTurn(before, question, request, done);
  }

  /** May the producer write to the partition in a transaction? Never rejects. */
  async admit(question: TransactionQuestion): Promise<Admission> {
    const { producerIn, verify } = this.#options;
    const asked = producerIn(question);
    // Where this broker does not lead, the log refuses what comes.
    if (verify === undefined || asked === null || this.#isTrusted(question)) return ADMITTED;
    const firstOffset = this.#openSince(question);
    const isStillSo = (): boolean => {
      if (producerIn(question) === asked) return true;
      const since = this.#openSince(question);
      return since >= 0 && (firstOffset < 0 || since === firstOffset);
    };
    return { errorCode: firstOffset >= 0 ? 0 : await verify(question), isStillSo };
  }

  async #inTurn(
    before: Promise<unknown> | undefined,
    question: TransactionQuestion,
    request: AppendRequest,
    done: () => void,
  ): Promise<AppendResult> {
    try {
      await before;
      const { errorCode, isStillSo } = await this.admit(question);
      if (errorCode !== 0) return refused(errorCode);
      if (question.leaderAnnounces && this.#isGap(question, request)) return OUT_OF_ORDER;
      return this.#options.append({ ...request, isStillSo });
    } finally {
      done();
    }
  }

  #isTrusted({ leaderAnnounces }: TransactionQuestion): boolean {
    return this.#options.trusts === true && !leaderAnnounces;
  }

  #isGap(question: TransactionQuestion, { records }: AppendRequest): boolean {
    return this.#options.producerIn(question) === undefined && readBatchHeader(records, 0).baseSequence !== 0;
  }

  /** The first offset of the producer's open transaction in the partition, -1 without one. */
  #openSince(question: TransactionQuestion): number {
    const entry = this.#options.producerIn(question);
    return entry?.epoch === question.producerEpoch ? entry.currentTxnFirstOffset : -1;
  }
}

export interface VerificationOptions {
  /** Asks or tells the coordinator before the first records of a transaction are stored; left out, they are stored unasked. */
  readonly verifyTransaction?: (question: TransactionQuestion) => Promise<number>;
  /** Coordinators are not asked about partitions that producers say they have announced. */
  readonly trustsProducers?: boolean;
}

/** `append` behind the question; over the partitions that are here. */
export function verifiedAppends(
  append: VerifiedAppendsOptions['append'],
  partitions: PartitionLookup,
  { verifyTransaction: verify, trustsProducers: trusts }: VerificationOptions,
): VerifiedAppends {
  const producerIn: VerifiedAppendsOptions['producerIn'] = ({ topic, partition, producerId }) => {
    const local = partitions.get(topic, partition);
    return local?.isLeader === true ? local.log.producers.get(producerId) : null;
  };
  return new VerifiedAppends({ append, producerIn, verify, trusts });
}

/** Null when the records are not a client's transactional batch. What else is wrong with them is found later. */
function questionOf(request: AppendRequest): TransactionQuestion | null {
  const { topic, partition, records, origin, transactionalId, leaderAnnounces = false } = request;
  if (origin !== 'client' || !transactionalId || records.length < BATCH_HEADER_BYTES) return null;
  if (records[MAGIC_POSITION] !== MAGIC_V2) return null;
  const { isTransactional, producerId, producerEpoch } = readBatchHeader(records, 0);
  if (!isTransactional || producerId < 0) return null;
  return { transactionalId, producerId, producerEpoch, topic, partition, leaderAnnounces };
}

function refused(errorCode: number): AppendResult {
  const errorMessage =
    errorCode === ErrorCode.TRANSACTION_ABORTABLE
      ? 'The partition was not added to the transaction, or the transaction is over.'
      : 'Whether the partition belongs to the transaction could not be found out.';
  return refusal(errorCode, errorMessage);
}

function refusal(errorCode: number, errorMessage: string): AppendResult {
  return { errorCode, errorMessage, baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 };
}

const OUT_OF_ORDER = refusal(
  ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
  'The first batch of a producer in this partition does not begin with sequence 0.',
);
