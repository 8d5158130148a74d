/**
 * What a coordinator needs of the log that its state lives in, partition by partition: append and wait until it is
 * committed, and read what is committed. `ReplicatedCoordinatorLog` gives it by the replica manager; tests give it in
 * memory.
 */
import { ErrorCode } from '../../../protocol/errors.ts';

export interface CoordinatorLog {
  /** One record batch. Resolves with 0 when it is committed, else with the log's error code. Keeps the order of calls. */
  append(partition: number, batch: Buffer): Promise<number>;
  /** First offset that can be read. */
  logStartOffset(partition: number): number;
  /** Whole batches from `offset` on, empty at the end of what is committed, null when this broker does not lead. */
  readCommitted(partition: number, offset: number, maxBytes: number): Buffer | null;
}

/** The part of ReplicaManager that is used here. */
interface Replicas {
  append(request: {
    readonly topic: string;
    readonly partition: number;
    readonly records: Buffer;
    readonly acks: number;
    readonly timeoutMs: number;
    readonly origin: 'coordinator';
  }): Promise<{ readonly errorCode: number }>;
  partition(topic: string, partition: number): { readonly logStartOffset: number } | undefined;
  readCommitted(topic: string, partition: number, offset: number, maxBytes: number): Buffer | null;
}

export class ReplicatedCoordinatorLog implements CoordinatorLog {
  readonly #replicas: Replicas;
  readonly #topic: string;
  readonly #timeoutMs: number;

  /** `timeoutMs`: offsets.commit.timeout.ms. */
  constructor(replicas: Replicas, topic: string, timeoutMs: number) {
    this.#replicas = replicas;
    this.#topic = topic;
    this.#timeoutMs = timeoutMs;
  }

  async append(partition: number, records: Buffer): Promise<number> {
    const place = { topic: this.#topic, partition, timeoutMs: this.#timeoutMs };
    const { errorCode } = await this.#replicas.append({ ...place, records, acks: -1, origin: 'coordinator' });
    return errorCode;
  }

  logStartOffset(partition: number): number {
    return this.#replicas.partition(this.#topic, partition)?.logStartOffset ?? 0;
  }

  readCommitted(partition: number, offset: number, maxBytes: number): Buffer | null {
    return this.#replicas.readCommitted(this.#topic, partition, offset, maxBytes);
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
