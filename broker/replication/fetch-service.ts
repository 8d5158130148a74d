/**
 * Fetches from the partitions of this broker: which of them a request is about (all that it names, or those of its
 * session that may have news), one pass over them, waiting for data, a second pass, and what the client is told.
 *
 * A fetch waits at most once: what the second pass finds is the answer.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { partitionKey } from '../log/checkpoint-files.ts';
import type { Clock } from '../platform/platform.ts';
import type { DelayedFetches } from './delayed-fetches.ts';
import type { FetchSession } from './fetch-sessions/fetch-session.ts';
import type { SessionCache } from './fetch-sessions/session-cache.ts';
import type { PartitionEvents, PartitionListener, ReaderKind } from './partition-events.ts';
import type { ReplicaReads } from './replica-reads.ts';
import type {
  FetchAnswer,
  FetchPartitionRequest,
  FetchPartitionResult,
  FetchRequestParameters,
} from './replica-requests.ts';

export interface FetchServiceOptions {
  readonly clock: Clock;
  readonly delayed: DelayedFetches;
  readonly events: PartitionEvents;
  readonly sessions: SessionCache;
  readonly topicName: (topicId: string) => string | undefined;
  readonly maxWaitMs: number;
  readonly reads: ReplicaReads;
}

/** What one fetch is about. */
interface Scope {
  asked(): readonly FetchPartitionRequest[];
  watch(listener: PartitionListener): () => void;
  /** The pass did not answer yet. */
  seen(results: readonly FetchPartitionResult[]): void;
  answer(results: readonly FetchPartitionResult[]): FetchAnswer;
}

const NO_SESSION = 0;
/** A full request that wants a session (0) or none (-1). */
const INITIAL_EPOCH = 0;
const FINAL_EPOCH = -1;

export class FetchService {
  readonly #options: FetchServiceOptions;

  constructor(options: FetchServiceOptions) {
    this.#options = options;
  }

  /** Answers at once or when minBytes have come, maxWaitMs have passed, or `closed` fires. Results in the order asked. */
  async fetch(parameters: FetchRequestParameters): Promise<FetchAnswer> {
    const scope = this.#scopeOf(parameters);
    if ('errorCode' in scope) return scope;
    const { reads, delayed, maxWaitMs } = this.#options;
    const asked = scope.asked();
    const first = reads.read(parameters, asked);
    // More than maxBytes can never come, and nothing at all for no partition.
    const wantedBytes = this.#isEmpty(parameters, asked) ? 0 : parameters.minBytes;
    const missingBytes = Math.min(wantedBytes, parameters.maxBytes) - first.bytes;
    if (missingBytes <= 0 || first.isFinal || parameters.maxWaitMs <= 0)
      return this.#answer(parameters, scope, first.results);
    scope.seen(first.results);
    await delayed.wait({
      kind: readerKind(parameters),
      missingBytes,
      maxWaitMs: Math.min(parameters.maxWaitMs, maxWaitMs),
      closed: parameters.closed,
      watch: (listener) => scope.watch(listener),
    });
    if (parameters.closed.aborted) return { errorCode: 0, sessionId: NO_SESSION, results: [] };
    return this.#answer(parameters, scope, reads.read(parameters, scope.asked()).results);
  }

  #answer(
    parameters: FetchRequestParameters,
    scope: Scope,
    results: readonly FetchPartitionResult[],
  ): FetchAnswer {
    const answer = scope.answer(results);
    this.#options.reads.noteAnswered(parameters.replicaId, answer.results);
    return answer;
  }

  #isEmpty({ session }: FetchRequestParameters, asked: readonly FetchPartitionRequest[]): boolean {
    return asked.length === 0 && (session.epoch === INITIAL_EPOCH || session.epoch === FINAL_EPOCH);
  }

  #scopeOf(parameters: FetchRequestParameters): Scope | FetchAnswer {
    const { sessions, clock } = this.#options;
    const { id, epoch, forgotten, usesTopicIds } = parameters.session;
    const refused = (errorCode: number): FetchAnswer => ({ errorCode, sessionId: NO_SESSION, results: [] });
    if (epoch === INITIAL_EPOCH || epoch === FINAL_EPOCH) {
      // A client that begins anew has given up the session that it had.
      if (id !== NO_SESSION) sessions.remove(id);
      return this.#requestScope(parameters, epoch === INITIAL_EPOCH);
    }
    const session = sessions.get(id);
    if (session === undefined) return refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
    if (session.epoch !== epoch) return refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
    if (session.usesTopicIds !== usesTopicIds) return refused(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);
    session.update(parameters.partitions, forgotten);
    if (session.size === 0) {
      sessions.remove(id);
      return { errorCode: 0, sessionId: NO_SESSION, results: [] };
    }
    session.epoch = nextEpoch(epoch);
    sessions.touch(session, clock.monotonicMs());
    return sessionScope(session);
  }

  /** All that the request names, every time. */
  #requestScope(parameters: FetchRequestParameters, wantsSession: boolean): Scope {
    const { events, sessions, topicName, clock } = this.#options;
    const { partitions, session } = parameters;
    return {
      asked: () => partitions,
      watch: (listener) => {
        const keys: string[] = [];
        for (const { topic, topicId, partition } of partitions) {
          const name = topicId === '' ? topic : topicName(topicId);
          if (name !== undefined) keys.push(partitionKey(name, partition));
        }
        for (const key of keys) events.listen(key, listener);
        return () => {
          for (const key of keys) events.unlisten(key, listener);
        };
      },
      seen: () => undefined,
      answer: (results) => {
        const kind = readerKind(parameters);
        const { usesTopicIds } = session;
        const created =
          wantsSession && partitions.length > 0
            ? sessions.create({ kind, usesTopicIds, partitions }, clock.monotonicMs())
            : null;
        created?.take(results);
        return { errorCode: 0, sessionId: created?.id ?? NO_SESSION, results };
      },
    };
  }
}

function sessionScope(session: FetchSession): Scope {
  const { epoch } = session;
  return {
    asked: () => session.candidates(),
    watch: (listener) => session.watch(listener),
    seen: (results) => session.noteSeen(results),
    answer: (results) => {
      // Another request of this session came while this one waited: its answer would be out of turn.
      if (session.epoch !== epoch)
        return { errorCode: ErrorCode.INVALID_FETCH_SESSION_EPOCH, sessionId: NO_SESSION, results: [] };
      return { errorCode: 0, sessionId: session.id, results: session.take(results) };
    },
  };
}

export function readerKind({ replicaId, isolationLevel }: FetchRequestParameters): ReaderKind {
  return replicaId >= 0 ? 'follower' : isolationLevel;
}

/** After the largest comes 1: 0 means a new session. */
export function nextEpoch(epoch: number): number {
  return epoch >= 0x7fff_ffff ? 1 : epoch + 1;
}
