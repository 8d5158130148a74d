/**
 * Requests from their frames to the last bytes of their answers, for the metrics of their APIs. Each request pays for this, so one object is
 * made for it, and the meters of an API are looked up once.
 */
import { apiNameOf, ApiKey } from '../../protocol/api-keys.ts';
import type { Decoded, MessageSchema } from '../../protocol/schema/notation.ts';
import type { RequestMeters, RequestMetrics } from '../metrics/request-metrics.ts';
import type { Clock } from '../platform/platform.ts';
import { ErrorTally, tallyErrors } from './answer-errors.ts';
import type { Answer, SentListener } from './connection.ts';

/** A broker asks for a replica that it has. */
export function isOfReplica(request: Decoded<MessageSchema>): boolean {
  const { replicaId, replicaState } = request as {
    readonly replicaId?: number;
    readonly replicaState?: { readonly replicaId: number };
  };
  return Math.max(replicaId ?? -1, replicaState?.replicaId ?? -1) >= 0;
}

export interface ReceivedFrame {
  readonly handler: { readonly request: MessageSchema; readonly response: MessageSchema };
  readonly request: Decoded<MessageSchema>;
  readonly apiVersion: number;
  readonly frameBytes: number;
  readonly startedMs: number;
  /** Its turn had come so long before. */
  readonly waitedMs: number;
}

export class RequestMeasures {
  readonly #requests: RequestMetrics;
  readonly #clock: Clock;
  readonly #byKey = new Map<number, readonly RequestMeters[]>();
  /** Kafka tells followers' fetches from consumers', and has both together, too. */
  readonly #ofFollowers: readonly RequestMeters[];
  readonly #ofConsumers: readonly RequestMeters[];

  constructor(requests: RequestMetrics, clock: Clock) {
    this.#requests = requests;
    this.#clock = clock;
    const all = requests.of('Fetch');
    this.#ofFollowers = [requests.of('FetchFollower'), all];
    this.#ofConsumers = [requests.of('FetchConsumer'), all];
  }

  begin(received: ReceivedFrame): RequestMeasure {
    return new RequestMeasure(this.#metersOf(received), this.#clock, received);
  }

  #metersOf({ handler, request }: ReceivedFrame): readonly RequestMeters[] {
    const { apiKey } = handler.request;
    if (apiKey === ApiKey.Fetch) return isOfReplica(request) ? this.#ofFollowers : this.#ofConsumers;
    let meters = this.#byKey.get(apiKey);
    if (meters === undefined) {
      meters = [this.#requests.of(apiNameOf(apiKey) ?? String(apiKey))];
      this.#byKey.set(apiKey, meters);
    }
    return meters;
  }
}

/** Of the answer that is looked at: nothing else happens meanwhile. */
const tally = new ErrorTally();

export class RequestMeasure implements SentListener {
  readonly #meters: readonly RequestMeters[];
  readonly #clock: Clock;
  readonly #received: ReceivedFrame;
  #answeredMs = 0;
  #localMs = 0;
  #throttleMs = 0;

  constructor(meters: readonly RequestMeters[], clock: Clock, received: ReceivedFrame) {
    this.#meters = meters;
    this.#clock = clock;
    this.#received = received;
  }

  /**
   * `body` null: it was not decoded here, or there is none. `localMs`: while its handler was called; null when that had the
   * answer.
   */
  answered(answer: Answer, body: object | null, localMs: number | null, throttleMs: number): void {
    const { apiVersion, frameBytes, startedMs, handler } = this.#received;
    const nowMs = this.#clock.monotonicMs();
    this.#answeredMs = nowMs;
    this.#localMs = localMs ?? nowMs - startedMs;
    this.#throttleMs = throttleMs;
    for (const meters of this.#meters) meters.answered(apiVersion, frameBytes, nowMs);
    if (body !== null) this.#countErrors(handler.response, body, nowMs);
    if (answer === null) this.sent(nowMs, nowMs);
    else answer.sentListener = this;
  }

  sent(turnMs: number, takenMs: number): void {
    const { startedMs, waitedMs } = this.#received;
    const remoteMs = this.#answeredMs - startedMs - this.#localMs;
    const queuedMs = turnMs - this.#answeredMs;
    for (const meters of this.#meters) {
      meters.took(waitedMs, this.#localMs, remoteMs, queuedMs, takenMs - turnMs, this.#throttleMs);
    }
  }

  #countErrors(schema: MessageSchema, body: object, nowMs: number): void {
    tally.clear();
    tallyErrors(schema, body, tally);
    for (const meters of this.#meters) {
      if (tally.none > 0) meters.ended(0, tally.none, nowMs);
      for (const code of tally.codes) meters.ended(code, 1, nowMs);
    }
  }
}
