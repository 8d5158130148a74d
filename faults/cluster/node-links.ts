/**
 * The network between the nodes of a cluster, as TCP relays in this process: one in front of each listener that other
 * nodes use. Who connects says in its first request which node it is (the first number in its client id), so each
 * direction between two nodes can be cut and mended by itself, without rights on the machine.
 *
 * A cut link swallows nothing: bytes wait, as they would in a sender's socket whose packets are dropped, and arrive late
 * when the link is mended, stale requests included. Connecting through a cut link works and then stays silent.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** Size, API key, version, correlation id, length of the client id. */
const BYTES_BEFORE_CLIENT_ID = 14;
/** Beyond this a relay stops reading from the sender, as a full socket buffer does. */
const MAX_WAITING_BYTES = 1_048_576;

/** The node that opened the connection, from the start of its first request; null while more bytes are needed. */
export function senderOf(bytes: Buffer): number | null {
  if (bytes.length < BYTES_BEFORE_CLIENT_ID) return null;
  const length = Math.max(0, bytes.readInt16BE(BYTES_BEFORE_CLIENT_ID - 2));
  if (bytes.length < BYTES_BEFORE_CLIENT_ID + length) return null;
  const clientId = bytes.toString('utf8', BYTES_BEFORE_CLIENT_ID, BYTES_BEFORE_CLIENT_ID + length);
  const number = /\d+/.exec(clientId)?.[0];
  return number === undefined ? -1 : Number(number);
}

/** One direction of one connection. */
class Flow {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #mayPass: () => boolean;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;

  constructor(from: Socket, to: Socket, mayPass: () => boolean) {
    this.#from = from;
    this.#to = to;
    this.#mayPass = mayPass;
  }

  push(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes > MAX_WAITING_BYTES) this.#from.pause();
    this.pass();
  }

  pass(): void {
    if (!this.#mayPass()) return;
    for (const chunk of this.#waiting.splice(0)) this.#to.write(chunk);
    this.#waitingBytes = 0;
    this.#from.resume();
  }
}

interface Relayed {
  readonly there: Flow;
  readonly back: Flow;
}

interface Relay {
  readonly to: number;
  readonly port: number;
  server: Server | null;
}

export class NodeLinks {
  readonly #relays: Relay[] = [];
  /** The node's own port, by the relay's. */
  readonly #targets = new Map<number, number>();
  readonly #sockets = new Set<Socket>();
  readonly #relayed = new Set<Relayed>();
  /** Directions through which nothing passes, as "from>to". */
  readonly #cut = new Set<string>();

  /** Gives the port that other nodes are told in place of `port`, which belongs to node `to`. */
  async relay(to: number, port: number): Promise<number> {
    const server = createServer((incoming) => this.#accept(incoming, to, port));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the relay has no port');
    this.#relays.push({ to, port: address.port, server });
    this.#targets.set(address.port, port);
    return address.port;
  }

  /** The process of this node is gone: whoever connects is refused, as by the machine it ran on. */
  refuse(node: number): void {
    for (const relay of this.#relays) {
      if (relay.to !== node) continue;
      relay.server?.close();
      relay.server = null;
    }
  }

  /** The process of this node is there again. */
  async accept(node: number): Promise<void> {
    for (const relay of this.#relays) {
      if (relay.to !== node || relay.server !== null) continue;
      const target = this.#targets.get(relay.port) ?? 0;
      const server = createServer((incoming) => this.#accept(incoming, node, target));
      relay.server = server;
      server.listen(relay.port, '127.0.0.1');
      await once(server, 'listening');
    }
  }

  /** Nothing that `from` sends reaches `to` any more, neither its requests nor its answers. */
  cut(from: number, to: number): void {
    this.#cut.add(`${String(from)}>${String(to)}`);
  }

  /** Both directions between this node and each of the others. */
  isolate(node: number, others: readonly number[]): void {
    for (const other of others) {
      if (other === node) continue;
      this.cut(node, other);
      this.cut(other, node);
    }
  }

  /** Everything passes again, beginning with what waits. */
  mend(): void {
    this.#cut.clear();
    for (const { there, back } of this.#relayed) {
      there.pass();
      back.pass();
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const servers = this.#relays.flatMap(({ server }) => server ?? []);
    await Promise.all(
      servers.map((server) => new Promise<void>((resolve) => void server.close(() => resolve()))),
    );
  }

  #accept(incoming: Socket, to: number, port: number): void {
    let start: Buffer | null = Buffer.alloc(0);
    this.#keep(incoming);
    incoming.on('data', (chunk) => {
      if (start === null) return;
      start = Buffer.concat([start, chunk]);
      const from = senderOf(start);
      if (from === null) return;
      const first = start;
      start = null;
      this.#connect(incoming, { from, to, port, first });
    });
  }

  #connect(
    incoming: Socket,
    {
      from,
      to,
      port,
      first,
    }: { readonly from: number; readonly to: number; readonly port: number; readonly first: Buffer },
  ): void {
    const outgoing = connect({ host: '127.0.0.1', port, noDelay: true });
    incoming.setNoDelay(true);
    this.#keep(outgoing);
    let isConnected = false;
    const there = new Flow(
      incoming,
      outgoing,
      () => isConnected && !this.#cut.has(`${String(from)}>${String(to)}`),
    );
    outgoing.on('connect', () => {
      isConnected = true;
      there.pass();
    });
    const back = new Flow(outgoing, incoming, () => !this.#cut.has(`${String(to)}>${String(from)}`));
    const relayed = { there, back };
    this.#relayed.add(relayed);
    there.push(first);
    incoming.on('data', (chunk) => there.push(chunk));
    outgoing.on('data', (chunk) => back.push(chunk));
    // The end of a connection is news that a cut link does not carry.
    const endWith = (other: Socket, flow: Flow): void => {
      this.#relayed.delete(relayed);
      flow.pass();
      other.destroy();
    };
    const wait = (other: Socket, direction: string, flow: Flow): void => {
      if (!this.#cut.has(direction)) return endWith(other, flow);
      const timer = setInterval(() => {
        if (this.#cut.has(direction) && !other.destroyed) return;
        clearInterval(timer);
        endWith(other, flow);
      }, 50);
      timer.unref();
    };
    incoming.on('close', () => wait(outgoing, `${String(from)}>${String(to)}`, there));
    outgoing.on('close', () => wait(incoming, `${String(to)}>${String(from)}`, back));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
