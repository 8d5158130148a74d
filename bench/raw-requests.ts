/** Requests as bytes on a socket, one at a time: for benchmarks in which a client library would be measured too. */
import { connect, type Socket } from 'node:net';
import type { Encodable, MessageSchema } from '../protocol/schema/notation.ts';
import { encodeRequestFrame } from '../protocol/wire/framing.ts';

const sizeBytes = 4;

/** A whole request frame. */
export function requestBytes<S extends MessageSchema>(
  schema: S,
  version: number,
  body: Encodable<S>,
): Buffer {
  return Buffer.concat(encodeRequestFrame(schema, version, { correlationId: 1, clientId: 'bench' }, body));
}

export class RawClient {
  readonly #socket: Socket;
  #received: (chunk: Buffer) => void = () => undefined;
  #failed: (error: Error) => void = () => undefined;

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawClient(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('error', (error) => this.#failed(error));
    socket.on('close', () => this.#failed(new Error('the connection was closed')));
  }

  /** The answer's frame without its size, copied together. */
  async ask(request: Buffer): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let total = -1;
    let count = 0;
    await this.#exchange(request, (chunk) => {
      chunks.push(chunk);
      count += chunk.length;
      if (total < 0 && count >= sizeBytes) total = sizeBytes + Buffer.concat(chunks).readInt32BE(0);
      return count === total;
    });
    return Buffer.concat(chunks).subarray(sizeBytes);
  }

  /** The answer's beginning; the rest is counted and dropped. `answerBytes` null: as the frame's size says. */
  async askForMuch(request: Buffer, answerBytes: number | null): Promise<Buffer> {
    let first: Buffer | null = null;
    let total = answerBytes ?? -1;
    let count = 0;
    await this.#exchange(request, (chunk) => {
      first ??= chunk;
      if (total < 0) total = sizeBytes + chunk.readInt32BE(0);
      count += chunk.length;
      return count >= total;
    });
    return first ?? Buffer.alloc(0);
  }

  #exchange(request: Buffer, isComplete: (chunk: Buffer) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#failed = reject;
      this.#received = (chunk) => {
        if (isComplete(chunk)) resolve();
      };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#failed = () => undefined;
    this.#socket.destroy();
  }
}
