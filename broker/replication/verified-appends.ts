/**
 * Lets a client's transactional batch into a partition only when its transaction is known to be open there (KIP-890; Kafka's
 * transaction verification): before the first batch of a transaction the coordinator is asked whether the producer has
 * announced the partition. So a batch that was delayed until after its transaction ended cannot open one that nobody will
 * ever end, and hold back all readers of committed records.
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
}

export interface VerifiedAppendsOptions {
  readonly append: (request: AppendRequest) => Promise<AppendResult>;
  /** What the partition remembers of the producer; null when the partition is not led here. */
  readonly producerIn: (question: TransactionQuestion) => ProducerEntry | null | undefined;
  /** 0 when the producer has announced the partition; otherwise what to answer it. Never rejects. */
  readonly verify: (question: TransactionQuestion) => Promise<number>;
}

export class VerifiedAppends {
  readonly #options: VerifiedAppendsOptions;
  /** The last of those that wait, by producer and partition. */
  readonly #waiting = new Map<string, Promise<unknown>>();

  constructor(options: VerifiedAppendsOptions) {
    this.#options = options;
  }

  append(request: AppendRequest): Promise<AppendResult> {
    const question = questionOf(request);
    if (question === null) return this.#options.append(request);
    const key = `${String(question.producerId)}/${question.topic}/${String(question.partition)}`;
    const before = this.#waiting.get(key);
    if (before === undefined && this.#isOpen(question)) return this.#options.append(request);
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

  async #inTurn(
    before: Promise<unknown> | undefined,
    question: TransactionQuestion,
    request: AppendRequest,
    done: () => void,
  ): Promise<AppendResult> {
    try {
      await before;
      const asked = this.#options.producerIn(question);
      if (asked === null || this.#isOpen(question)) return this.#options.append(request);
      const errorCode = await this.#options.verify(question);
      if (errorCode !== 0) return refused(errorCode);
      const isStillSo = (): boolean => this.#options.producerIn(question) === asked || this.#isOpen(question);
      return this.#options.append({ ...request, isStillSo });
    } finally {
      done();
    }
  }

  #isOpen(question: TransactionQuestion): boolean {
    const entry = this.#options.producerIn(question);
    if (entry === undefined || entry === null) return false;
    return entry.epoch === question.producerEpoch && entry.currentTxnFirstOffset >= 0;
  }
}

/** `append` behind the question; over the partitions that are here. */
export function verifiedAppends(
  append: VerifiedAppendsOptions['append'],
  partitions: PartitionLookup,
  verify: VerifiedAppendsOptions['verify'],
): VerifiedAppendsOptions['append'] {
  const producerIn: VerifiedAppendsOptions['producerIn'] = ({ topic, partition, producerId }) => {
    const local = partitions.get(topic, partition);
    return local?.isLeader === true ? local.log.producers.get(producerId) : null;
  };
  const appends = new VerifiedAppends({ append, producerIn, verify });
  return (request) => appends.append(request);
}

/** Null when the records are not a client's transactional batch. What else is wrong with them is found later. */
function questionOf({ topic, partition, records, origin, transactionalId }: AppendRequest) {
  if (origin !== 'client' || !transactionalId || records.length < BATCH_HEADER_BYTES) return null;
  if (records[MAGIC_POSITION] !== MAGIC_V2) return null;
  const { isTransactional, producerId, producerEpoch } = readBatchHeader(records, 0);
  if (!isTransactional || producerId < 0) return null;
  return { transactionalId, producerId, producerEpoch, topic, partition };
}

function refused(errorCode: number): AppendResult {
  const errorMessage =
    errorCode === ErrorCode.INVALID_TXN_STATE
      ? 'The partition was not added to the transaction, or the transaction is over.'
      : 'Whether the partition belongs to the transaction could not be found out.';
  return { errorCode, errorMessage, baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 };
}
