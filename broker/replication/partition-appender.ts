/**
 * Appends to the partitions of this broker: who may, in which order, and when the answer is due (Kafka's
 * ReplicaManager.appendRecords). What is good to store is decided in broker/log, on which thread in broker/record-work.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { isRefusal, type CheckedRecords } from '../log/append-checks.ts';
import { partitionKey } from '../log/checkpoint-files.ts';
import { refused } from '../log/log-requests.ts';
import type { LogAppendResult } from '../log/partition-log.ts';
import type { Clock } from '../platform/platform.ts';
import type { CheckOutcome, RecordWork } from '../record-work/record-work.ts';
import { AppendQueue } from './append-queue.ts';
import type { HighWatermarkWaiters } from './high-watermark-waiters.ts';
import type { LocalPartition, PartitionLookup } from './local-partition.ts';
import type { AppendRequest, AppendResult, EndTransactionInPartition } from './replica-requests.ts';

export interface PartitionAppenderOptions {
  readonly clock: Clock;
  readonly recordWork: RecordWork;
  readonly waiters: HighWatermarkWaiters;
  readonly partitions: PartitionLookup;
  readonly meter: AppendMeter | undefined;
  /** Bytes were added: the high watermark may move. */
  readonly onAppended: (local: LocalPartition, bytes: number) => void;
}

export interface AppendMeter {
  recordIn(topic: string, messages: number, bytes: number): void;
  /** `topic` is null when there is no such topic: what clients make up is not counted by name. */
  failedProduce?(topic: string | null, rejectedBytes?: number): void;
  /** Records that are not stored as they came. */
  produceConverted?(topic: string, records: number): void;
  /** The in-sync replicas did not have it in time. */
  produceExpired?(): void;
}

type Acknowledgement = Pick<AppendRequest, 'topic' | 'partition' | 'acks' | 'timeoutMs'>;

const ALL_REPLICAS = -1;

export class PartitionAppender {
  readonly #options: PartitionAppenderOptions;
  readonly #queue = new AppendQueue();

  constructor(options: PartitionAppenderOptions) {
    this.#options = options;
  }

  /**
   * Appends and waits as `acks` says. Never rejects for an expected failure. The append itself happens synchronously within the
   * call unless a client's records take long to check; appends to one partition keep the order of the calls.
   */
  append(request: AppendRequest): Promise<AppendResult> {
    const { topic, partition, records, origin } = request;
    const local = this.#options.partitions.get(topic, partition);
    const refusal = this.#refuseAppend(local, request.acks, request);
    if (local === undefined || refusal !== null) return this.#failed(local, request, refusal);
    if (origin !== 'client') return this.#appendNow(request, local, records);
    const { log } = local;
    const nowMs = this.#options.clock.wallMs();
    const outcome = this.#options.recordWork.check(records, { config: log.config, nowMs, origin });
    const key = partitionKey(topic, partition);
    if (!(outcome instanceof Promise) && !this.#queue.isBusy(key))
      return this.#appendOutcome(request, local, outcome);
    return new Promise((resolve) => {
      this.#queue.add<CheckOutcome>(key, outcome, (late) => {
        resolve(this.#appendLate(request, local, late));
      });
    });
  }

  /** Time has passed since the request was looked at: the partition may have another leader, or be gone. */
  #appendLate(request: AppendRequest, local: LocalPartition, outcome: CheckOutcome): Promise<AppendResult> {
    const { topic, partition, acks } = request;
    const current = this.#options.partitions.get(topic, partition);
    const isSame = current === local;
    const refusal = isSame
      ? this.#refuseAppend(local, acks, request)
      : appendError(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    if (refusal !== null) return this.#failed(current, request, current === undefined ? null : refusal);
    return this.#appendOutcome(request, local, outcome);
  }

  #appendOutcome(
    request: AppendRequest,
    local: LocalPartition,
    outcome: CheckOutcome,
  ): Promise<AppendResult> {
    if (!isRefusal(outcome)) return this.#appendNow(request, local, outcome);
    // What Kafka counts as rejected: a batch over max.message.bytes.
    const rejectedBytes = outcome.errorCode === ErrorCode.MESSAGE_TOO_LARGE ? request.records.length : 0;
    const refusal = appendFailure(refused(outcome), local.log.logStartOffset);
    return this.#failed(local, request, refusal, rejectedBytes);
  }

  #failed(
    local: LocalPartition | undefined,
    { topic, partition }: Pick<AppendRequest, 'topic' | 'partition'>,
    refusal: AppendResult | null,
    rejectedBytes = 0,
  ): Promise<AppendResult> {
    this.#options.meter?.failedProduce?.(local === undefined ? null : topic, rejectedBytes);
    return Promise.resolve(refusal ?? appendError(this.#options.partitions.missingError(topic, partition)));
  }

  #appendNow(
    request: AppendRequest,
    local: LocalPartition,
    records: Buffer | CheckedRecords,
  ): Promise<AppendResult> {
    const { leaderEpoch, log } = local;
    const { origin, transactionVersion = 0 } = request;
    const result = log.append(records, { leaderEpoch, origin, transactionVersion });
    const stored = 'batches' in records ? records.records : records;
    const isConverted = stored !== request.records && result.errorCode === 0 && !result.duplicate;
    if (isConverted) this.#options.meter?.produceConverted?.(request.topic, result.recordCount);
    return this.#acknowledge(request, local, result, stored.length);
  }

  /** Writes a transaction's marker and waits for the in-sync replicas. */
  endTransaction(request: EndTransactionInPartition): Promise<AppendResult> {
    const { topic, partition, timeoutMs, ...marker } = request;
    const local = this.#options.partitions.get(topic, partition);
    const refusal = this.#refuseAppend(local, ALL_REPLICAS);
    if (local === undefined || refusal !== null) return this.#failed(local, request, refusal);
    const { leaderEpoch, log } = local;
    const sizeBefore = log.sizeBytes;
    const result = log.appendEndTransactionMarker({ ...marker, leaderEpoch });
    const bytes = log.sizeBytes - sizeBefore;
    return this.#acknowledge({ topic, partition, acks: ALL_REPLICAS, timeoutMs }, local, result, bytes);
  }

  #acknowledge(
    request: Acknowledgement,
    local: LocalPartition,
    result: LogAppendResult,
    bytes: number,
  ): Promise<AppendResult> {
    const { topic } = request;
    const { log } = local;
    if (result.errorCode !== 0)
      return this.#failed(local, request, appendFailure(result, log.logStartOffset));
    if (!result.duplicate) {
      this.#options.meter?.recordIn(topic, result.recordCount, bytes);
      this.#options.onAppended(local, bytes);
    }
    const done: AppendResult = {
      errorCode: 0,
      baseOffset: result.baseOffset,
      logAppendTimeMs: result.logAppendTimeMs,
      logStartOffset: log.logStartOffset,
    };
    const needsReplicas = request.acks === -1 && local.highWatermark <= result.lastOffset;
    const needsDevice = request.acks !== 0 && log.isFlushDue;
    if (!needsReplicas && !needsDevice) return Promise.resolve(done);
    return this.#awaitAck(local, request, result, done, { needsReplicas, needsDevice });
  }

  async #awaitAck(
    local: LocalPartition,
    request: Acknowledgement,
    result: LogAppendResult,
    done: AppendResult,
    needs: { readonly needsReplicas: boolean; readonly needsDevice: boolean },
  ): Promise<AppendResult> {
    const { log } = local;
    const key = partitionKey(request.topic, request.partition);
    if (needs.needsDevice) {
      try {
        await log.flush();
      } catch {
        return appendError(
          ErrorCode.KAFKA_STORAGE_ERROR,
          `The broker could not force ${log.name} to its disk.`,
        );
      }
    }
    if (!needs.needsReplicas) return done;
    if (!this.#isStillLed(local)) return appendError(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    const needed = result.lastOffset + 1;
    const outcome =
      local.highWatermark >= needed
        ? 'reached'
        : await this.#options.waiters.wait(key, needed, request.timeoutMs);
    if (outcome === 'gone') return appendError(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    // The records stay in the log, and may be committed later.
    const isBelowMinimum = local.inSyncReplicas.length < local.effectiveMinIsr;
    if (isBelowMinimum) return appendError(ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND);
    if (outcome !== 'timeout') return done;
    this.#options.meter?.produceExpired?.();
    return appendError(ErrorCode.REQUEST_TIMED_OUT);
  }

  /** Time has passed: who waits from now on would not be told of what happened before. */
  #isStillLed(local: LocalPartition): boolean {
    return local.isLeader && this.#options.partitions.get(local.topic, local.partition) === local;
  }

  #refuseAppend(
    local: LocalPartition | undefined,
    acks: number,
    { leaderEpoch = -1, isStillSo }: Pick<AppendRequest, 'leaderEpoch' | 'isStillSo'> = {},
  ): AppendResult | null {
    if (local === undefined) return null;
    if (acks !== 0 && acks !== 1 && acks !== -1) return appendError(ErrorCode.INVALID_REQUIRED_ACKS);
    const errorCode = local.leaderError(-1);
    if (errorCode !== 0) return appendError(errorCode);
    // It followed until now and was cut: that is being forced, and then it leads.
    if (local.log.hasUnforcedCut) return appendError(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    if (leaderEpoch >= 0 && leaderEpoch !== local.leaderEpoch)
      return appendError(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    if (acks === -1 && local.inSyncReplicas.length < local.effectiveMinIsr) {
      return appendError(ErrorCode.NOT_ENOUGH_REPLICAS);
    }
    if (isStillSo?.() === false) return appendError(ErrorCode.NOT_ENOUGH_REPLICAS);
    return null;
  }
}

function appendError(errorCode: number, errorMessage?: string): AppendResult {
  const answer = { errorCode, baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 };
  return errorMessage === undefined ? answer : { ...answer, errorMessage };
}

function appendFailure(result: LogAppendResult, logStartOffset: number): AppendResult {
  return {
    errorCode: result.errorCode,
    baseOffset: -1,
    logAppendTimeMs: -1,
    logStartOffset,
    ...(result.errorMessage === undefined ? {} : { errorMessage: result.errorMessage }),
    ...(result.recordErrors === undefined ? {} : { recordErrors: result.recordErrors }),
  };
}
