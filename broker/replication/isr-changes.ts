/**
 * Asks the controller to change in-sync replicas (AlterPartition, KIP-497; Kafka's AlterPartitionManager). One request
 * is under way at a time; what is proposed meanwhile goes with the next one, all partitions together.
 *
 * Nothing is lost while there is no controller: a proposal is asked for again until it is answered or its partition
 * does not want it any more. Nobody is told "refused" unless the controller said so: a request whose answer did
 * not come may have been served.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  alterPartitionRequest,
  alterPartitionResponse,
  type AlterPartitionResponse,
} from '../../protocol/messages/56-alter-partition.ts';
import { ControllerUnreachable, type ControllerChannel } from '../controller-channel/controller-channel.ts';
import type { Logger } from '../platform/logger.ts';
import type { CancelTimer, Timers } from '../platform/platform.ts';
import type { CommittedIsr, IsrMember, IsrProposal } from './partition-state.ts';

export interface IsrChange {
  readonly topicId: string;
  readonly partition: number;
  readonly proposal: IsrProposal;
  /** False: an image or a lost leadership has settled it, do not ask any more. */
  readonly isWanted: () => boolean;
  /** Called at most once. An error code is the controller's own. */
  readonly onAnswer: (answer: CommittedIsr | { readonly errorCode: number }) => void;
}

export interface IsrChangesOptions {
  readonly channel: ControllerChannel;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly brokerId: number;
  /** Of this broker's registration now. */
  readonly brokerEpoch: () => number;
  /** An attempt of the channel ends after so long and is made again. */
  readonly timeoutMs?: number;
}

const VERSION = 3;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** Errors of one partition that say nothing about what will come of it. */
const RETRIED: ReadonlySet<number> = new Set([
  ErrorCode.NOT_CONTROLLER,
  ErrorCode.REQUEST_TIMED_OUT,
  ErrorCode.UNKNOWN_SERVER_ERROR,
]);

export class IsrChanges {
  readonly #options: IsrChangesOptions;
  /** By `topicId/partition`. */
  #waiting = new Map<string, IsrChange>();
  #isAsking = false;
  #pauseMs = FIRST_PAUSE_MS;
  #cancelPause: CancelTimer | null = null;
  #stopped = false;

  constructor(options: IsrChangesOptions) {
    this.#options = options;
  }

  /** Proposals that are not answered, without those under way. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** A newer proposal of a partition takes the place of one that was not sent yet. */
  submit(change: IsrChange): void {
    if (this.#stopped) return;
    this.#waiting.set(`${change.topicId}/${String(change.partition)}`, change);
    this.#askSoon();
  }

  /** Something that made requests fail may be different now: this broker has registered again. */
  retryNow(): void {
    if (this.#cancelPause === null) return;
    this.#cancelPause();
    this.#cancelPause = null;
    this.#askSoon();
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    this.#cancelPause?.();
  }

  /** When the current piece of work is done, so that a fetch of many partitions makes one request. */
  #askSoon(): void {
    if (this.#isAsking || this.#cancelPause !== null) return;
    this.#isAsking = true;
    queueMicrotask(() => {
      const changes = [...this.#waiting.values()].filter(({ isWanted }) => isWanted());
      this.#waiting = new Map();
      if (changes.length === 0 || this.#stopped) {
        this.#isAsking = false;
        return;
      }
      void this.#ask(changes);
    });
  }

  async #ask(changes: readonly IsrChange[]): Promise<void> {
    const { channel, brokerId, brokerEpoch, timeoutMs = 30_000 } = this.#options;
    const api = { request: alterPartitionRequest, response: alterPartitionResponse };
    const self = { brokerId, brokerEpoch: brokerEpoch() };
    const body = { ...self, brokerEpoch: BigInt(self.brokerEpoch), topics: topicsOf(changes, self) };
    let failure: string | null = null;
    let answered = new Set<IsrChange>();
    try {
      const answer = await channel.call(api, VERSION, body, {
        timeoutMs,
        errorOf: ({ errorCode }) => errorCode,
      });
      if (this.#stopped) return;
      if (answer.errorCode === 0) answered = this.#answer(changes, answer);
      else failure = `error ${String(answer.errorCode)}`;
    } catch (error) {
      if (!(error instanceof ControllerUnreachable)) throw error;
      failure = error.message;
    }
    this.#isAsking = false;
    if (this.#stopped) return;
    const left = changes.filter((change) => !answered.has(change));
    if (failure !== null)
      this.#options.logger.warn(
        `The in-sync replicas of ${String(changes.length)} partition(s) could not be changed yet: ${failure}.`,
      );
    for (const change of left) {
      const key = `${change.topicId}/${String(change.partition)}`;
      if (!this.#waiting.has(key)) this.#waiting.set(key, change);
    }
    if (left.length > 0) this.#pause();
    else {
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#askSoon();
    }
  }

  #pause(): void {
    this.#cancelPause = this.#options.timers.after(this.#pauseMs, () => {
      this.#cancelPause = null;
      this.#askSoon();
    });
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
  }

  /** Those that need not be asked for again. */
  #answer(changes: readonly IsrChange[], { topics }: AlterPartitionResponse): Set<IsrChange> {
    const answers = new Map(
      topics.flatMap(({ topicId, partitions }) =>
        partitions.map((one) => [`${topicId}/${String(one.partitionIndex)}`, one] as const),
      ),
    );
    const answered = new Set<IsrChange>();
    for (const change of changes) {
      const one = answers.get(`${change.topicId}/${String(change.partition)}`);
      if (one === undefined || RETRIED.has(one.errorCode)) continue;
      answered.add(change);
      const { errorCode, isr, leaderEpoch, partitionEpoch } = one;
      change.onAnswer(errorCode === 0 ? { isr, leaderEpoch, partitionEpoch } : { errorCode });
    }
    return answered;
  }
}

function topicsOf(changes: readonly IsrChange[], self: IsrMember) {
  const byTopic = new Map<string, IsrChange[]>();
  for (const change of changes) {
    const own = byTopic.get(change.topicId);
    if (own === undefined) byTopic.set(change.topicId, [change]);
    else own.push(change);
  }
  return [...byTopic].map(([topicId, own]) => ({
    topicId,
    partitions: own.map(({ partition, proposal }) => ({
      partitionIndex: partition,
      leaderEpoch: proposal.leaderEpoch,
      partitionEpoch: proposal.partitionEpoch,
      newIsrWithEpochs: proposal.isr.map(({ brokerId, brokerEpoch }) => ({
        brokerId,
        brokerEpoch: BigInt(brokerId === self.brokerId ? self.brokerEpoch : brokerEpoch),
      })),
    })),
  }));
}
