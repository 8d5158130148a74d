/**
 * What a coordinator's pure core asks to be done: the only thing that leaves it.
 *
 * A step of the core (a request, a timer, the outcome of an append) looks at its state and fills one `Effects`. The
 * runtime then starts and stops the timers at once, appends the records as one batch, and sends the replies when
 * those records are committed (or at once if there are none). Offsets and stored group metadata change only when the
 * runtime replays the committed records, so serving and loading after a failover are one code path. The same idea as
 * CoordinatorResult and CoordinatorTimer in Apache Kafka's coordinator-common.
 */
import type { TransactionalWrite, TransactionMarker } from './transactional-batch.ts';

/** Whom an answer belongs to. Made by the runtime, opaque to the core; every one is answered exactly once. */
export interface ReplyTo<Response> {
  readonly id: number;
  /** Never present: ties the token to the type of its answer. */
  readonly response?: Response;
}

/** One instant on both clocks: monotonic for timeouts, wall for what is written down. Milliseconds. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export interface Reply {
  readonly to: ReplyTo<unknown>;
  readonly response: unknown;
  /** The answer if the records of this step could not be committed; without it the request's general error answer. */
  readonly failed: ((errorCode: number) => unknown) | null;
}

export type TimerChange<Event> =
  | { readonly kind: 'schedule'; readonly delayMs: number; readonly event: Event }
  | { readonly kind: 'cancel' };

export class Effects<Rec, Event> {
  readonly records: Rec[] = [];
  /** The records belong to this producer's open transaction. */
  transaction: TransactionalWrite | null = null;
  /** Written instead of records: the producer's transaction in this partition ends. */
  marker: TransactionMarker | null = null;
  readonly replies: Reply[] = [];
  /** By timer key; the last word of a step on a key counts. */
  readonly timers = new Map<string, TimerChange<Event>>();
  /** Told back to the core when the records are committed (error 0) or refused (the error code to answer with). */
  afterAppend: Event | null = null;
  /**
   * Told back, with the same error codes, when it is certain that the records are committed or never will be: later than
   * `afterAppend` where a step was given up that is in the log all the same.
   */
  readonly settled: Event[] = [];

  reply<T>(to: ReplyTo<T>, response: T, failed: ((errorCode: number) => T) | null = null): void {
    this.replies.push({ to, response, failed });
  }

  schedule(key: string, delayMs: number, event: Event): void {
    this.timers.set(key, { kind: 'schedule', delayMs: Math.max(0, delayMs), event });
  }

  cancel(key: string): void {
    this.timers.set(key, { kind: 'cancel' });
  }
}
