/**
 * One connection to a leader on which some of its partitions are fetched, one request after the other (Kafka's
 * ReplicaFetcherThread): build a request, send it, give each partition its answer.
 *
 * The loop runs while there are partitions and ends without any; nothing is under way then. A connection that fails
 * is opened again after a pause, and the session with it. Every partition is in at most one lane, and no request
 * names it in two: what a leader knows of a follower only goes on.
 */
import { fetchRequest, fetchResponse, type FetchResponse } from '../../../protocol/messages/01-fetch.ts';
import { ErrorCode, errorOf } from '../../../protocol/errors.ts';
import { giveBack } from '../../platform/lent-buffers.ts';
import type { Logger } from '../../platform/logger.ts';
import type { CancelTimer, Platform } from '../../platform/platform.ts';
import type { NodeAddress, NodeConnection } from '../../platform/transport.ts';
import { ClientFetchSession, type SessionRequest } from './client-fetch-session.ts';
import { askEpochEnds, type EpochQuestion } from './epoch-end-questions.ts';
import type { FollowedPartition, Outcome, PartitionAnswer } from './followed-partition.ts';
import type { FollowerSettings } from './follower-options.ts';
import { RetryPause } from './retry-pause.ts';

const FETCH = { request: fetchRequest, response: fetchResponse };
const FETCH_VERSION = 17;
const FIRST_PAUSE_MS = 10;
const SESSION_ENDS: ReadonlySet<number> = new Set([
  ErrorCode.FETCH_SESSION_ID_NOT_FOUND,
  ErrorCode.INVALID_FETCH_SESSION_EPOCH,
  ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR,
]);

export interface LaneOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly brokerId: number;
  readonly brokerEpoch: () => number;
  readonly settings: FollowerSettings;
  /** The leader's; null while nobody knows. */
  readonly address: () => NodeAddress | null;
  readonly clientId: string;
  readonly leader: number;
  /** Before each request: who else is to be fetched here, and how long the leader may wait for data. */
  readonly beforeRequest: () => number;
  /** After each answer; false ends the loop with its partitions still in it. */
  readonly goesOn: () => boolean;
  /** A partition has left the lane. What becomes of it is asked only if it is followed still. */
  readonly setAside: (partition: FollowedPartition, outcome: () => Outcome) => void;
}

export class FetchLane {
  readonly #options: LaneOptions;
  readonly #session = new ClientFetchSession<FollowedPartition>();
  readonly #pauses: RetryPause;
  #connection: NodeConnection | null = null;
  #running: Promise<void> | null = null;
  #wake: (() => void) | null = null;
  #stopConnecting: (() => void) | null = null;
  #isAsking = false;
  #closed = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#pauses = new RetryPause(FIRST_PAUSE_MS, options.settings.fetchBackoffMs);
  }

  get size(): number {
    return this.#session.size;
  }

  /** A request is under way: a partition that is added now is named in the next one. */
  get isAsking(): boolean {
    return this.#isAsking;
  }

  partitions(): Iterable<FollowedPartition> {
    return this.#session.members();
  }

  add(partition: FollowedPartition): void {
    this.#session.set(partition);
    this.#wake?.();
    this.start();
  }

  /** All that is added in one piece of work goes into the first request. */
  start(): void {
    if (this.#closed || this.#session.size === 0) return;
    this.#running ??= Promise.resolve().then(() => this.#run());
  }

  remove(partition: FollowedPartition): void {
    if (this.#session.get(partition.key) === partition) this.#session.remove(partition.key);
  }

  /** Resolves when nothing goes on any more. */
  close(): Promise<void> {
    this.#closed = true;
    this.#wake?.();
    this.#stopConnecting?.();
    this.#connection?.close();
    return this.#running ?? Promise.resolve();
  }

  async #run(): Promise<void> {
    for (;;) {
      const maxWaitMs = this.#options.beforeRequest();
      if (this.#closed || this.#session.size === 0) break;
      const isGood = await this.#round(maxWaitMs);
      if (this.#closed || !this.#options.goesOn()) break;
      if (!isGood) await this.#rest(this.#pauses.next());
    }
    this.#running = null;
  }

  /** False: nothing good came, and a pause is due. */
  async #round(maxWaitMs: number): Promise<boolean> {
    try {
      const connection = await this.#connected();
      if (connection === null || this.#session.size === 0) return connection !== null;
      this.#isAsking = true;
      return await this.#ask(connection, maxWaitMs);
    } catch (error) {
      this.#session.failed(null);
      this.#sayFailure(error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      this.#isAsking = false;
    }
  }

  async #connected(): Promise<NodeConnection | null> {
    if (this.#connection?.isOpen === true) return this.#connection;
    const { platform, clientId, settings, address, leader } = this.#options;
    this.#connection = null;
    this.#session.failed(null);
    const where = address();
    if (where === null) {
      this.#sayFailure(`nobody knows where broker ${leader} listens for brokers`);
      return null;
    }
    const timeoutMs = settings.socketTimeoutMs;
    const connecting = platform.transport.connect(where, {
      ...{ to: 'broker', clientId, timeoutMs, largeAnswers: true },
    });
    this.#connection = await this.#unlessClosed(connecting);
    return this.#connection;
  }

  /** Nobody who closes waits for a machine that does not answer. */
  #unlessClosed(connecting: Promise<NodeConnection>): Promise<NodeConnection | null> {
    return new Promise((resolve, reject) => {
      this.#stopConnecting = () => resolve(null);
      connecting.then((connection) => {
        if (this.#closed) connection.close();
        else resolve(connection);
      }, reject);
    });
  }

  /** The first failure of a row is news, and that it is over. */
  #sayFailure(reason: string): void {
    const { logger, leader } = this.#options;
    if (this.#closed || this.#pauses.failures > 0) return;
    logger.warn(`fetching from broker ${leader} fails and is tried again: ${reason}`);
  }

  async #ask(connection: NodeConnection, maxWaitMs: number): Promise<boolean> {
    const { brokerId, brokerEpoch, settings } = this.#options;
    const request = this.#session.next();
    const body = {
      replicaState: { replicaId: brokerId, replicaEpoch: BigInt(brokerEpoch()) },
      maxWaitMs,
      minBytes: settings.fetchMinBytes,
      maxBytes: settings.fetchResponseMaxBytes,
      isolationLevel: 0,
      sessionId: request.sessionId,
      sessionEpoch: request.sessionEpoch,
      topics: questionsByTopic(request.named),
      forgottenTopicsData: forgottenByTopic(request.forgotten),
      rackId: '',
    };
    const answer = await connection.call(FETCH, FETCH_VERSION, body, maxWaitMs + settings.socketTimeoutMs);
    if (this.#closed) return true;
    if (!this.#isUsable(request, answer)) return false;
    if (this.#pauses.failures > 0)
      this.#options.logger.info(`fetching from broker ${this.#options.leader} goes on`);
    this.#pauses.succeeded();
    this.#session.answered(answer.sessionId);
    const questions = this.#give(answer);
    giveAnswerBack(answer);
    if (questions.length > 0) await this.#askEpochEnds(connection, questions);
    return true;
  }

  #isUsable({ isFull, named }: SessionRequest<FollowedPartition>, answer: FetchResponse): boolean {
    if (answer.errorCode !== 0) {
      this.#session.failed(answer.errorCode);
      // Leaders keep a limited number of sessions.
      if (!SESSION_ENDS.has(answer.errorCode)) this.#sayFailure(errorOf(answer.errorCode).message);
      return false;
    }
    if (!isFull) return true;
    let count = 0;
    for (const { partitions } of answer.responses) count += partitions.length;
    if (count >= named.length) return true;
    // A session that left some out would never answer for them.
    this.#session.answered(answer.sessionId);
    this.#session.failed(null);
    this.#sayFailure(`it answered for ${count} of ${named.length} partitions`);
    return false;
  }

  /** Whose log ends cannot be compared without asking more. */
  #give(answer: FetchResponse): EpochQuestion[] {
    const questions: EpochQuestion[] = [];
    for (const { topicId, partitions } of answer.responses) {
      for (const one of partitions) {
        const partition = this.#session.get(`${topicId}:${one.partitionIndex}`);
        if (partition === undefined) continue;
        const outcome = this.#taken(partition, one);
        if (outcome.kind === 'goes-on') {
          if (partition.hasNews) this.#session.set(partition);
          if (one.records !== null && one.records.length > 0) this.#session.served(partition);
          continue;
        }
        this.#session.remove(partition.key);
        if (outcome.kind === 'asks-epoch-end') questions.push({ partition, ownEpoch: outcome.ownEpoch });
        else this.#options.setAside(partition, () => outcome);
      }
    }
    return questions;
  }

  #taken(partition: FollowedPartition, answer: PartitionAnswer): Outcome {
    try {
      return partition.take(answer);
    } catch (error) {
      // A fault of ours in one partition must not stop the others.
      this.#options.logger.error(`the answer for ${partition.local.log.name} could not be taken`, error);
      return { kind: 'pauses', forMs: this.#options.settings.fetchBackoffMs };
    }
  }

  /** A question whose answer does not come ends in a pause: the next fetch leads to it again. */
  async #askEpochEnds(connection: NodeConnection, questions: readonly EpochQuestion[]): Promise<void> {
    const { brokerId, settings, setAside } = this.#options;
    const ends = await askEpochEnds(connection, brokerId, questions, settings.socketTimeoutMs);
    for (const { partition } of questions) {
      const end = ends?.get(partition);
      const pause = { kind: 'pauses', forMs: settings.fetchBackoffMs } as const;
      setAside(partition, () => (end === undefined ? pause : partition.takeEpochEnd(end.errorCode, end)));
    }
  }

  #rest(forMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel: CancelTimer = this.#options.platform.timers.after(forMs, () => done());
      const done = (): void => {
        cancel();
        this.#wake = null;
        resolve();
      };
      this.#wake = done;
    });
  }
}

/** All its bytes lie in one piece of memory, and no log keeps any of them. */
function giveAnswerBack({ responses }: FetchResponse): void {
  for (const { partitions } of responses) {
    for (const { records } of partitions) {
      if (records === null || records.length === 0) continue;
      giveBack(records);
      return;
    }
  }
}

function questionsByTopic(named: readonly FollowedPartition[]) {
  const topics = new Map<string, ReturnType<FollowedPartition['question']>[]>();
  for (const partition of named) {
    const own = topics.get(partition.topicId);
    if (own === undefined) topics.set(partition.topicId, [partition.question()]);
    else own.push(partition.question());
  }
  return Array.from(topics, ([topicId, partitions]) => ({ topicId, partitions }));
}

function forgottenByTopic(forgotten: readonly { readonly topicId: string; readonly partition: number }[]) {
  const topics = new Map<string, number[]>();
  for (const { topicId, partition } of forgotten) {
    const own = topics.get(topicId);
    if (own === undefined) topics.set(topicId, [partition]);
    else own.push(partition);
  }
  return Array.from(topics, ([topicId, partitions]) => ({ topicId, partitions }));
}
