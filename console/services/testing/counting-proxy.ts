/**
 * Test support: a relay before one broker that passes bytes on as they are and counts them, independently of the client that
 * does its own counting: requests by API from the first bytes of each frame, bytes both ways, by the name the client gives itself.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What one client did. */
export interface ClientCount {
  /** Requests by API key. */
  readonly requests: Map<number, number>;
  bytesSent: number;
  bytesReceived: number;
}

/** Size, API key, version, correlation id, and the length of the client's name before the name itself. */
const SIZE_BYTES = 4;
const NAME_AT = 14;

export class CountingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Map<string, ClientCount>();
  /** Where the broker listens; set once it does. */
  brokerPort = 0;

  private constructor() {
    this.#server = createServer((client) => this.#relay(client));
  }

  static async start(): Promise<CountingProxy> {
    const proxy = new CountingProxy();
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** All of them together. */
  clients(): ClientCount[] {
    return [...this.#clients.values()];
  }

  /** By the name that the client gives itself. */
  count(clientId: string): ClientCount {
    let found = this.#clients.get(clientId);
    if (found === undefined) {
      found = { requests: new Map(), bytesSent: 0, bytesReceived: 0 };
      this.#clients.set(clientId, found);
    }
    return found;
  }

  #relay(client: Socket): void {
    const broker = connect(this.brokerPort, '127.0.0.1');
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    let [pending, name] = [Buffer.alloc(0), ''];
    client.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= SIZE_BYTES && pending.length >= SIZE_BYTES + pending.readInt32BE(0)) {
        const frame = pending.subarray(0, SIZE_BYTES + pending.readInt32BE(0));
        pending = pending.subarray(frame.length);
        const apiKey = frame.readInt16BE(SIZE_BYTES);
        name = frame.toString('utf8', NAME_AT, NAME_AT + frame.readInt16BE(NAME_AT - 2));
        const { requests } = this.count(name);
        requests.set(apiKey, (requests.get(apiKey) ?? 0) + 1);
        this.count(name).bytesSent += frame.length;
      }
      broker.write(chunk);
    });
    broker.on('data', (chunk) => {
      this.count(name).bytesReceived += chunk.length;
      client.write(chunk);
    });
  }
}
