/**
 * A leader for tests of followers: real logs, real frames over the memory network, sessions and waiting as Kafka has
 * them, and every answer open to change. What the broker itself serves is tested elsewhere.
 */
import {
  fetchRequest,
  fetchResponse,
  type FetchRequest,
  type FetchResponse,
} from '../../../protocol/messages/01-fetch.ts';
import {
  offsetForLeaderEpochRequest,
  offsetForLeaderEpochResponse,
  type OffsetForLeaderEpochRequest,
} from '../../../protocol/messages/23-offset-for-leader-epoch.ts';
import { ErrorCode } from '../../../protocol/errors.ts';
import { readMessage } from '../../../protocol/schema/codec.ts';
import { decodeRequestHeader, encodeResponseFrame } from '../../../protocol/wire/framing.ts';
import { Reader } from '../../../protocol/wire/reader.ts';
import { OffsetOutOfRangeError } from '../../log/log-errors.ts';
import type { PartitionLog } from '../../log/partition-log.ts';
import type { MemoryNetwork, ServedConnection } from '../../platform/memory/memory-network.ts';
import type { Timers } from '../../platform/platform.ts';

export const TOPIC_ID = Buffer.from('a topic for test').toString('base64url');

export type Question = FetchRequest['topics'][number]['partitions'][number];
export type Answer = FetchResponse['responses'][number]['partitions'][number];

export interface LedPartition {
  readonly log: PartitionLog;
  epoch: number;
  /** As far as followers may know. */
  highWatermark: number;
}

export interface AskedFetch {
  readonly request: FetchRequest;
  readonly connectionId: string;
  readonly atMs: number;
}

interface Session {
  epoch: number;
  readonly questions: Map<number, Question>;
}

const NO_RECORDS = Buffer.alloc(0);

export class ScriptedLeader {
  readonly partitions = new Map<number, LedPartition>();
  /** All fetches that came, oldest first. */
  readonly asked: AskedFetch[] = [];
  readonly epochEndsAsked: { replicaId: number; currentLeaderEpoch: number; leaderEpoch: number }[] = [];
  readonly sessions = new Map<number, Session>();
  keepsSessions = true;
  /** Changes or replaces the answer for one partition; null leaves it as it is. */
  script: ((question: Question, answer: Answer) => Answer | null) | null = null;
  /** Error of the answer as a whole. */
  scriptedError: ((request: FetchRequest) => number) | null = null;
  /** How often a partition was asked for while another request for it was being served. */
  overlaps = 0;
  /** Partitions that it says nothing about. */
  readonly leavesOut = new Set<number>();
  /** Answers wait for it. */
  gate: Promise<void> | null = null;
  readonly network: MemoryNetwork;
  readonly id: number;
  readonly #time: Timers & { monotonicMs(): number };
  readonly #serving = new Set<Session>();
  readonly #waiting = new Map<() => void, Session>();
  #stop: () => void = () => undefined;
  #nextSession = 100;

  constructor(time: Timers & { monotonicMs(): number }, network: MemoryNetwork, id: number) {
    this.#time = time;
    this.network = network;
    this.id = id;
    this.listen();
  }

  get address() {
    return { host: `broker-${this.id}`, port: 9092 };
  }

  listen(): void {
    this.#stop = this.network.listen(this.address.host, this.address, (frame, connection) =>
      this.#serve(frame, connection),
    );
  }

  stopListening(): void {
    this.#stop();
  }

  /** Something was appended, or changed otherwise: whoever waits for this partition is answered. */
  wake(partition: number): void {
    for (const [wake, { questions }] of [...this.#waiting]) if (questions.has(partition)) wake();
  }

  get lastAsked(): AskedFetch {
    const last = this.asked.at(-1);
    if (last === undefined) throw new Error('nothing was fetched');
    return last;
  }

  async #serve(frame: Buffer, connection: ServedConnection): Promise<Buffer[] | null> {
    const { apiKey, apiVersion, correlationId, bodyPosition } = decodeRequestHeader(frame);
    const reader = new Reader(frame, bodyPosition);
    if (apiKey === offsetForLeaderEpochRequest.apiKey) {
      const body = this.#epochEnds(readMessage(offsetForLeaderEpochRequest, apiVersion, reader));
      return encodeResponseFrame(offsetForLeaderEpochResponse, apiVersion, correlationId, body);
    }
    const request = readMessage(fetchRequest, apiVersion, reader);
    const { connectionId } = connection;
    this.asked.push({ request, connectionId, atMs: this.#time.monotonicMs() });
    const body = await this.#fetch(request, connection.closed);
    if (this.gate !== null) await this.gate;
    if (connection.closed.aborted) return null;
    return encodeResponseFrame(fetchResponse, apiVersion, correlationId, body);
  }

  async #fetch(request: FetchRequest, closed: AbortSignal) {
    const errorCode = this.scriptedError?.(request) ?? 0;
    if (errorCode !== 0) return { errorCode, responses: [] };
    const session = this.#sessionOf(request);
    if (typeof session === 'number') return { errorCode: session, responses: [] };
    for (const { questions } of this.#serving)
      this.overlaps += [...questions.keys()].filter((partition) => session.questions.has(partition)).length;
    this.#serving.add(session);
    const answers = () =>
      [...session.questions.values()]
        .filter(({ partition }) => !this.leavesOut.has(partition))
        .map((question) => this.#answer(question));
    if (!answers().some(hasNews)) await this.#wait(session, request.maxWaitMs, closed);
    this.#serving.delete(session);
    const isIncremental = request.sessionEpoch > 0;
    const partitions = answers().filter(
      (answer) => !isIncremental || hasNews(answer) || answer.highWatermark >= 0n,
    );
    const sessionId = this.keepsSessions
      ? request.sessionEpoch > 0
        ? request.sessionId
        : this.#nextSession
      : 0;
    return { sessionId, responses: [{ topicId: TOPIC_ID, partitions }] };
  }

  #sessionOf(request: FetchRequest): Session | number {
    const named = request.topics.flatMap(({ partitions }) => partitions);
    if (request.sessionEpoch <= 0) {
      this.sessions.delete(request.sessionId);
      const session = {
        epoch: 1,
        questions: new Map(named.map((question) => [question.partition, question])),
      };
      if (this.keepsSessions) this.sessions.set(++this.#nextSession, session);
      return session;
    }
    const session = this.sessions.get(request.sessionId);
    if (session === undefined) return ErrorCode.FETCH_SESSION_ID_NOT_FOUND;
    if (session.epoch !== request.sessionEpoch) return ErrorCode.INVALID_FETCH_SESSION_EPOCH;
    session.epoch += 1;
    for (const question of named) session.questions.set(question.partition, question);
    for (const { partitions } of request.forgottenTopicsData)
      for (const partition of partitions) session.questions.delete(partition);
    return session;
  }

  #wait(session: Session, maxWaitMs: number, closed: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        closed.removeEventListener('abort', done);
        this.#waiting.delete(done);
        resolve();
      };
      const cancel = this.#time.after(maxWaitMs, done);
      this.#waiting.set(done, session);
      closed.addEventListener('abort', done);
    });
  }

  #answer(question: Question): Answer {
    const answer = this.#honestAnswer(question);
    return this.script?.(question, answer) ?? answer;
  }

  #honestAnswer(question: Question): Answer {
    const led = this.partitions.get(question.partition);
    if (led === undefined) return answerOf(question, { errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER });
    const { log, epoch } = led;
    const refusal = epochError(question.currentLeaderEpoch, epoch);
    if (refusal !== 0) return answerOf(question, { errorCode: refusal });
    const known = {
      highWatermark: BigInt(led.highWatermark),
      logStartOffset: BigInt(log.logStartOffset),
    };
    const offset = Number(question.fetchOffset);
    if (question.lastFetchedEpoch >= 0 && offset >= log.logStartOffset) {
      const end = log.leaderEpochs.endOf(question.lastFetchedEpoch, log.logEndOffset);
      if (end.endOffset >= 0 && (end.epoch < question.lastFetchedEpoch || end.endOffset < offset)) {
        const divergingEpoch = { epoch: end.epoch, endOffset: BigInt(end.endOffset) };
        return answerOf(question, { ...known, divergingEpoch });
      }
    }
    try {
      const records = log.read({ offset, maxBytes: question.partitionMaxBytes, minOneBatch: true });
      return answerOf(question, { ...known, records });
    } catch (error) {
      if (!(error instanceof OffsetOutOfRangeError)) throw error;
      return answerOf(question, { ...known, errorCode: ErrorCode.OFFSET_OUT_OF_RANGE });
    }
  }

  #epochEnds({ replicaId, topics }: OffsetForLeaderEpochRequest) {
    return {
      topics: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition, currentLeaderEpoch, leaderEpoch }) => {
          this.epochEndsAsked.push({ replicaId, currentLeaderEpoch, leaderEpoch });
          const led = this.partitions.get(partition);
          const errorCode =
            led === undefined ? ErrorCode.NOT_LEADER_OR_FOLLOWER : epochError(currentLeaderEpoch, led.epoch);
          if (led === undefined || errorCode !== 0)
            return { partition, errorCode, leaderEpoch: -1, endOffset: -1n };
          const end = led.log.leaderEpochs.endOf(leaderEpoch, led.log.logEndOffset);
          return { partition, errorCode, leaderEpoch: end.epoch, endOffset: BigInt(end.endOffset) };
        }),
      })),
    };
  }
}

function epochError(asked: number, own: number): number {
  if (asked === own || asked < 0) return 0;
  return asked < own ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH;
}

function hasNews({ errorCode, divergingEpoch, records }: Answer): boolean {
  return errorCode !== 0 || divergingEpoch.endOffset >= 0n || (records !== null && records.length > 0);
}

export function answerOf({ partition }: Pick<Question, 'partition'>, changes: Partial<Answer>): Answer {
  return {
    partitionIndex: partition,
    errorCode: 0,
    highWatermark: -1n,
    lastStableOffset: -1n,
    logStartOffset: -1n,
    divergingEpoch: { epoch: -1, endOffset: -1n },
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
    snapshotId: { endOffset: -1n, epoch: -1 },
    abortedTransactions: null,
    preferredReadReplica: -1,
    records: NO_RECORDS,
    ...changes,
  };
}
