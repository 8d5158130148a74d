/**
 * The network between the nodes of a cluster, as TCP relays in this process: one in front of each listener that other
 * nodes use. Who connects says in its first request which node it is (the first number in its client id), so each
 * direction between two nodes can be cut and mended by itself, without rights on the machine; for both of a node's
 * listeners or only for the one where it is a controller. What is for a node can be held up to so many bytes a second, and
 * packets between a node and the others can get lost.
 *
 * A cut link swallows nothing: bytes wait, as they would in a sender's socket whose packets are dropped, and arrive late
 * when the link is mended, stale requests included. Connecting through a cut link works and then stays silent.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { freePort } from '../../scripts/testing/free-ports.ts';

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

/** What holds up bytes on their way. */
interface Pace {
  /** So much passes at a time. */
  readonly pieceBytes: number;
  /** Milliseconds until a piece that leaves now arrives. */
  delayMs(bytes: number): number;
}

/** All that goes to one node, when it goes slowly: in small pieces, so that all flows get their turn. */
class NarrowPipe implements Pace {
  readonly pieceBytes = 4_096;
  readonly #bytesPerSecond: number;
  /** performance.now() when what was sent last is through. */
  #freeMs = 0;

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  delayMs(bytes: number): number {
    const now = performance.now();
    this.#freeMs = Math.max(this.#freeMs, now) + (bytes * 1_000) / this.#bytesPerSecond;
    return this.#freeMs - now;
  }
}

/**
 * Packets of an Ethernet's size, each of which gets lost with some chance, as TCP makes it felt: sent again after its timeout,
 * which doubles with every loss (RFC 6298, with Linux's least of 200 ms), while all that was sent after it waits.
 */
class LossyPath implements Pace {
  readonly pieceBytes = 1_448;
  readonly #lostShare: number;

  constructor(lostShare: number) {
    this.#lostShare = lostShare;
  }

  delayMs(): number {
    let delay = 0;
    for (let timeout = 200; Math.random() < this.#lostShare; timeout *= 2) delay += timeout;
    return delay;
  }
}

/** One direction of one connection. */
class Flow {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #mayPass: () => boolean;
  readonly #pace: () => Pace | null;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #turn: NodeJS.Timeout | null = null;

  constructor(from: Socket, to: Socket, mayPass: () => boolean, pace: () => Pace | null) {
    this.#from = from;
    this.#to = to;
    this.#mayPass = mayPass;
    this.#pace = pace;
  }

  push(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes > MAX_WAITING_BYTES) this.#from.pause();
    this.pass();
  }

  pass(): void {
    // What is on its way is before all that waits.
    if (this.#turn !== null || !this.#mayPass()) return;
    const pace = this.#pace();
    if (pace !== null) return this.#squeeze(pace);
    for (const chunk of this.#waiting.splice(0)) this.#to.write(chunk);
    this.#waitingBytes = 0;
    this.#from.resume();
  }

  #squeeze(pace: Pace): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const piece = first.subarray(0, pace.pieceBytes);
    if (piece.length < first.length) this.#waiting[0] = first.subarray(piece.length);
    else this.#waiting.shift();
    this.#turn = setTimeout(() => {
      this.#turn = null;
      this.#waitingBytes -= piece.length;
      this.#to.write(piece);
      if (this.#waitingBytes <= MAX_WAITING_BYTES) this.#from.resume();
      this.pass();
    }, pace.delayMs(piece.length));
  }
}

interface Relayed {
  readonly there: Flow;
  readonly back: Flow;
}

export type NodeListener = 'broker' | 'controller';

interface Relay {
  readonly to: number;
  readonly listener: NodeListener;
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
  /** Pairs whose connections to controllers pass nothing, as "from>to" where `to` is the controller that `from` asks. */
  readonly #cutControllers = new Set<string>();
  readonly #pipes = new Map<number, Pace>();
  readonly #lossy = new Map<number, Pace>();

  /** Gives the port that other nodes are told in place of `port`, which belongs to node `to`. */
  async relay(to: number, port: number, listener: NodeListener): Promise<number> {
    const server = createServer((incoming) => this.#accept(incoming, to, port, listener));
    const own = await freePort();
    server.listen(own, '127.0.0.1');
    await once(server, 'listening');
    this.#relays.push({ to, listener, port: own, server });
    this.#targets.set(own, port);
    return own;
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
      const server = createServer((incoming) => this.#accept(incoming, node, target, relay.listener));
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

  /** Node `from` asks the controller on node `to` and neither is heard; as brokers the two still reach each other. */
  cutController(from: number, to: number): void {
    this.#cutControllers.add(`${String(from)}>${String(to)}`);
  }

  /** All that other nodes send to this one comes no faster. */
  limit(node: number, bytesPerSecond: number): void {
    this.#pipes.set(node, new NarrowPipe(bytesPerSecond));
  }

  /** This share of all packets between this node and the others gets lost. */
  lose(node: number, lostShare: number): void {
    this.#lossy.set(node, new LossyPath(lostShare));
  }

  /** Everything passes again, beginning with what waits. */
  mend(): void {
    this.#cut.clear();
    this.#cutControllers.clear();
    this.#pipes.clear();
    this.#lossy.clear();
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

  #pace(from: number, to: number): Pace | null {
    return this.#pipes.get(to) ?? this.#lossy.get(from) ?? this.#lossy.get(to) ?? null;
  }

  #passes(from: number, to: number, asks: string | null): boolean {
    return (
      !this.#cut.has(`${String(from)}>${String(to)}`) && (asks === null || !this.#cutControllers.has(asks))
    );
  }

  #accept(incoming: Socket, to: number, port: number, listener: NodeListener): void {
    let start: Buffer | null = Buffer.alloc(0);
    this.#keep(incoming);
    incoming.on('data', (chunk) => {
      if (start === null) return;
      start = Buffer.concat([start, chunk]);
      const from = senderOf(start);
      if (from === null) return;
      const first = start;
      start = null;
      const asks = listener === 'controller' ? `${String(from)}>${String(to)}` : null;
      this.#connect(incoming, { from, to, port, first, asks });
    });
  }

  #connect(
    incoming: Socket,
    connection: {
      readonly from: number;
      readonly to: number;
      readonly port: number;
      readonly first: Buffer;
      readonly asks: string | null;
    },
  ): void {
    const { from, to, port, first, asks } = connection;
    const outgoing = connect({ host: '127.0.0.1', port, noDelay: true });
    incoming.setNoDelay(true);
    this.#keep(outgoing);
    let isConnected = false;
    const passesThere = (): boolean => this.#passes(from, to, asks);
    const passesBack = (): boolean => this.#passes(to, from, asks);
    const mayStart = (): boolean => isConnected && passesThere();
    const there = new Flow(incoming, outgoing, mayStart, () => this.#pace(from, to));
    outgoing.on('connect', () => {
      isConnected = true;
      there.pass();
    });
    const back = new Flow(outgoing, incoming, passesBack, () => this.#pace(to, from));
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
    const wait = (other: Socket, passes: () => boolean, flow: Flow): void => {
      if (passes()) return endWith(other, flow);
      const timer = setInterval(() => {
        if (!passes() && !other.destroyed) return;
        clearInterval(timer);
        endWith(other, flow);
      }, 50);
      timer.unref();
    };
    incoming.on('close', () => wait(outgoing, passesThere, there));
    outgoing.on('close', () => wait(incoming, passesBack, back));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
