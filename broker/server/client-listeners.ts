/**
 * All listeners that clients connect to, with one dispatcher behind them. Connections are taken as soon as the ports
 * are bound; requests wait until `open` is called, so that nobody is told about a broker that is still starting.
 */
import { hostname } from 'node:os';
import type { ApiTable } from './dispatcher.ts';
import { createDispatcher } from './dispatcher.ts';
import type { BrokerServices } from '../apis/broker-services.ts';
import { advertisedEndpoint, type Listener } from '../config/listeners.ts';
import type { BrokerEndpoint } from '../controller/image.ts';
import type { Logger } from '../platform/logger.ts';
import { SocketListener } from './socket-listener.ts';
import type { ConnectionLimits } from './connection.ts';
import type { BrokerConfig } from '../config/broker-config.ts';

/** Requests of one connection that have arrived and wait their turn. */
const MAX_QUEUED_FRAMES = 64;
const MAX_QUEUED_BYTES = 4_194_304;

export interface ClientListenersOptions {
  readonly table: ApiTable<BrokerServices>;
  readonly services: BrokerServices;
  readonly logger: Logger;
  /** Connections that the process has room for, whatever max.connections says. */
  readonly maxConnections: number;
}

export class ClientListeners {
  readonly #options: ClientListenersOptions;
  readonly #listeners: readonly (readonly [Listener, SocketListener])[];
  #open: () => void = () => undefined;

  constructor(options: ClientListenersOptions) {
    this.#options = options;
    const { services, table, logger } = options;
    const dispatch = createDispatcher(table, services);
    let isOpen = false;
    const opened = new Promise<void>((resolve) => {
      this.#open = () => {
        isOpen = true;
        resolve();
      };
    });
    const { config, platform } = services;
    this.#listeners = config.listeners.map((listener) => [
      listener,
      new SocketListener({
        ...listener,
        backlog: config.values['socket.listen.backlog.size'],
        limits: limitsOf(config),
        maxConnections: () => Math.min(config.values['max.connections'], options.maxConnections),
        maxConnectionsPerAddress: () => config.values['max.connections.per.ip'],
        serve: (frame, identity) =>
          isOpen ? dispatch(frame, identity) : opened.then(() => dispatch(frame, identity)),
        platform,
        logger: logger.named(`SocketServer listener=${listener.name}`),
      }),
    ]);
  }

  /** Binds all of them. Rejects with ListenError, with what was bound closed again. */
  async listen(): Promise<void> {
    try {
      for (const [, socketListener] of this.#listeners) await socketListener.listen();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** From now on requests are served. */
  open(): void {
    this.#open();
  }

  /** What clients are told, with the ports that were really bound. */
  endpoints(): readonly BrokerEndpoint[] {
    const { advertisedListeners } = this.#options.services.config;
    return this.#listeners.map(([listener, socketListener]) => {
      const { name, host, port } = advertisedEndpoint(
        listener,
        advertisedListeners,
        hostname(),
        socketListener.port,
      );
      return { listenerName: name, host, port };
    });
  }

  /** The port of the first listener. */
  get port(): number {
    return this.#listeners[0]?.[1].port ?? -1;
  }

  get connectionCount(): number {
    return this.#listeners.reduce((sum, [, socketListener]) => sum + socketListener.connectionCount, 0);
  }

  async close(): Promise<void> {
    await Promise.all(this.#listeners.map(([, socketListener]) => socketListener.close()));
  }
}

function limitsOf({ values }: BrokerConfig): ConnectionLimits {
  return {
    maxFrameBytes: values['socket.request.max.bytes'],
    maxUnsentBytes: values['aquila.connection.out.buffer.bytes'],
    maxQueuedFrames: MAX_QUEUED_FRAMES,
    maxQueuedBytes: MAX_QUEUED_BYTES,
    idleMs: values['connections.max.idle.ms'],
    frameReadMs: values['aquila.request.read.timeout.ms'],
  };
}
