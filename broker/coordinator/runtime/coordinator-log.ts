/**
 * What a coordinator needs of the log that its state lives in, partition by partition: append and wait until it is
 * committed, and read what is committed. `ReplicatedCoordinatorLog` gives it by the replica manager; tests give it in
 * memory.
 *
 * Everything is asked for one leader epoch, the one this broker was elected in: a coordinator that was deposed without
 * knowing it can neither write nor take what it reads for the truth.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { Admission, TransactionQuestion } from '../../replication/verified-appends.ts';
import type { TransactionalProducer } from './transactional-batch.ts';

/** A partition as this broker leads it. */
export interface Leadership {
  readonly partition: number;
  readonly leaderEpoch: number;
}

/** Whose transaction it is, with the name that its coordinator knows it by. */
export interface NamedProducer extends TransactionalProducer {
  readonly transactionalId: string;
  /** It leaves it to the leaders to announce partitions (KIP-890). */
  readonly leaderAnnounces: boolean;
}

/** What a batch is held to when it goes into the log. */
export interface BatchTerms {
  readonly isStillSo?: (() => boolean) | undefined;
  /** Of a marker. */
  readonly transactionVersion?: number | undefined;
}

export interface CoordinatorLog {
  /**
   * One record batch. Resolves when it is decided: 0, it is committed; NOT_LEADER_OR_FOLLOWER, this broker leads no
   * more, and nobody knows here what became of it; any other error, it is not in the log: NOT_ENOUGH_REPLICAS also when `isStillSo` was false. Keeps the order of
   * calls.
   */
  append(leadership: Leadership, batch: Buffer, terms?: BatchTerms): Promise<number>;
  /** May the producer write to the partition in its transaction (KIP-890)? Never rejects. */
  admit(partition: number, producer: NamedProducer): Promise<Admission>;
  /**
   * Resolves when all that earlier leaders may have acknowledged can be read: with false when this broker does not
   * lead in that epoch any more.
   */
  ready(leadership: Leadership): Promise<boolean>;
  /** First offset that can be read. */
  logStartOffset(partition: number): number;
  /** Largest batch that is taken, with its header; a larger one is refused with MESSAGE_TOO_LARGE. */
  maxBatchBytes(partition: number): number;
  /** Whole batches from `offset` on, empty at the end of what is committed, null when this broker does not lead. */
  readCommitted(leadership: Leadership, offset: number, maxBytes: number): Buffer | null;
}

/** A partition with the topic that it is of. */
interface LedPartition extends Leadership {
  readonly topic: string;
}

/** The part of ReplicaManager that is used here. */
interface Replicas {
  append(request: {
    readonly topic: string;
    readonly partition: number;
    readonly records: Buffer;
    readonly acks: number;
    readonly timeoutMs: null;
    readonly origin: 'coordinator';
    readonly leaderEpoch: number;
    readonly isStillSo?: () => boolean;
    readonly transactionVersion?: number;
  }): Promise<{ readonly errorCode: number }>;
  readonly verified: { admit(question: TransactionQuestion): Promise<Admission> };
  partition(
    topic: string,
    partition: number,
  ): { readonly logStartOffset: number; readonly maxMessageBytes: number } | undefined;
  committedSinceElection(place: LedPartition): Promise<boolean>;
  readCommitted(place: LedPartition, offset: number, maxBytes: number): Buffer | null;
}

export class ReplicatedCoordinatorLog implements CoordinatorLog {
  readonly #replicas: Replicas;
  readonly #topic: string;

  constructor(replicas: Replicas, topic: string) {
    this.#replicas = replicas;
    this.#topic = topic;
  }

  async append(
    { partition, leaderEpoch }: Leadership,
    records: Buffer,
    { isStillSo, transactionVersion }: BatchTerms = {},
  ): Promise<number> {
    const { errorCode } = await this.#replicas.append({
      ...{ topic: this.#topic, partition, leaderEpoch, records },
      ...{ acks: -1, timeoutMs: null, origin: 'coordinator' },
      ...(isStillSo !== undefined && { isStillSo }),
      ...(transactionVersion !== undefined && { transactionVersion }),
    });
    // All in-sync replicas have it, though they are few.
    return errorCode === ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND ? 0 : errorCode;
  }

  admit(partition: number, producer: NamedProducer): Promise<Admission> {
    return this.#replicas.verified.admit({ ...producer, topic: this.#topic, partition });
  }

  ready(leadership: Leadership): Promise<boolean> {
    return this.#replicas.committedSinceElection({ topic: this.#topic, ...leadership });
  }

  logStartOffset(partition: number): number {
    return this.#replicas.partition(this.#topic, partition)?.logStartOffset ?? 0;
  }

  maxBatchBytes(partition: number): number {
    return this.#replicas.partition(this.#topic, partition)?.maxMessageBytes ?? 0;
  }

  readCommitted(leadership: Leadership, offset: number, maxBytes: number): Buffer | null {
    return this.#replicas.readCommitted({ topic: this.#topic, ...leadership }, offset, maxBytes);
  }
}

/** What a client of the coordinator is told when the log refused its records: errors that it knows how to handle. */
export function coordinatorErrorOf(logErrorCode: number): number {
  switch (logErrorCode) {
    case ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
    case ErrorCode.NOT_ENOUGH_REPLICAS:
    case ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND:
    case ErrorCode.REQUEST_TIMED_OUT:
      return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    case ErrorCode.NOT_LEADER_OR_FOLLOWER:
    case ErrorCode.KAFKA_STORAGE_ERROR:
      return ErrorCode.NOT_COORDINATOR;
    case ErrorCode.MESSAGE_TOO_LARGE:
    case ErrorCode.RECORD_LIST_TOO_LARGE:
    case ErrorCode.INVALID_FETCH_SIZE:
      return ErrorCode.UNKNOWN_SERVER_ERROR;
    default:
      return logErrorCode;
  }
}
