/**
 * One connection in memory with both its ends: the caller's, which is the `NodeConnection`, and the server's, which
 * serves one request after the other. Frames are encoded and decoded as on a socket, so that neither side shares an
 * object with the other and what cannot be written is seen.
 *
 * Each end learns of the other's end only by what arrives: over a cut link it goes on believing.
 */
import { decodeMessage } from '../../../protocol/schema/codec.ts';
import type { Decoded, Encodable, MessageSchema } from '../../../protocol/schema/notation.ts';
import { encodeRequestFrame, FRAME_SIZE_BYTES, readResponseHeader } from '../../../protocol/wire/framing.ts';
import { Reader } from '../../../protocol/wire/reader.ts';
import type { CancelTimer, Timers } from '../platform.ts';
import { type NodeApi, type NodeConnection, TransportError, type TransportFault } from '../transport.ts';
import type { MemoryPipe } from './memory-pipe.ts';

/** Pieces of a response frame, its size first; null when nothing is sent. */
export type FrameAnswer = readonly Buffer[] | null;

/** What the served side knows about who asks. */
export interface ServedConnection {
  readonly connectionId: string;
  /** Name of the node that connected. */
  readonly clientHost: string;
  readonly closed: AbortSignal;
}

/** Takes a request frame without its size. A throw or a rejection closes the connection. */
export type ServeFrame = (frame: Buffer, connection: ServedConnection) => FrameAnswer | Promise<FrameAnswer>;

export interface MemoryConnectionOptions {
  readonly connectionId: string;
  readonly clientHost: string;
  readonly clientId: string;
  readonly addressText: string;
  readonly serve: ServeFrame;
  /** Of the caller: its calls time out by them. */
  readonly timers: Timers;
  readonly toServer: MemoryPipe;
  readonly toClient: MemoryPipe;
  /** Asked before every frame: true breaks the connection instead. */
  readonly breaksNow: () => boolean;
  /** Both ends have ended. */
  readonly forget: () => void;
}

interface WaitingCall {
  readonly correlationId: number;
  readonly settle: (frame: Buffer) => void;
  readonly reject: (error: Error) => void;
  readonly cancelTimer: CancelTimer;
}

export class MemoryConnection implements NodeConnection {
  readonly ended: Promise<TransportError>;
  readonly #options: MemoryConnectionOptions;
  readonly #abort = new AbortController();
  readonly #waiting: WaitingCall[] = [];
  readonly #queue: Buffer[] = [];
  #announceEnd: (error: TransportError) => void = () => undefined;
  #endedBy: TransportError | null = null;
  #isServing = false;
  #isServerOpen = true;
  /** The process at that end is gone: nothing happens there any more. */
  #isClientDead = false;
  #isServerDead = false;
  #nextCorrelationId = 1;

  constructor(options: MemoryConnectionOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#announceEnd = resolve));
  }

  get isOpen(): boolean {
    return this.#endedBy === null;
  }

  call<Req extends MessageSchema, Res extends MessageSchema>(
    api: NodeApi<Req, Res>,
    version: number,
    body: Encodable<Req>,
    timeoutMs: number,
  ): Promise<Decoded<Res>> {
    // The promises of a process that is gone are never heard of again.
    if (this.#isClientDead) return new Promise(() => undefined);
    if (this.#endedBy !== null) return Promise.reject(this.#endedBy);
    const correlationId = this.#nextCorrelationId++;
    const { clientId, timers } = this.#options;
    const frame = encodeRequestFrame(api.request, version, { correlationId, clientId }, body);
    const answered = new Promise<Buffer>((settle, reject) => {
      const cancelTimer = timers.after(timeoutMs, () => {
        this.#endHere('timed-out', `${api.request.name} had no answer within ${String(timeoutMs)} ms`);
      });
      this.#waiting.push({ correlationId, settle, reject, cancelTimer });
    });
    this.#sendToServer(Buffer.concat(frame).subarray(FRAME_SIZE_BYTES));
    return answered.then((answer) => this.#decode(api.response, version, answer));
  }

  close(): void {
    this.#endHere('closed', 'this side closed the connection');
  }

  /** The served side ends it. */
  closeServer(): void {
    if (!this.#isServerOpen) return;
    this.#serverEnded();
    this.#sendEnd(this.#options.toClient, 0);
  }

  /** Somebody between the two tears it: each end learns of it by itself. */
  break(): void {
    this.#sendEnd(this.#options.toClient, 0);
    this.#options.toServer.send(() => {
      this.#serverEnded();
    });
  }

  /** The process at that end is gone. `noticeAfterMs` null: the other end is never told (no power there any more). */
  died(end: 'client' | 'server', noticeAfterMs: number | null): void {
    const { toClient, toServer } = this.#options;
    if (end === 'client') {
      if (this.#isClientDead) return;
      this.#isClientDead = true;
      this.#endedBy ??= this.#error('broken', 'this process ended');
      for (const call of this.#waiting.splice(0)) call.cancelTimer();
      if (noticeAfterMs !== null) toServer.send(() => this.#serverEnded(), noticeAfterMs);
    } else {
      if (this.#isServerDead) return;
      this.#isServerDead = true;
      this.#isServerOpen = false;
      this.#queue.length = 0;
      if (noticeAfterMs !== null) this.#sendEnd(toClient, noticeAfterMs);
    }
    this.#forgetWhenOver();
  }

  #sendToServer(frame: Buffer): void {
    if (this.#options.breaksNow()) {
      this.break();
      return;
    }
    this.#options.toServer.send(() => {
      this.#arriveAtServer(frame);
    });
  }

  #arriveAtServer(frame: Buffer): void {
    // The machine has no such connection (any more): it says so.
    if (!this.#isServerOpen) {
      this.#sendEnd(this.#options.toClient, 0);
      return;
    }
    this.#queue.push(frame);
    this.#serveNext();
  }

  #serveNext(): void {
    while (this.#isServerOpen && !this.#isServing) {
      const frame = this.#queue.shift();
      if (frame === undefined) return;
      const { connectionId, clientHost, serve } = this.#options;
      this.#isServing = true;
      let answer: FrameAnswer | Promise<FrameAnswer>;
      try {
        answer = serve(frame, { connectionId, clientHost, closed: this.#abort.signal });
      } catch {
        this.closeServer();
        return;
      }
      if (answer instanceof Promise) {
        answer.then(
          (later) => {
            this.#answer(later);
            this.#serveNext();
          },
          () => {
            this.closeServer();
          },
        );
        return;
      }
      this.#answer(answer);
    }
  }

  #answer(answer: FrameAnswer): void {
    this.#isServing = false;
    if (!this.#isServerOpen || answer === null) return;
    if (this.#options.breaksNow()) {
      this.break();
      return;
    }
    const frame = Buffer.concat(answer).subarray(FRAME_SIZE_BYTES);
    this.#options.toClient.send(() => {
      this.#arriveAtClient(frame);
    });
  }

  #arriveAtClient(frame: Buffer): void {
    if (this.#endedBy !== null) {
      if (this.#isClientDead) this.#options.toServer.send(() => this.#serverEnded());
      return;
    }
    const call = this.#waiting[0];
    const correlationId = frame.length < 4 ? null : frame.readInt32BE(0);
    if (call?.correlationId !== correlationId || call === undefined) {
      this.#endHere('bad-answer', `an answer (correlation id ${String(correlationId)}) that is not due`);
      return;
    }
    this.#waiting.shift();
    call.cancelTimer();
    call.settle(frame);
  }

  #decode<Res extends MessageSchema>(schema: Res, version: number, frame: Buffer): Decoded<Res> {
    try {
      const reader = new Reader(frame);
      readResponseHeader(reader, schema, version);
      return decodeMessage(schema, version, frame.subarray(reader.position));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unreadable';
      throw this.#endHere('bad-answer', `${schema.name}: ${reason}`, cause);
    }
  }

  #sendEnd(pipe: MemoryPipe, afterMs: number): void {
    pipe.send(() => {
      this.#clientEnded('broken', 'the connection was closed by the other side');
    }, afterMs);
  }

  /** This side ends it, and the other will hear of it. */
  #endHere(fault: TransportFault, reason: string, cause?: unknown): TransportError {
    const wasOpen = this.#endedBy === null;
    const error = this.#clientEnded(fault, reason, cause);
    if (wasOpen) this.#options.toServer.send(() => this.#serverEnded());
    return error;
  }

  #clientEnded(fault: TransportFault, reason: string, cause?: unknown): TransportError {
    if (this.#endedBy !== null) return this.#endedBy;
    const error = this.#error(fault, reason, cause);
    this.#endedBy = error;
    for (const call of this.#waiting.splice(0)) {
      call.cancelTimer();
      call.reject(error);
    }
    this.#announceEnd(error);
    this.#forgetWhenOver();
    return error;
  }

  #serverEnded(): void {
    if (!this.#isServerOpen) return;
    this.#isServerOpen = false;
    this.#queue.length = 0;
    this.#abort.abort();
    this.#forgetWhenOver();
  }

  #error(fault: TransportFault, reason: string, cause?: unknown): TransportError {
    return new TransportError(fault, `${this.#options.addressText}: ${reason}`, cause);
  }

  #forgetWhenOver(): void {
    if (this.#endedBy !== null && !this.#isServerOpen) this.#options.forget();
  }
}
