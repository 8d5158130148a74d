/**
 * TCP, and TLS where the listener has it, around the connection state machine: accepts, limits how many, writes answers with
 * writev, sweeps out what idles. Everything that decides lives in connection.ts; this file only holds sockets.
 *
 * When the process runs out of file descriptors the system refuses new connections; the listener says so and goes on.
 */
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from 'node:tls';
import { ApiKey } from '../../protocol/api-keys.ts';
import { formatListener } from '../config/listeners.ts';
import { giveBack, isLent } from '../platform/lent-buffers.ts';
import type { CancelTimer, Platform } from '../platform/platform.ts';
import type { Logger } from '../platform/logger.ts';
import {
  type Answer,
  Connection,
  ConnectionExpired,
  type ConnectionLimits,
  Farewell,
  type Outlet,
} from './connection.ts';
import { ANONYMOUS, type ConnectionIdentity } from './dispatcher.ts';
import type { FrameBounds } from './frame-reader.ts';
import { ListenerTraffic, type WaitingHere } from './listener-traffic.ts';
import { QuietLog } from './quiet-log.ts';

const SWEEP_INTERVAL_MS = 1_000;
const TLS_HANDSHAKE_MS = 30_000;
const KEEP_ALIVE_AFTER_MS = 60_000;

type Serve = (frame: Buffer, identity: ConnectionIdentity) => Answer | Promise<Answer>;

export interface ListenerTls {
  readonly options: TlsOptions;
  /** Who showed a certificate with this subject (`X509Certificate.subject`); null: nobody who is let in. */
  readonly principalOf: (subject: string) => string | null;
}

/** What stands between a connection and the requests that it sends. */
export interface Session {
  readonly frameBounds: FrameBounds;
  readonly mayOverlap: boolean;
  readonly serve: (frame: Buffer) => Answer | Promise<Answer>;
}

export interface SocketListenerOptions {
  readonly name: string;
  /** Where the user says the address: named when it cannot be had. */
  readonly configKey: string;
  /** Empty: every interface. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly backlog: number;
  readonly limits: ConnectionLimits;
  /** Asked at each new connection, because these keys can change while the broker runs. */
  readonly maxConnections: () => number;
  readonly maxConnectionsPerAddress: () => number;
  readonly serve: Serve;
  /** What comes from an address more often than it may is closed after so many milliseconds; 0 lets it in. */
  readonly refusalDelayMs?: (address: string) => number;
  /** Requests of clients that use up more than they may are held up; default: nobody's are. */
  readonly hasQuotas?: boolean;
  readonly tls?: ListenerTls | null;
  /** Makes clients prove who they are; default: nobody has to. */
  readonly sessionOf?:
    | ((
        serve: (frame: Buffer, principal: string | null) => ReturnType<Serve>,
        /** To be called once, when it is known who sends. */
        onKnown: () => void,
      ) => Session)
    | null;
  readonly platform: Pick<Platform, 'clock' | 'timers'>;
  readonly logger: Logger;
}

/** The address could not be bound: in use, not ours, or forbidden. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: string;

  constructor(
    { name, host, port, configKey }: Pick<SocketListenerOptions, 'name' | 'host' | 'port' | 'configKey'>,
    cause: NodeJS.ErrnoException,
  ) {
    const reasons: Readonly<Record<string, string>> = {
      EADDRINUSE: 'the port is in use by another process',
      EADDRNOTAVAIL: 'this machine does not have that address',
      EACCES: 'this user may not listen on that port',
      ENOTFOUND: 'the host name is not known',
    };
    const code = cause.code ?? 'UNKNOWN';
    super(
      `Cannot listen on ${formatListener({ name, host, port })}: ${reasons[code] ?? cause.message} (${code}). ` +
        `Change the key ${configKey}, or end what uses it.`,
      { cause },
    );
    this.code = code;
  }
}

interface Client {
  readonly socket: Socket;
  readonly connection: Connection;
}

export class SocketListener {
  readonly #options: SocketListenerOptions;
  readonly #server: Server;
  readonly #tls: Server | null;
  readonly #clients = new Set<Client>();
  /** Below TLS, also before its handshake is over. */
  readonly #sockets = new Set<Socket>();
  readonly #perAddress = new Map<string, number>();
  readonly #log: QuietLog;
  #cancelSweep: CancelTimer = () => undefined;
  #accepted = 0;
  readonly traffic: ListenerTraffic;

  constructor(options: SocketListenerOptions) {
    this.#options = options;
    this.traffic = new ListenerTraffic(options.name, options.platform.clock, () => this.#waiting());
    this.#log = new QuietLog(options.logger, () => options.platform.clock.monotonicMs());
    this.#server = createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS },
      (socket) => this.#accept(socket),
    );
    this.#tls = this.#tlsServer();
  }

  /** Binds. Rejects with ListenError. */
  async listen(): Promise<void> {
    const { name, host, port, backlog, platform } = this.#options;
    await new Promise<void>((resolve, reject) => {
      const refuse = (error: NodeJS.ErrnoException): void => reject(new ListenError(this.#options, error));
      this.#server.once('error', refuse);
      this.#server.listen({ ...(host === '' ? {} : { host }), port, backlog }, () => {
        this.#server.off('error', refuse);
        resolve();
      });
    });
    this.#server.on('error', (error) =>
      this.#log.warn(`Cannot accept a connection on ${name}: ${error.message}`),
    );
    this.#cancelSweep = platform.timers.every(SWEEP_INTERVAL_MS, () => {
      for (const client of this.#clients) client.connection.expire();
      this.traffic.settle();
    });
  }

  /** The port that was really bound. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connectionCount(): number {
    return this.#sockets.size;
  }

  /** Takes no new connections and drops those that are there. */
  async close(): Promise<void> {
    this.#cancelSweep();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const { socket, connection } of this.#clients) {
      connection.disconnected();
      socket.destroySoon();
    }
    // What a slow reader has not taken by the next turn is dropped: nothing may hold up the stop.
    await new Promise<void>((resolve) => this.#options.platform.timers.after(0, resolve));
    for (const { socket } of this.#clients) socket.destroy();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    const address = addressOf(socket);
    const { maxConnections, maxConnectionsPerAddress, name } = this.#options;
    const fromAddress = this.#perAddress.get(address) ?? 0;
    if (this.#sockets.size >= maxConnections() || fromAddress >= maxConnectionsPerAddress()) {
      this.#log.warn(`Refused a connection from ${address} on ${name}: too many connections.`);
      socket.destroy();
      return;
    }
    this.#perAddress.set(address, fromAddress + 1);
    this.#sockets.add(socket);
    this.traffic.count('connection-creation');
    socket.on('close', () => {
      this.traffic.count('connection-close');
      this.#sockets.delete(socket);
      this.#release(address);
    });
    const delayMs = this.#options.refusalDelayMs?.(address) ?? 0;
    if (delayMs > 0) this.#refuseLater(socket, delayMs);
    else if (this.#tls === null) this.#attach(socket, ANONYMOUS);
    else this.#tls.emit('connection', socket);
  }

  /** Closed at once it would only be tried again at once. */
  #refuseLater(socket: Socket, delayMs: number): void {
    const { name, platform } = this.#options;
    this.#log.warn(
      `Refused a connection from ${addressOf(socket)} on ${name}: more than its quota of connection_creation_rate.`,
    );
    socket.on('error', () => undefined);
    const cancel = platform.timers.after(delayMs, () => socket.destroy());
    socket.on('close', cancel);
  }

  /** Never listens itself: it is handed the sockets that were accepted. */
  #tlsServer(): Server | null {
    const { tls, name } = this.#options;
    if (!tls) return null;
    const server = createTlsServer({ ...tls.options, handshakeTimeout: TLS_HANDSHAKE_MS }, (socket) => {
      const principal = principalOf(socket, tls);
      if (principal === null) this.traffic.count('failed-authentication');
      else if (!this.#options.sessionOf) this.traffic.count('successful-authentication');
      if (principal !== null) this.#attach(socket, principal);
      else {
        this.#log.warn(
          `Refused ${addressOf(socket)} on ${name}: no rule maps the subject of its certificate.`,
        );
        socket.destroy();
      }
    });
    server.on('tlsClientError', (error, socket) => {
      this.traffic.count('failed-authentication');
      // Whose certificate is not vouched for is gone by now, and its address with it.
      const address = addressOf(socket);
      const from = address === '' ? '' : ` from ${address}`;
      this.#log.warn(`Refused a connection${from} on ${name}: ${tlsReason(error, socket)}.`);
      socket.destroy();
    });
    return server;
  }

  #attach(socket: Socket, principal: string): void {
    const { name, limits, platform, serve, sessionOf, hasQuotas } = this.#options;
    const address = addressOf(socket);
    this.#accepted += 1;
    const gone = new AbortController();
    const identity: ConnectionIdentity & { waitedMs: number } = {
      waitedMs: 0,
      ...(hasQuotas === true && { mute: (ms: number) => connection.mute(ms) }),
      connectionId: `${name}-${String(this.#accepted)}`,
      clientHost: `/${address}`,
      listenerName: name,
      principal,
      closed: gone.signal,
    };
    const session = sessionOf?.(
      (frame, proved) => serve(frame, proved === null ? identity : { ...identity, principal: proved }),
      () => this.traffic.count('successful-authentication'),
    );
    const connection = new Connection({
      outlet: outletOf(socket),
      limits,
      ...(session && { frameBounds: () => session.frameBounds }),
      serve: (frame, waitedMs) => {
        identity.waitedMs = waitedMs;
        this.traffic.count('response');
        return session ? session.serve(frame) : serve(frame, identity);
      },
      mayOverlap: (frame) => session?.mayOverlap !== false && isProduce(frame),
      nowMs: () => platform.clock.monotonicMs(),
      after: (ms, task) => platform.timers.after(ms, task),
      onAnswer: (answer) => {
        this.traffic.count('request');
        for (const { length } of answer) this.traffic.count('outgoing-byte', length);
      },
      onFailure: (error) => this.#report(address, error),
    });
    const client: Client = { socket, connection };
    this.#clients.add(client);
    socket.on('data', (chunk: Buffer) => {
      this.traffic.count('incoming-byte', chunk.length);
      connection.received(chunk);
    });
    socket.on('drain', () => connection.drained());
    // A reset is the ordinary end of many clients; 'close' follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      connection.disconnected();
      this.#clients.delete(client);
      gone.abort();
    });
  }

  #waiting(): WaitingHere {
    let requests = 0;
    let answers = 0;
    for (const { connection } of this.#clients) {
      requests += connection.queuedRequests;
      answers += connection.queuedAnswers;
    }
    return { connections: this.#sockets.size, requests, answers };
  }

  #release(address: string): void {
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }

  #report(address: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const closed = `Closed the connection of ${address} on ${this.#options.name}`;
    if (error instanceof Farewell) this.traffic.count('failed-authentication');
    if (error instanceof ConnectionExpired) {
      this.traffic.expired += 1;
      this.#log.info(`${closed}: ${message}.`);
    } else if (isClientMistake(error)) {
      this.#log.warn(`${closed}: ${message}.`);
    } else {
      this.#options.logger.error(`${closed} after a failure of the broker.`, error);
    }
  }
}

const CLIENT_MISTAKES: ReadonlySet<string> = new Set([
  ...['FrameError', 'RefusedRequest', 'ProtocolError', 'Farewell'],
]);

function isClientMistake(error: unknown): boolean {
  return error instanceof Error && CLIENT_MISTAKES.has(error.name);
}

function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** A certificate counts only when an authority vouches for it: where one is merely requested, any can be shown. */
function principalOf(socket: TLSSocket, { principalOf: mapped }: ListenerTls): string | null {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  return certificate === undefined ? ANONYMOUS : mapped(certificate.subject);
}

/** OpenSSL's own words without its file names, such as "wrong version number" for what is no TLS. */
function tlsReason(error: Error & { reason?: string }, { authorizationError }: TLSSocket): string {
  // Of node's type it is an error; what it is, is OpenSSL's code.
  const code = authorizationError as unknown;
  if (typeof code === 'string') return `no authority vouches for its certificate (${code})`;
  return `no TLS with it: ${error.reason ?? error.message}`;
}

function isProduce(frame: Buffer): boolean {
  return frame.readInt16BE(0) === (ApiKey.Produce as number);
}

function outletOf(socket: Socket): Outlet {
  return {
    write: (chunks, onTaken) => {
      const last = chunks.length - 1;
      if (last > 0) socket.cork();
      chunks.forEach((chunk, index) => {
        const taken = index === last ? onTaken : undefined;
        // The callback comes when the system has taken the bytes; after a failure they are left to the collector.
        if (isLent(chunk)) socket.write(chunk, (error) => void (error ?? (giveBack(chunk), taken?.())));
        else if (taken === undefined) socket.write(chunk);
        else socket.write(chunk, (error) => void (error ?? taken()));
      });
      if (last > 0) socket.uncork();
    },
    unsentBytes: () => socket.writableLength,
    pauseReading: () => void socket.pause(),
    resumeReading: () => void socket.resume(),
    close: () => void socket.destroy(),
    end: () => void socket.destroySoon(),
  };
}
