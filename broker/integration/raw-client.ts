/** Test support: a socket that speaks frames and nothing more, for sending what no client would send. */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { fixedBounds, FrameReader } from '../server/frame-reader.ts';
import { apiVersionsRequest } from '../../protocol/messages/18-api-versions.ts';
import { decodeMessage } from '../../protocol/schema/codec.ts';
import type { Decoded, Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import { encodeRequestFrame, readResponseHeader } from '../../protocol/wire/framing.ts';
import { Reader } from '../../protocol/wire/reader.ts';

const MAX_ANSWER_BYTES = 104_857_600;
/** A response is at least its correlation id. */
const MIN_ANSWER_BYTES = 4;

export class RawClient {
  readonly socket: Socket;
  readonly #frames: Buffer[] = [];
  readonly #reader = new FrameReader(fixedBounds(MAX_ANSWER_BYTES, MIN_ANSWER_BYTES));
  #wake: () => void = () => undefined;
  #correlationId = 0;
  isClosed = false;
  receivedBytes = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.receivedBytes += chunk.length;
      this.#reader.push(chunk, (frame) => this.#frames.push(Buffer.from(frame)));
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
      this.#wake();
    });
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    const client = new RawClient(socket);
    await once(socket, 'connect');
    return client;
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The next answer without its length, or null when the broker closes or stays silent for so long. */
  async nextFrame(timeoutMs = 60_000): Promise<Buffer | null> {
    const deadline = performance.now() + timeoutMs;
    while (this.#frames.length === 0 && !this.isClosed && performance.now() < deadline) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - performance.now());
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#frames.shift() ?? null;
  }

  /** Waits until the broker has closed the connection; false when it has not in time. */
  async untilClosed(timeoutMs = 60_000): Promise<boolean> {
    const frame = await this.nextFrame(timeoutMs);
    return frame === null && this.isClosed;
  }

  /** A correct request and its answer. */
  async request<Req extends MessageSchema, Res extends MessageSchema>(
    request: Req,
    response: Res,
    version: number,
    body: Encodable<Req>,
  ): Promise<Decoded<Res>> {
    this.#correlationId += 1;
    const header = { correlationId: this.#correlationId, clientId: 'raw' };
    this.send(Buffer.concat(encodeRequestFrame(request, version, header, body)));
    const frame = await this.nextFrame(30_000);
    if (frame === null) throw new Error(`no answer to ${request.name} version ${String(version)}`);
    const reader = new Reader(frame);
    const correlationId = readResponseHeader(reader, response, version);
    if (correlationId !== this.#correlationId)
      throw new Error(`answer to ${String(correlationId)} came instead`);
    return decodeMessage(response, version, frame.subarray(reader.position));
  }

  close(): void {
    this.socket.destroy();
  }
}

export function lengthPrefixed(body: Uint8Array): Buffer {
  const frame = Buffer.alloc(4 + body.length);
  frame.writeInt32BE(body.length);
  frame.set(body, 4);
  return frame;
}

/** A whole request frame without its length field. */
export function requestBytes<Req extends MessageSchema>(
  request: Req,
  version: number,
  body: Encodable<Req>,
): Buffer {
  return Buffer.concat(
    encodeRequestFrame(request, version, { correlationId: 7, clientId: 'raw' }, body),
  ).subarray(4);
}

export const anyApiVersionsRequest = requestBytes(apiVersionsRequest, 0, {});
