/**
 * One client connection as a state machine without a socket: bytes in, answers out, in the order of the requests.
 *
 * - One request is served at a time; the next waits in a bounded queue, and beyond that reading stops. So answers
 *   keep their order even when a fetch or a join waits, as with Kafka's muted channels.
 * - Requests for which `mayOverlap` holds need not wait for such ones before them, only their answers do: records of a
 *   produce request are in the log when its handler has been called, and what takes long is other brokers' copies.
 * - While the client leaves more than `maxUnsentBytes` of answers unread, no further request is taken up.
 * - While it is muted, no request is taken up: its client has used more than its quota allows (KIP-219).
 * - `expire` closes what idles, and what sends a request too slowly.
 * - A failure while serving closes this connection and no other; with a Farewell the client is told why first.
 */
import { fixedBounds, type FrameBounds, FrameReader } from './frame-reader.ts';

/** What a connection needs of its socket. None of these may call back synchronously. */
export interface Outlet {
  /** `onTaken` is called, later, when the system has taken all of it; never when the connection breaks before. */
  write(chunks: readonly Buffer[], onTaken?: () => void): void;
  /** Bytes accepted by `write` that the peer has not taken yet. */
  unsentBytes(): number;
  pauseReading(): void;
  resumeReading(): void;
  /** Drops the connection; `disconnected` is called in return. */
  close(): void;
  /** The same, once the peer has been sent all that was written. */
  end(): void;
}

export interface SentListener {
  /** An answer was sent: the moment of its turn, and that in which the system had taken all of it. */
  sent(turnMs: number, takenMs: number): void;
}

/** Pieces of a response frame in order. */
export interface AnswerFrame extends ReadonlyArray<Buffer> {
  sentListener?: SentListener;
}

/** Null when nothing is sent (Produce with acks=0). */
export type Answer = AnswerFrame | null;

export interface ConnectionLimits {
  readonly maxFrameBytes: number;
  readonly maxUnsentBytes: number;
  /** Requests that have arrived and wait their turn. */
  readonly maxQueuedFrames: number;
  readonly maxQueuedBytes: number;
  readonly idleMs: number;
  /** Longest time for one request to arrive, beyond what its size takes at SLOWEST_BYTES_PER_MS. */
  readonly frameReadMs: number;
}

export interface ConnectionOptions {
  readonly outlet: Outlet;
  readonly limits: ConnectionLimits;
  /** Lengths of frames that are taken now; default: up to what the limits say. */
  readonly frameBounds?: () => FrameBounds;
  /** Serves one request, `waitedMs` after its turn had come; a throw or rejection closes the connection. */
  readonly serve: (frame: Buffer, waitedMs: number) => Answer | Promise<Answer>;
  /** It may be served while others of its kind wait for their answers: `serve` does what its order matters for at once. */
  readonly mayOverlap?: (frame: Buffer) => boolean;
  readonly nowMs: () => number;
  /** Runs the task once after so many milliseconds. */
  readonly after: (ms: number, task: () => void) => void;
  readonly onAnswer?: (answer: AnswerFrame) => void;
  /** Told once when the connection ends because of something the client did or a failure of ours. */
  readonly onFailure: (error: unknown) => void;
}

/** Requests that are served at the same time, where they may overlap: more than clients send without an answer by default. */
const MAX_OVERLAPPING = 16;

interface ServedRequest {
  readonly mayOverlap: boolean;
  readonly bytes: number;
  /** Undefined until there is one. */
  answer: Answer | undefined;
}

/** A large request may take longer to arrive, as long as it comes at least this fast (16 KiB/s). */
const SLOWEST_BYTES_PER_MS = 16;

/** Serving ends with this answer, which the client still gets. */
export class Farewell extends Error {
  override readonly name = 'Farewell';
  readonly answer: Answer;

  /** `reason` is for the log: it says nothing that the client has sent. */
  constructor(reason: string, answer: Answer) {
    super(reason);
    this.answer = answer;
  }
}

/** The client was too slow or silent; no mistake of anybody. */
export class ConnectionExpired extends Error {
  override readonly name = 'ConnectionExpired';
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #frames: FrameReader;
  readonly #queue: Buffer[] = [];
  #queuedBytes = 0;
  /** Not answered yet, or waiting for an answer before theirs; in order. */
  readonly #served: ServedRequest[] = [];
  #pumping = false;
  #readingPaused = false;
  #open = true;
  #lastActiveMs: number;
  #mutedUntilMs = Number.NEGATIVE_INFINITY;
  /** When the first byte of an unfinished frame came; null while there is none. */
  #frameBeganMs: number | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#frames = new FrameReader(options.frameBounds ?? fixedBounds(options.limits.maxFrameBytes));
    this.#lastActiveMs = options.nowMs();
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Requests that are there and not taken up. */
  get queuedRequests(): number {
    return this.#queue.length;
  }

  /** Answers that wait for those before them. */
  get queuedAnswers(): number {
    return this.#served.reduce((count, { answer }) => count + (answer === undefined ? 0 : 1), 0);
  }

  /** Bytes arrived. */
  received(chunk: Buffer): void {
    if (!this.#open) return;
    this.#lastActiveMs = this.#options.nowMs();
    try {
      let completed = false;
      this.#frames.push(chunk, (frame) => {
        completed = true;
        this.#queue.push(frame);
        this.#queuedBytes += frame.length;
      });
      if (completed || this.#frameBeganMs === null) this.#frameBeganMs = this.#lastActiveMs;
      if (this.#frames.pendingBytes === 0) this.#frameBeganMs = null;
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#pump();
  }

  /** The peer has taken bytes that were waiting. */
  drained(): void {
    this.#lastActiveMs = this.#options.nowMs();
    this.#pump();
  }

  /** Takes up no further request for so long; answers still go out. */
  mute(ms: number): void {
    const { nowMs, after } = this.#options;
    const untilMs = nowMs() + ms;
    if (untilMs <= this.#mutedUntilMs) return;
    this.#mutedUntilMs = untilMs;
    after(ms, () => {
      // A timer may come a little early, and no other one follows it.
      if (untilMs === this.#mutedUntilMs) this.#mutedUntilMs = Number.NEGATIVE_INFINITY;
      this.#lastActiveMs = nowMs();
      this.#pump();
    });
  }

  /** The socket has closed, whoever closed it. */
  disconnected(): void {
    this.#open = false;
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    this.#served.length = 0;
    this.#frames.clear();
  }

  /** Closes the connection when it idles or when a request does not finish arriving. Call about once a second. */
  expire(): void {
    if (!this.#open || this.#served.length > 0) return;
    const { limits, nowMs, onFailure } = this.#options;
    const now = nowMs();
    if (now < this.#mutedUntilMs) return;
    const reason = this.#tooSlow(now)
      ? 'a request did not arrive in time'
      : now - this.#lastActiveMs >= limits.idleMs
        ? 'idle'
        : null;
    if (reason === null) return;
    this.#close();
    onFailure(new ConnectionExpired(reason));
  }

  #tooSlow(nowMs: number): boolean {
    if (this.#frameBeganMs === null || this.#readingPaused) return false;
    const allowedMs = this.#options.limits.frameReadMs + this.#frames.pendingBytes / SLOWEST_BYTES_PER_MS;
    return nowMs - this.#frameBeganMs > allowedMs;
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    const { limits, outlet, nowMs } = this.#options;
    const turnMs = nowMs();
    for (let now = turnMs; this.#open && now >= this.#mutedUntilMs; now = nowMs()) {
      if (outlet.unsentBytes() > limits.maxUnsentBytes) break;
      const next = this.#queue[0];
      if (next === undefined) break;
      const mayOverlap = this.#options.mayOverlap?.(next) === true;
      if (!this.#hasTurn(mayOverlap, next.length)) break;
      this.#queue.shift();
      this.#queuedBytes -= next.length;
      this.#serve(next, mayOverlap, now - turnMs);
    }
    this.#pumping = false;
    this.#balanceReading();
  }

  #hasTurn(mayOverlap: boolean, bytes: number): boolean {
    const last = this.#served.at(-1);
    if (last === undefined) return true;
    if (!mayOverlap || !last.mayOverlap || this.#served.length >= MAX_OVERLAPPING) return false;
    const servedBytes = this.#served.reduce((sum, served) => sum + served.bytes, bytes);
    return servedBytes <= this.#options.limits.maxQueuedBytes;
  }

  #serve(frame: Buffer, mayOverlap: boolean, waitedMs: number): void {
    let answer: Answer | Promise<Answer>;
    try {
      answer = this.#options.serve(frame, waitedMs);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (!(answer instanceof Promise) && this.#served.length === 0) {
      this.#send(answer);
      return;
    }
    const request: ServedRequest = { mayOverlap, bytes: frame.length, answer: undefined };
    this.#served.push(request);
    if (!(answer instanceof Promise)) {
      request.answer = answer;
      return;
    }
    answer.then(
      (later) => {
        request.answer = later;
        this.#sendAnswered();
        this.#pump();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  /** As many answers as are there, from the oldest request on. */
  #sendAnswered(): void {
    for (let oldest = this.#served[0]; oldest?.answer !== undefined; oldest = this.#served[0]) {
      this.#served.shift();
      this.#send(oldest.answer);
    }
  }

  #send(answer: Answer): void {
    if (!this.#open) return;
    const { nowMs, outlet } = this.#options;
    const turnMs = nowMs();
    this.#lastActiveMs = turnMs;
    if (answer === null) return;
    this.#options.onAnswer?.(answer);
    const { sentListener } = answer;
    outlet.write(answer, sentListener && (() => sentListener.sent(turnMs, nowMs())));
  }

  #balanceReading(): void {
    if (!this.#open) return;
    const { limits, outlet, nowMs } = this.#options;
    const full = this.#queue.length >= limits.maxQueuedFrames || this.#queuedBytes >= limits.maxQueuedBytes;
    if (full === this.#readingPaused) return;
    this.#readingPaused = full;
    if (full) {
      outlet.pauseReading();
      return;
    }
    // The time in which we did not read does not count against the client.
    if (this.#frameBeganMs !== null) this.#frameBeganMs = nowMs();
    outlet.resumeReading();
  }

  #fail(error: unknown): void {
    if (!this.#open) return;
    if (error instanceof Farewell) {
      this.#send(error.answer);
      this.disconnected();
      this.#options.outlet.end();
    } else this.#close();
    this.#options.onFailure(error);
  }

  #close(): void {
    this.disconnected();
    this.#options.outlet.close();
  }
}
