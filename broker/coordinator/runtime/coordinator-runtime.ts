/**
 * Runs pure coordinators: one shard per partition of the topic that keeps its state, for the partitions that this
 * broker leads. The same idea as Apache Kafka's CoordinatorRuntime.
 *
 * A step is one call into a shard: a request, a timer that rang, or the outcome of an append. Steps of a partition run
 * one after another to their end. Their effects are done in this order: timers; records appended and, once committed,
 * replayed; the follow-up step; the replies. Every request is answered exactly once: by a reply, by the error its
 * partition is left with, or by UNKNOWN_SERVER_ERROR when a step fails.
 *
 * A partition that this broker comes to lead is loaded by replaying it from the start (COORDINATOR_LOAD_IN_PROGRESS
 * meanwhile), which begins when all that the leaders before acknowledged is known to be committed; what is written then
 * carries the leader epoch of the election. A partition that this broker leaves is dropped with all its timers, and what waits is answered NOT_COORDINATOR.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { Logger } from '../../platform/logger.ts';
import type { CancelTimer, Platform } from '../../platform/platform.ts';
import { WindowedSum } from '../../quotas/windowed-sum.ts';
import { type CoordinatorLog, coordinatorErrorOf, type Leadership } from './coordinator-log.ts';
import { Effects, type Moment, type Reply, type ReplyTo } from './effects.ts';
import { type KeyValue, PartitionWriter } from './partition-writer.ts';
import { replayPartition } from './replay-partition.ts';
import { StepTurns } from './step-turns.ts';
import type { TransactionalProducer, TransactionMarker } from './transactional-batch.ts';

export interface CoordinatorShard<Rec, Event, Context> {
  /** A committed record: the only thing that changes what is durable. */
  replay(record: Rec, transaction: TransactionalProducer | null): void;
  /** A committed marker: left out where no records belong to transactions. */
  replayMarker?(marker: TransactionMarker): void;
  /** Every record is replayed: set timers, clean up. */
  loaded(context: Context): void;
  unloaded(): void;
  /** `errorCode` is that of the append, 0 for a timer. */
  onEvent(event: Event, errorCode: number, context: Context): void;
}

export interface CoordinatorRuntimeOptions<Shard, Rec, Event, Context> {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly log: CoordinatorLog;
  readonly newShard: (leadership: Leadership) => Shard;
  readonly context: (now: Moment, effects: Effects<Rec, Event>) => Context;
  readonly encode: (record: Rec) => KeyValue;
  /** How long what is decided may take to be committed before the client is told that it timed out. */
  readonly commitTimeoutMs: () => number;
  /** Null: not for us. Throws ProtocolError when the bytes are no record. */
  readonly decode: (key: Buffer, value: Buffer | null) => Rec | null;
}

interface WaitingRequest {
  readonly resolve: (response: unknown) => void;
  readonly errorResponse: (errorCode: number) => unknown;
}

interface HostedPartition<Shard, Rec> {
  readonly partition: number;
  leaderEpoch: number;
  state: 'loading' | 'active' | 'failed' | 'closed';
  readonly shard: Shard;
  readonly writer: PartitionWriter<Rec>;
  readonly timers: Map<string, CancelTimer>;
  readonly waiting: Map<number, WaitingRequest>;
}

/** Kafka's metrics.num.samples and metrics.sample.window.ms. */
const FIGURE_WINDOWS = 2;
const FIGURE_WINDOW_MS = 30_000;

export interface CoordinatorFigures {
  readonly partitions: Readonly<Record<'loading' | 'active' | 'failed', number>>;
  readonly loadMs: { readonly mean: number; readonly max: number };
}

export class CoordinatorRuntime<Shard extends CoordinatorShard<Rec, Event, Context>, Rec, Event, Context> {
  readonly #options: CoordinatorRuntimeOptions<Shard, Rec, Event, Context>;
  readonly #hosted = new Map<number, HostedPartition<Shard, Rec>>();
  readonly #loads = new WindowedSum(FIGURE_WINDOWS, FIGURE_WINDOW_MS);
  readonly #turns: StepTurns;
  #lastRequestId = 0;

  constructor(options: CoordinatorRuntimeOptions<Shard, Rec, Event, Context>) {
    this.#options = options;
    this.#turns = new StepTurns(options.platform);
  }

  /** This broker leads the partition from now on. Resolves when it is loaded; until then requests get error 14. */
  async elected(partition: number, leaderEpoch: number): Promise<void> {
    const before = this.#hosted.get(partition);
    if (before !== undefined && before.state !== 'failed') {
      if (leaderEpoch <= before.leaderEpoch) return;
      // One epoch further is a re-election of this very broker: nobody else can have written in between.
      if (before.state === 'active' && leaderEpoch === before.leaderEpoch + 1) {
        before.leaderEpoch = leaderEpoch;
        return;
      }
    }
    this.resigned(partition);
    const hosted = this.#host(partition, leaderEpoch);
    this.#hosted.set(partition, hosted);
    const { log, decode, logger, platform } = this.#options;
    const isWanted = (): boolean => hosted.state === 'loading';
    const beganMs = platform.clock.monotonicMs();
    const replay = (record: Rec, transaction: TransactionalProducer | null): void =>
      hosted.shard.replay(record, transaction);
    const replayMarker = (marker: TransactionMarker): void => hosted.shard.replayMarker?.(marker);
    try {
      const leadership = { partition, leaderEpoch };
      const { timers } = platform;
      const done = await replayPartition({
        ...{ log, leadership, decode, replay, replayMarker, isWanted, logger, timers },
      });
      if (!isWanted()) return;
      // Led elsewhere by now: the image that says so is on its way to here.
      if (!done) return this.resigned(partition);
      hosted.state = 'active';
      const nowMs = platform.clock.monotonicMs();
      this.#loads.add(nowMs - beganMs, nowMs);
      this.#step(hosted, (context) => hosted.shard.loaded(context));
    } catch (error) {
      hosted.state = 'failed';
      logger.error(
        `Partition ${String(partition)} could not be loaded; what it keeps cannot be served.`,
        error,
      );
    }
  }

  /** This broker does not lead the partition any more, or the topic is gone. */
  resigned(partition: number): void {
    const hosted = this.#hosted.get(partition);
    if (hosted === undefined) return;
    this.#hosted.delete(partition);
    hosted.state = 'closed';
    hosted.writer.close();
    for (const cancel of hosted.timers.values()) cancel();
    hosted.timers.clear();
    for (const { resolve, errorResponse } of hosted.waiting.values())
      resolve(errorResponse(ErrorCode.NOT_COORDINATOR));
    hosted.waiting.clear();
    hosted.shard.unloaded();
  }

  stop(): void {
    for (const partition of [...this.#hosted.keys()]) this.resigned(partition);
  }

  /** Partitions that are hosted, with 0 or the error that they answer with. */
  *partitions(): Generator<{
    readonly partition: number;
    readonly errorCode: number;
    readonly shard: Shard;
  }> {
    for (const { partition, shard } of this.#hosted.values()) {
      yield { partition, shard, errorCode: this.errorOf(partition) };
    }
  }

  /** For metrics: partitions by state, and how long loading took in the last minute (NaN: none was loaded). */
  figures(): CoordinatorFigures {
    const partitions = { loading: 0, active: 0, failed: 0 };
    for (const { state } of this.#hosted.values()) if (state !== 'closed') partitions[state] += 1;
    const nowMs = this.#options.platform.clock.monotonicMs();
    return { partitions, loadMs: { mean: this.#loads.meanAt(nowMs), max: this.#loads.maxAt(nowMs) } };
  }

  /** 0 when the partition can be asked. */
  errorOf(partition: number): number {
    switch (this.#hosted.get(partition)?.state) {
      case 'active':
        return 0;
      case 'loading':
        return ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
      default:
        return ErrorCode.NOT_COORDINATOR;
    }
  }

  /** Asks the shard for something that is answered now or later. Never rejects. */
  request<Response>(
    partition: number,
    errorResponse: (errorCode: number) => Response,
    ask: (shard: Shard, replyTo: ReplyTo<Response>, context: Context) => void,
  ): Promise<Response> {
    const hosted = this.#hosted.get(partition);
    const errorCode = this.errorOf(partition);
    if (hosted === undefined || errorCode !== 0) return Promise.resolve(errorResponse(errorCode));
    this.#lastRequestId += 1;
    const replyTo: ReplyTo<Response> = { id: this.#lastRequestId };
    return new Promise((resolve) => {
      hosted.waiting.set(replyTo.id, { resolve: resolve as (response: unknown) => void, errorResponse });
      this.#turns.run(() => {
        // It has been answered when the partition went meanwhile.
        if (hosted.state !== 'active') return;
        this.#step(hosted, (context) => ask(hosted.shard, replyTo, context), replyTo);
      });
    });
  }

  /** Looks at what is committed; null when the partition cannot be asked (see errorOf). */
  read<Result>(partition: number, look: (shard: Shard) => Result): Result | null {
    const hosted = this.#hosted.get(partition);
    return hosted?.state === 'active' ? look(hosted.shard) : null;
  }

  /** A step in every active partition that nobody waits for. */
  inEachPartition(act: (shard: Shard, context: Context) => void): void {
    for (const hosted of [...this.#hosted.values()]) {
      if (hosted.state === 'active') this.#step(hosted, (context) => act(hosted.shard, context));
    }
  }

  #host(partition: number, leaderEpoch: number): HostedPartition<Shard, Rec> {
    const { log, encode, newShard, platform, commitTimeoutMs, logger } = this.#options;
    const shard = newShard({ partition, leaderEpoch });
    const writer = new PartitionWriter<Rec>({
      ...{ encode, platform, commitTimeoutMs, logger, turns: this.#turns },
      append: (batch, terms) => log.append({ partition, leaderEpoch: hosted.leaderEpoch }, batch, terms),
      maxBatchBytes: () => log.maxBatchBytes(partition),
      replay: (record, transaction) => shard.replay(record, transaction),
      replayMarker: (marker) => shard.replayMarker?.(marker),
    });
    const hosted: HostedPartition<Shard, Rec> = {
      ...{ partition, leaderEpoch, shard, writer, state: 'loading' },
      ...{ timers: new Map(), waiting: new Map() },
    };
    return hosted;
  }

  #step(
    hosted: HostedPartition<Shard, Rec>,
    act: (context: Context) => void,
    replyTo: ReplyTo<unknown> | null = null,
  ): void {
    const effects = new Effects<Rec, Event>();
    const { clock } = this.#options.platform;
    try {
      act(this.#options.context({ monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() }, effects));
    } catch (error) {
      this.#options.logger.error(`A step of partition ${String(hosted.partition)} failed.`, error);
      if (replyTo !== null) this.#answerError(hosted, replyTo, ErrorCode.UNKNOWN_SERVER_ERROR);
      return;
    }
    this.#setTimers(hosted, effects);
    if (effects.records.length === 0 && effects.marker === null) {
      for (const reply of effects.replies) this.#answer(hosted, reply.to, reply.response);
      return;
    }
    const appended = (logErrorCode: number): void => this.#appended(hosted, effects, logErrorCode);
    hosted.writer.write(effects, appended, (logErrorCode) => {
      const errorCode = coordinatorErrorOf(logErrorCode);
      for (const event of effects.settled)
        this.#step(hosted, (context) => hosted.shard.onEvent(event, errorCode, context));
    });
  }

  #appended(hosted: HostedPartition<Shard, Rec>, effects: Effects<Rec, Event>, logErrorCode: number): void {
    const errorCode = coordinatorErrorOf(logErrorCode);
    const { afterAppend } = effects;
    if (afterAppend !== null) {
      this.#step(hosted, (context) => hosted.shard.onEvent(afterAppend, errorCode, context));
    }
    for (const reply of effects.replies) this.#answerAppended(hosted, reply, errorCode);
  }

  #setTimers(hosted: HostedPartition<Shard, Rec>, effects: Effects<Rec, Event>): void {
    for (const [key, change] of effects.timers) {
      hosted.timers.get(key)?.();
      hosted.timers.delete(key);
      if (change.kind === 'cancel') continue;
      const cancel = this.#options.platform.timers.after(change.delayMs, () => {
        if (hosted.timers.get(key) !== cancel) return;
        hosted.timers.delete(key);
        this.#step(hosted, (context) => hosted.shard.onEvent(change.event, 0, context));
      });
      hosted.timers.set(key, cancel);
    }
  }

  #answerAppended(hosted: HostedPartition<Shard, Rec>, reply: Reply, errorCode: number): void {
    if (errorCode === 0) this.#answer(hosted, reply.to, reply.response);
    else if (reply.failed !== null) this.#answer(hosted, reply.to, reply.failed(errorCode));
    else this.#answerError(hosted, reply.to, errorCode);
  }

  #answerError(hosted: HostedPartition<Shard, Rec>, to: ReplyTo<unknown>, errorCode: number): void {
    const request = hosted.waiting.get(to.id);
    if (request !== undefined) this.#answer(hosted, to, request.errorResponse(errorCode));
  }

  #answer(hosted: HostedPartition<Shard, Rec>, to: ReplyTo<unknown>, response: unknown): void {
    const request = hosted.waiting.get(to.id);
    if (request === undefined) {
      // An answer after the partition was dropped is expected; a second one is a mistake of the core.
      if (hosted.state === 'active')
        this.#options.logger.error(`Request ${String(to.id)} was answered twice.`);
      return;
    }
    hosted.waiting.delete(to.id);
    request.resolve(response);
  }
}
