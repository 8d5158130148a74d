/**
 * A relay in front of a broker's client listener that lets every request through and now and then loses an acknowledgement:
 * the connection ends just before the answer to every so many-th Produce request, so that the client cannot know, and has
 * to send again what is already stored.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

const PRODUCE = 0;

/** Cuts a stream of frames at their sizes. */
class Frames {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const frames: Buffer[] = [];
    while (this.#rest.length >= 4) {
      const end = 4 + this.#rest.readInt32BE(0);
      if (this.#rest.length < end) break;
      frames.push(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(end);
    }
    return frames;
  }
}

export class LosingRelay {
  readonly #server: Server;
  readonly #every: number;
  readonly #sockets = new Set<Socket>();
  #answers = 0;
  lost = 0;

  /** `port` is the broker's; the relay's own is in `port` of what is returned. */
  static async start(port: number, every: number): Promise<LosingRelay> {
    const relay = new LosingRelay(port, every);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  private constructor(port: number, every: number) {
    this.#every = every;
    this.#server = createServer((incoming) => this.#relay(incoming, port));
  }

  get port(): number {
    const address = this.#server.address();
    return address === null || typeof address === 'string' ? 0 : address.port;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #relay(incoming: Socket, port: number): void {
    const outgoing = connect({ host: '127.0.0.1', port, noDelay: true });
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    const requests = new Frames();
    const answers = new Frames();
    /** API keys of the requests that are not answered yet. */
    const waiting: number[] = [];
    incoming.on('data', (chunk) => {
      for (const frame of requests.push(chunk)) {
        waiting.push(frame.readInt16BE(4));
        outgoing.write(frame);
      }
    });
    outgoing.on('data', (chunk) => {
      for (const frame of answers.push(chunk)) {
        if (waiting.shift() === PRODUCE && ++this.#answers % this.#every === 0) {
          this.lost += 1;
          incoming.destroy();
          return;
        }
        incoming.write(frame);
      }
    });
  }
}
