/**
 * One connection to one broker: frames out, frames in, answers matched to calls.
 *
 * Calls are pipelined; a broker answers in order, so the oldest call gets the next frame, and a correlation id that says
 * otherwise ends the connection. So does a call that times out: what comes after it could not be told apart. When
 * the connection ends, every waiting call is rejected, and none is ever sent twice from here.
 */
import type { Socket } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { decodeMessage, decodeMessageInParts } from '../protocol/schema/codec.ts';
import type { ElementReading } from '../protocol/schema/element-memory.ts';
import type { Decoded, Encodable, MessageSchema } from '../protocol/schema/notation.ts';
import {
  DEFAULT_MAX_FRAME_BYTES,
  encodeRequestFrame,
  readResponseHeader,
  type EncodedBody,
} from '../protocol/wire/framing.ts';
import { Reader } from '../protocol/wire/reader.ts';
import { requireVersion, type ApiCall, type BrokerVersions } from './api-call.ts';
import { ClientError } from './client-error.ts';
import { Inbox } from './inbox.ts';
import { freshMemory, ResponseFrames, type FrameMemory } from './response-frames.ts';
import { isSliceOver, nextSlice } from './slices.ts';
import { addressText, type BrokerAddress } from './address.ts';
import { openSocket, type ResolveHost } from './socket.ts';

/** Calls that may wait on one connection. */
const MAX_WAITING_CALLS = 1_024;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_REQUEST_TIMEOUT_MS = 30_000;
const DEFAULT_READ_BYTES = 65_536;

/** Told of every frame. Bytes include the frame's size field. */
export interface TrafficObserver {
  sent(apiKey: number, bytes: number): void;
  received(bytes: number): void;
}

export interface ConnectionOptions {
  readonly address: BrokerAddress;
  readonly clientId: string;
  /** Options of node:tls, or null for plain text. */
  readonly tls?: TlsOptions | null;
  readonly resolve?: ResolveHost | null;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  readonly maxFrameBytes?: number;
  /** What answers are read into; default: fresh memory for each. */
  readonly frameMemory?: FrameMemory;
  /** At most so many bytes are read at a time. Memory of that size is held while the connection is open. */
  readonly readBytes?: number;
  readonly observer?: TrafficObserver;
}

interface WaitingCall {
  readonly correlationId: number;
  readonly settle: (frame: Buffer) => void;
  readonly reject: (error: ClientError) => void;
  readonly timer: NodeJS.Timeout;
}

export interface CallOptions {
  readonly timeoutMs?: number;
  /** Decodes a long answer in slices, with turns for others in between. */
  readonly inSlices?: boolean;
  /** Takes a list out of the answer, in slices, and knows what of it was the same in the last one. One for each question. */
  readonly memory?: ElementReading;
}

/** Long answers, so that whatever else waits gets its turn. */
async function decodeInSlices<Res extends MessageSchema>(
  response: Res,
  version: number,
  body: Buffer,
  memory: ElementReading | null,
): Promise<Decoded<Res>> {
  const parts = decodeMessageInParts(response, version, body, memory);
  for (;;) {
    const part = parts.next();
    if (part.done === true) return part.value;
    if (isSliceOver()) await nextSlice();
  }
}

export class Connection {
  readonly address: BrokerAddress;
  /** What the broker serves; empty until `negotiate` of negotiation.ts has filled it. */
  versions: BrokerVersions = new Map();
  /** Resolves when the connection has ended, whoever ended it. */
  readonly ended: Promise<ClientError>;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #frames: ResponseFrames;
  readonly #waiting: WaitingCall[] = [];
  readonly #announceEnd: (error: ClientError) => void;
  #nextCorrelationId = 1;
  #endedBy: ClientError | null = null;
  #isRetired = false;

  private constructor(socket: Socket, inbox: Inbox, options: ConnectionOptions) {
    this.address = options.address;
    this.#socket = socket;
    this.#options = options;
    this.#frames = new ResponseFrames(
      options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES,
      options.frameMemory ?? freshMemory,
    );
    let announce: (error: ClientError) => void = () => undefined;
    this.ended = new Promise((resolve) => (announce = resolve));
    this.#announceEnd = announce;
    inbox.deliver((chunk) => this.#receive(chunk));
    socket.on('error', (cause) => this.#end('CONNECTION_CLOSED', cause.message, cause));
    socket.on('close', () => this.#end('CONNECTION_CLOSED', 'the broker closed the connection'));
  }

  /** Opens the socket; nothing is sent yet. */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const { address, tls = null, resolve = null } = options;
    const timeoutMs = options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS;
    const inbox = new Inbox(options.readBytes ?? DEFAULT_READ_BYTES);
    const socket = await openSocket(address, { tls, resolve, timeoutMs, onread: inbox });
    return new Connection(socket, inbox, options);
  }

  get isOpen(): boolean {
    return this.#endedBy === null;
  }

  /** Sends in the highest version both sides have. A body that depends on the version is given as a function of it. */
  async call<Req extends MessageSchema, Res extends MessageSchema>(
    api: ApiCall<Req, Res>,
    body: Encodable<Req> | ((version: number) => Encodable<Req> | EncodedBody),
    options: CallOptions = {},
  ): Promise<Decoded<Res>> {
    const version = requireVersion(api, this.versions, addressText(this.address));
    return this.callVersion(api, version, typeof body === 'function' ? body(version) : body, options);
  }

  async callVersion<Req extends MessageSchema, Res extends MessageSchema>(
    api: Pick<ApiCall<Req, Res>, 'request' | 'response'>,
    version: number,
    body: Encodable<Req> | EncodedBody,
    options: CallOptions = {},
  ): Promise<Decoded<Res>> {
    const frame = await this.exchange(api.request, version, body, options);
    try {
      const reader = new Reader(frame);
      readResponseHeader(reader, api.response, version);
      const answer = frame.subarray(reader.position);
      const { memory = null, inSlices = false } = options;
      if (memory !== null || inSlices) return await decodeInSlices(api.response, version, answer, memory);
      return decodeMessage(api.response, version, answer);
    } catch (cause) {
      throw this.#end('BAD_RESPONSE', cause instanceof Error ? cause.message : 'unreadable answer', cause);
    }
  }

  /** Sends one request and gives the raw frame of its answer, header included. */
  exchange<Req extends MessageSchema>(
    request: Req,
    version: number,
    body: Encodable<Req> | EncodedBody,
    options: CallOptions = {},
  ): Promise<Buffer> {
    if (this.#endedBy !== null) return Promise.reject(this.#endedBy);
    if (this.#waiting.length >= MAX_WAITING_CALLS) {
      const message = `${MAX_WAITING_CALLS} calls already wait for ${addressText(this.address)}`;
      return Promise.reject(new ClientError('OVERLOADED', message));
    }
    const { correlationId, pieces } = this.#frameOf(request, version, body);
    return new Promise((settle, reject) => {
      const timeoutMs = options.timeoutMs ?? this.#options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
      const timer = setTimeout(
        () => this.#end('REQUEST_TIMED_OUT', `${request.name} had no answer within ${timeoutMs} ms`),
        timeoutMs,
      );
      this.#waiting.push({ correlationId, settle, reject, timer });
      this.#send(request.apiKey, pieces);
    });
  }

  /** Sends one request that has no answer (Produce with acks=0). Throws when the connection has ended. */
  tell<Req extends MessageSchema, Res extends MessageSchema>(
    api: ApiCall<Req, Res>,
    body: Encodable<Req>,
  ): void {
    if (this.#endedBy !== null) throw this.#endedBy;
    const version = requireVersion(api, this.versions, addressText(this.address));
    this.#send(api.request.apiKey, this.#frameOf(api.request, version, body).pieces);
  }

  /** Ends the connection as soon as the waiting calls are answered. New calls are the caller's fault. */
  retire(): void {
    this.#isRetired = true;
    if (this.#waiting.length === 0) this.close();
  }

  /** Ends the connection; waiting calls are rejected with CLIENT_CLOSED. */
  close(): void {
    this.#end('CLIENT_CLOSED', 'this client was closed');
  }

  #frameOf<Req extends MessageSchema>(
    request: Req,
    version: number,
    body: Encodable<Req> | EncodedBody,
  ): { readonly correlationId: number; readonly pieces: readonly Buffer[] } {
    const correlationId = this.#nextCorrelationId;
    this.#nextCorrelationId = correlationId === 0x7fff_ffff ? 1 : correlationId + 1;
    const header = { correlationId, clientId: this.#options.clientId };
    return { correlationId, pieces: encodeRequestFrame(request, version, header, body) };
  }

  #send(apiKey: number, pieces: readonly Buffer[]): void {
    let bytes = 0;
    this.#socket.cork();
    for (const piece of pieces) {
      bytes += piece.length;
      this.#socket.write(piece);
    }
    this.#socket.uncork();
    this.#options.observer?.sent(apiKey, bytes);
  }

  #receive(chunk: Buffer): void {
    this.#options.observer?.received(chunk.length);
    try {
      for (const frame of this.#frames.push(chunk)) this.#settleNext(frame);
    } catch (cause) {
      this.#end('BAD_RESPONSE', cause instanceof Error ? cause.message : 'unreadable answer', cause);
    }
  }

  #settleNext(frame: Buffer): void {
    if (this.#endedBy !== null) return;
    const call = this.#waiting.shift();
    const correlationId = frame.readInt32BE(0);
    if (call === undefined) {
      this.#end('BAD_RESPONSE', `an answer (correlation id ${correlationId}) that nobody asked for`);
      return;
    }
    if (correlationId !== call.correlationId) {
      this.#waiting.unshift(call);
      this.#end('BAD_RESPONSE', `correlation id ${correlationId} where ${call.correlationId} was due`);
      return;
    }
    clearTimeout(call.timer);
    call.settle(frame);
    if (this.#isRetired && this.#waiting.length === 0) this.close();
  }

  /** The first reason counts; later ones are consequences. */
  #end(code: ClientError['code'], reason: string, cause?: unknown): ClientError {
    if (this.#endedBy !== null) return this.#endedBy;
    const text = `${addressText(this.address)}: ${reason}`;
    const error = new ClientError(code, text, cause === undefined ? {} : { cause });
    this.#endedBy = error;
    this.#socket.destroy();
    for (const call of this.#waiting.splice(0)) {
      clearTimeout(call.timer);
      call.reject(error);
    }
    this.#announceEnd(error);
    return error;
  }
}
