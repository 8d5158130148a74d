/**
 * The network between the nodes of a simulated cluster: connections that carry real frames, on virtual time, with faults
 * as TCP shows them. A message is never lost in the middle of a connection; a connection breaks, or stands still.
 *
 * - `cut`: bytes of one direction stop until `mend`. Callers see time-outs, and connections outlive it.
 * - `pause`: the process stands still, its machine does not: connections to it are made, and nothing is served.
 * - `kill`: the process is gone: its connections break at the other ends, and its address refuses.
 * - `powerOff`: the machine is gone: nobody is told, nothing answers, until `powerOn`.
 * - `stalls`: one connection alone stands still for a while, as after lost segments, and is overtaken by others.
 * - `breaksOneIn`: a connection is torn instead of carrying this frame.
 *
 * What a killed process still holds (a transport, connections, promises) reaches nobody: each transport belongs to the
 * life in which it was asked for. The same seed and the same calls give the same run.
 */
import { addressText } from '../../../kafka-client/address.ts';
import type { Clock, Random, Timers } from '../platform.ts';
import { type NodeAddress, type NodeConnection, type Transport, TransportError } from '../transport.ts';
import { MemoryConnection, type ServeFrame } from './memory-connection.ts';
import { MemoryPipe } from './memory-pipe.ts';

export type { FrameAnswer, ServedConnection, ServeFrame } from './memory-connection.ts';

export interface LinkDelay {
  readonly leastMs: number;
  /** Up to so much more, each time anew. */
  readonly jitterMs: number;
}

export interface MemoryNetworkOptions {
  readonly time: Clock & Timers;
  readonly random: Random;
  /** Of every link that `setDelay` does not name. Default: 1 ms, always. */
  readonly delay?: LinkDelay;
}

type MachineState = 'on' | 'paused' | 'off';

interface Listening {
  readonly nodeName: string;
  readonly serve: ServeFrame;
}

interface OpenConnection {
  readonly from: string;
  readonly to: string;
  readonly listening: Listening;
  readonly connection: MemoryConnection;
  readonly pipes: readonly MemoryPipe[];
}

export class MemoryNetwork {
  readonly #time: Clock & Timers;
  readonly #random: Random;
  #delay: LinkDelay;
  #breaksOneIn = 0;
  #stalls = { oneIn: 0, longestMs: 0 };
  readonly #delays = new Map<string, LinkDelay>();
  readonly #cuts = new Set<string>();
  readonly #states = new Map<string, MachineState>();
  /** How often each process has been ended. */
  readonly #lives = new Map<string, number>();
  readonly #listening = new Map<string, Listening>();
  /** Who ever listened there: where connections to the address go. */
  readonly #owners = new Map<string, string>();
  readonly #connections = new Set<OpenConnection>();
  /** Connections being made. */
  readonly #attempts = new Set<MemoryPipe>();
  #connectionNumber = 0;

  constructor({ time, random, delay = { leastMs: 1, jitterMs: 0 } }: MemoryNetworkOptions) {
    this.#time = time;
    this.#random = random;
    this.#delay = delay;
  }

  /** Of the process that runs there now. `timers`: those of the node, when they are not the network's own. */
  transportOf(nodeName: string, timers: Timers = this.#time): Transport {
    const life = this.#lifeOf(nodeName);
    return {
      connect: (address, { clientId, timeoutMs }) => {
        if (life !== this.#lifeOf(nodeName)) return new Promise(() => undefined);
        return this.#connect(nodeName, address, clientId, timeoutMs, timers);
      },
    };
  }

  /** Returns what ends it, with all connections to it. Throws when somebody listens there. */
  listen(nodeName: string, address: NodeAddress, serve: ServeFrame): () => void {
    const key = addressText(address);
    if (this.#listening.has(key)) throw new Error(`EADDRINUSE: ${key}`);
    const listening = { nodeName, serve };
    this.#listening.set(key, listening);
    this.#owners.set(key, nodeName);
    return () => {
      if (this.#listening.get(key) !== listening) return;
      this.#listening.delete(key);
      for (const open of [...this.#connections]) {
        if (open.listening === listening) open.connection.closeServer();
      }
    };
  }

  setDelay(delay: LinkDelay, from?: string, to?: string): void {
    if (from === undefined || to === undefined) this.#delay = delay;
    else this.#delays.set(linkKey(from, to), delay);
  }

  /** One frame in so many takes so much longer at most, and holds back those behind it. 0: none. */
  set stalls(stalls: { readonly oneIn: number; readonly longestMs: number }) {
    this.#stalls = stalls;
  }

  /** 0: never. */
  set breaksOneIn(frames: number) {
    this.#breaksOneIn = frames;
  }

  /** Bytes from the one to the other stop; the other direction goes on. */
  cut(from: string, to: string): void {
    if (from !== to) this.#cuts.add(linkKey(from, to));
  }

  mend(from: string, to: string): void {
    this.#cuts.delete(linkKey(from, to));
    this.#release();
  }

  /** All cuts and slow links are over. */
  mendAll(): void {
    this.#cuts.clear();
    this.#delays.clear();
    this.#release();
  }

  pause(nodeName: string): void {
    this.#states.set(nodeName, 'paused');
  }

  resume(nodeName: string): void {
    this.#states.set(nodeName, 'on');
    this.#release();
  }

  /** Connections between the two, or all of the one, are torn. */
  breakConnections(one: string, other?: string): void {
    for (const { from, to, connection } of [...this.#connections]) {
      const isBetween = from === one ? to : to === one ? from : null;
      if (isBetween !== null && (other === undefined || isBetween === other)) connection.break();
    }
  }

  /** The process is gone; the others hear of it, each as late as the links take, and `noticeAfterMs` more. */
  kill(nodeName: string, noticeAfterMs = 0): void {
    this.#end(nodeName, noticeAfterMs);
    this.#states.set(nodeName, 'on');
    this.#release();
  }

  /** Nobody hears of it. Connections to it take until their time is up, also those being made. */
  powerOff(nodeName: string): void {
    this.#end(nodeName, null);
    this.#states.set(nodeName, 'off');
  }

  powerOn(nodeName: string): void {
    if (this.#states.get(nodeName) === 'off') this.resume(nodeName);
  }

  #end(nodeName: string, noticeAfterMs: number | null): void {
    this.#lives.set(nodeName, this.#lifeOf(nodeName) + 1);
    for (const [key, listening] of [...this.#listening]) {
      if (listening.nodeName === nodeName) this.#listening.delete(key);
    }
    for (const { from, to, connection } of [...this.#connections]) {
      if (from === nodeName) connection.died('client', noticeAfterMs);
      if (to === nodeName) connection.died('server', noticeAfterMs);
    }
  }

  #lifeOf(nodeName: string): number {
    return this.#lives.get(nodeName) ?? 0;
  }

  #stateOf(nodeName: string): MachineState {
    return this.#states.get(nodeName) ?? 'on';
  }

  #release(): void {
    for (const pipe of [...this.#attempts]) pipe.released();
    for (const { pipes } of [...this.#connections]) for (const pipe of pipes) pipe.released();
  }

  /** `toKernel`: what the receiving machine does by itself, also while its process stands still. */
  #pipe(from: string, to: string, toKernel = false): MemoryPipe {
    return new MemoryPipe({
      timers: this.#time,
      nowMs: () => this.#time.monotonicMs(),
      delayMs: () => {
        const delay = this.#delays.get(linkKey(from, to)) ?? this.#delay;
        const { oneIn, longestMs } = this.#stalls;
        const stallMs = oneIn > 0 && this.#random.below(oneIn) === 0 ? this.#random.below(longestMs) : 0;
        return delay.leastMs + this.#random.below(delay.jitterMs + 1) + stallMs;
      },
      isHeld: () => {
        const state = this.#stateOf(to);
        return this.#cuts.has(linkKey(from, to)) || state === 'off' || (state === 'paused' && !toKernel);
      },
    });
  }

  #connect(
    from: string,
    address: NodeAddress,
    clientId: string,
    timeoutMs: number,
    timers: Timers,
  ): Promise<NodeConnection> {
    const key = addressText(address);
    const to = this.#owners.get(key) ?? address.host;
    const life = this.#lifeOf(from);
    const there = this.#pipe(from, to, true);
    const back = this.#pipe(to, from);
    this.#attempts.add(there).add(back);
    let open: MemoryConnection | null = null;
    return new Promise((resolve, reject) => {
      const done = (): void => {
        cancelTimer();
        there.close();
        back.close();
        this.#attempts.delete(there);
        this.#attempts.delete(back);
      };
      const cancelTimer = timers.after(timeoutMs, () => {
        done();
        if (life !== this.#lifeOf(from)) return;
        open?.close();
        reject(new TransportError('unreachable', `${key}: no connection within ${String(timeoutMs)} ms`));
      });
      there.send(() => {
        const listening = this.#listening.get(key);
        open = listening === undefined ? null : this.#open(from, listening, key, clientId, timers);
        // The asking process ended meanwhile.
        if (life !== this.#lifeOf(from)) {
          done();
          open?.died('client', 0);
          return;
        }
        back.send(() => {
          done();
          if (life !== this.#lifeOf(from)) return;
          if (open !== null) resolve(open);
          else reject(new TransportError('refused', `${key}: nobody listens there`));
        });
      });
    });
  }

  #open(
    from: string,
    listening: Listening,
    addressOfServer: string,
    clientId: string,
    timers: Timers,
  ): MemoryConnection {
    const to = listening.nodeName;
    const toServer = this.#pipe(from, to);
    const toClient = this.#pipe(to, from);
    const connection = new MemoryConnection({
      connectionId: `${from}-${String(++this.#connectionNumber)}`,
      clientHost: from,
      clientId,
      addressText: addressOfServer,
      serve: listening.serve,
      timers,
      toServer,
      toClient,
      breaksNow: () => this.#breaksOneIn > 0 && this.#random.below(this.#breaksOneIn) === 0,
      forget: () => void this.#connections.delete(open),
    });
    const open: OpenConnection = { from, to, listening, connection, pipes: [toServer, toClient] };
    this.#connections.add(open);
    return connection;
  }
}

function linkKey(from: string, to: string): string {
  return `${from}>${to}`;
}
