/**
 * One partition that this broker follows, under one leader epoch: what to ask the leader for, and what its answer does
 * to the log (Kafka's AbstractFetcherThread.processPartitionData and truncation). Synchronous: who asks when, over which
 * connection, is the business of fetch-lane.ts.
 *
 * - Appended is only what continues the log, as it came. The high watermark is the leader's, as far as the log reaches.
 * - An answer counts only for the log end that was asked for.
 * - After a cut nothing is appended before the cut is on the device: a power cut could else leave old records behind new ones.
 */
import { ErrorCode, errorOf } from '../../../protocol/errors.ts';
import type { FetchResponse } from '../../../protocol/messages/01-fetch.ts';
import type { PartitionLog } from '../../log/partition-log.ts';
import type { Logger } from '../../platform/logger.ts';
import type { LocalPartition } from '../local-partition.ts';
import type { SessionMember } from './client-fetch-session.ts';
import type { FollowerFetchersOptions } from './follower-options.ts';
import { RetryPause } from './retry-pause.ts';
import { truncationOffset, type EpochEndOffset } from './truncation-offset.ts';

export type PartitionAnswer = FetchResponse['responses'][number]['partitions'][number];

/** What becomes of a partition after an answer. */
export type Outcome =
  /** It is fetched on. */
  | { readonly kind: 'goes-on' }
  /** Not before the promise is fulfilled; when it rejects the disk has failed. */
  | { readonly kind: 'settles'; readonly settled: Promise<void> }
  /** Not before so long has passed. */
  | { readonly kind: 'pauses'; readonly forMs: number }
  /** The leader is to be asked where `ownEpoch` ended (OffsetForLeaderEpoch). */
  | { readonly kind: 'asks-epoch-end'; readonly ownEpoch: number }
  /** Its disk has failed: never again under this leader epoch. */
  | { readonly kind: 'failed' };

const GOES_ON: Outcome = { kind: 'goes-on' };
const FAILED: Outcome = { kind: 'failed' };
const FIRST_PAUSE_MS = 5;
/** Leaders and followers hear of a new leader one after the other: that much is no news for the operator. */
const EXPECTED_REFUSALS = 12;
const PASSING_REFUSALS: ReadonlySet<number> = new Set([
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
  ErrorCode.FENCED_LEADER_EPOCH,
  ErrorCode.UNKNOWN_LEADER_EPOCH,
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.UNKNOWN_TOPIC_ID,
  ErrorCode.REPLICA_NOT_AVAILABLE,
  ErrorCode.LEADER_NOT_AVAILABLE,
]);

export interface FollowedContext {
  readonly logger: Logger;
  readonly longestPauseMs: number;
  readonly fetchMaxBytes: number;
  readonly options: Pick<FollowerFetchersOptions, 'meter' | 'throttle' | 'onProgress' | 'onCut'>;
}

export class FollowedPartition implements SessionMember {
  readonly key: string;
  readonly topicId: string;
  readonly partition: number;
  readonly local: LocalPartition;
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly #context: FollowedContext;
  readonly #log: PartitionLog;
  /** What the leader was told last, -2 before it was told anything. */
  #toldOffset = -2;
  #toldEpoch = -2;
  #toldStart = -2;
  #leaderHighWatermark = -1;
  readonly #pauses: RetryPause;
  #problem: string | null = null;

  constructor(context: FollowedContext, local: LocalPartition, leader: number, leaderEpoch: number) {
    this.key = `${local.topicId}:${local.partition}`;
    this.topicId = local.topicId;
    this.partition = local.partition;
    this.local = local;
    this.leader = leader;
    this.leaderEpoch = leaderEpoch;
    this.#context = context;
    this.#log = local.log;
    this.#pauses = new RetryPause(FIRST_PAUSE_MS, context.longestPauseMs);
  }

  /** Of what the leader had committed at its last answer; 0 before it. */
  get lagRecords(): number {
    return Math.max(0, this.#leaderHighWatermark - this.#log.logEndOffset);
  }

  /** It had all that is committed when the leader answered last. */
  get isInSync(): boolean {
    return this.#leaderHighWatermark >= 0 && this.lagRecords === 0;
  }

  get isThrottled(): boolean {
    const { throttle } = this.#context.options;
    return throttle?.covers(this.#log.config.followerThrottledReplicas, this.partition) === true;
  }

  /** The leader's session says something else than what is wanted now. */
  get hasNews(): boolean {
    const { logEndOffset, logStartOffset, leaderEpochs } = this.#log;
    return (
      logEndOffset !== this.#toldOffset ||
      logStartOffset !== this.#toldStart ||
      leaderEpochs.latestEpoch !== this.#toldEpoch
    );
  }

  /** What a request says about it. */
  question() {
    const { logEndOffset, logStartOffset, leaderEpochs } = this.#log;
    this.#toldOffset = logEndOffset;
    this.#toldStart = logStartOffset;
    this.#toldEpoch = leaderEpochs.latestEpoch;
    return {
      partition: this.partition,
      currentLeaderEpoch: this.leaderEpoch,
      fetchOffset: BigInt(logEndOffset),
      lastFetchedEpoch: this.#toldEpoch,
      logStartOffset: BigInt(logStartOffset),
      partitionMaxBytes: this.#context.fetchMaxBytes,
    };
  }

  /** The leader's answer. Whoever calls has made sure that it is followed still. */
  take(answer: PartitionAnswer): Outcome {
    const { errorCode, divergingEpoch } = answer;
    if (this.#log.logEndOffset !== this.#toldOffset) return GOES_ON;
    if (this.#log.isOffline) return FAILED;
    // Cut for the leader before this one, and not forced yet: the answer is asked for again after that.
    if (this.#log.hasUnforcedCut)
      return { kind: 'settles', settled: this.#log.flush().then(() => undefined) };
    if (errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) return this.#outOfRange(Number(answer.logStartOffset));
    if (errorCode !== 0) return this.#refused(errorCode);
    if (divergingEpoch.endOffset >= 0n)
      return this.#cutTo({ epoch: divergingEpoch.epoch, endOffset: Number(divergingEpoch.endOffset) });
    const problem = this.#takeGood(answer);
    if (problem !== null) return problem;
    this.#pauses.succeeded();
    this.#problem = null;
    return GOES_ON;
  }

  #takeGood({ records, highWatermark, logStartOffset }: PartitionAnswer): Outcome | null {
    const { local } = this;
    const { highWatermark: highWatermarkBefore, lastStableOffset: stableBefore } = local;
    const endBefore = this.#log.logEndOffset;
    const problem = records === null || records.length === 0 ? null : this.#append(records);
    this.#noteLeader(Number(highWatermark), Number(logStartOffset));
    const appendedBytes = this.#log.logEndOffset > endBefore ? (records?.length ?? 0) : 0;
    if (appendedBytes > 0 || local.highWatermark > highWatermarkBefore)
      this.#context.options.onProgress?.(local, { appendedBytes, highWatermarkBefore, stableBefore });
    return problem;
  }

  /** The leader's answer to where our last epoch ended. */
  takeEpochEnd(errorCode: number, end: EpochEndOffset): Outcome {
    if (this.#log.isOffline) return FAILED;
    if (errorCode !== 0) return this.#refused(errorCode);
    if (end.endOffset < 0)
      return this.#pause(`the leader knows no epoch of the log, which ends beyond its own`);
    return this.#cutTo(end);
  }

  #append(records: Buffer): Outcome | null {
    const { options } = this.#context;
    const before = this.#log.logEndOffset;
    const { errorCode, errorMessage } = this.#log.appendFetched(records, this.leaderEpoch);
    if (this.#log.logEndOffset > before) {
      options.meter?.replicatedIn?.(records.length);
      if (this.isThrottled) options.throttle?.record(records.length);
    }
    // The next fetch tells the leader that this is here: with flush.messages and flush.ms that means on the device.
    if (errorCode === 0)
      return this.#log.isFlushDue
        ? { kind: 'settles', settled: this.#log.flush().then(() => undefined) }
        : null;
    if (this.#log.isOffline) return FAILED;
    const what = errorMessage ?? errorOf(errorCode).message;
    return errorCode === ErrorCode.KAFKA_STORAGE_ERROR
      ? this.#pause(what)
      : this.#pause(`what the leader sent is not stored: ${what}`);
  }

  /** The high watermark never goes back but by a cut: what was committed stays so. */
  #noteLeader(highWatermark: number, logStartOffset: number): void {
    const { state, log } = this.local;
    this.#leaderHighWatermark = highWatermark;
    if (Math.min(highWatermark, log.logEndOffset) > state.highWatermark) {
      state.noteLeaderHighWatermark(highWatermark, log.logEndOffset);
      log.noteHighWatermark(state.highWatermark);
    }
    if (logStartOffset > log.logStartOffset) {
      log.advanceLogStart(Math.min(logStartOffset, log.logEndOffset));
      state.clampHighWatermark(log.logStartOffset, log.logEndOffset);
    }
  }

  #outOfRange(leaderStart: number): Outcome {
    const { logStartOffset, logEndOffset, leaderEpochs } = this.#log;
    if (leaderStart < 0) return this.#refused(ErrorCode.OFFSET_OUT_OF_RANGE);
    const isEmpty = logStartOffset === logEndOffset;
    if (logEndOffset === leaderStart && isEmpty) return this.#refused(ErrorCode.OFFSET_OUT_OF_RANGE);
    if (logEndOffset < leaderStart || isEmpty || leaderEpochs.latestEpoch < 0)
      return this.#restartAt(leaderStart);
    return { kind: 'asks-epoch-end', ownEpoch: leaderEpochs.latestEpoch };
  }

  /** Nothing here is in the leader's log, whose first offset is this one. */
  #restartAt(offset: number): Outcome {
    const { log, state } = this.local;
    const { logger } = this.#context;
    const { logStartOffset, logEndOffset } = log;
    if (logEndOffset > logStartOffset)
      logger.warn(
        `${log.name}: its records, offsets ${logStartOffset} to ${logEndOffset}, are none of leader ${this.leader}'s, whose log begins at ${offset}: it is fetched anew from there`,
      );
    return this.#taking(Math.min(offset, logStartOffset), () => {
      log.restartAt(offset);
      state.clampHighWatermark(log.logStartOffset, log.logEndOffset);
    });
  }

  #cutTo(leader: EpochEndOffset): Outcome {
    const { log, state } = this.local;
    const { logEndOffset, leaderEpochs } = log;
    const lastEpoch = leaderEpochs.latestEpoch;
    const offset = truncationOffset(leader, {
      logEndOffset,
      endOf: (epoch) => leaderEpochs.endOf(epoch, logEndOffset),
    });
    if (offset < state.highWatermark)
      this.#context.logger.error(
        `${log.name}: leader ${this.leader} of epoch ${this.leaderEpoch} does not have what was committed here: the log is cut at offset ${offset}, below its high watermark ${state.highWatermark}. An unclean election does that; acknowledged records are lost`,
      );
    const outcome = this.#taking(offset, () => {
      log.truncateTo(offset);
      state.clampHighWatermark(log.logStartOffset, log.logEndOffset);
    });
    if (
      outcome.kind === 'settles' &&
      log.logEndOffset === logEndOffset &&
      leaderEpochs.latestEpoch === lastEpoch
    )
      return this.#pause(
        `leader ${this.leader} says that the logs part at offset ${leader.endOffset} of epoch ${leader.epoch}, where there is nothing to cut`,
      );
    return outcome;
  }

  #taking(offset: number, take: () => void): Outcome {
    const { local } = this;
    try {
      take();
    } catch {
      // The log went offline and has said why.
      return FAILED;
    }
    const told = this.#context.options.onCut?.(local, offset);
    return { kind: 'settles', settled: Promise.all([told, local.log.flush()]).then(() => undefined) };
  }

  #refused(errorCode: number): Outcome {
    const { name, message } = errorOf(errorCode);
    if (PASSING_REFUSALS.has(errorCode) && this.#pauses.failures < EXPECTED_REFUSALS)
      return { kind: 'pauses', forMs: this.#pauses.next() };
    return this.#pause(`leader ${this.leader} answers ${name} to epoch ${this.leaderEpoch}: ${message}`);
  }

  /** Says so once, and waits longer each time. */
  #pause(problem: string): Outcome {
    if (this.#problem !== problem) {
      this.#problem = problem;
      this.#context.logger.warn(`${this.#log.name} is not copied for the moment: ${problem}`);
    }
    return { kind: 'pauses', forMs: this.#pauses.next() };
  }
}
