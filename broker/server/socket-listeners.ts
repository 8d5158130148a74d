/** A node's listeners on real sockets, each with the limits that the configuration sets. */
import { hostname } from 'node:os';
import type { BrokerConfig } from '../config/broker-config.ts';
import { advertisedEndpoint, type Listener } from '../config/listeners.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import type { ConnectionLimits } from './connection.ts';
import type { Dispatch } from './dispatcher.ts';
import type { Listen } from './listening.ts';
import { SocketListener } from './socket-listener.ts';

/** Requests of one connection that have arrived and wait their turn. */
const MAX_QUEUED_FRAMES = 64;
const MAX_QUEUED_BYTES = 4_194_304;

export interface SocketListenersOptions {
  readonly config: BrokerConfig;
  readonly platform: Pick<Platform, 'clock' | 'timers'>;
  readonly logger: Logger;
  /** Connections that the process has room for, whatever max.connections says. */
  readonly maxConnections: number;
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

function newListener(options: SocketListenersOptions, listener: Listener, serve: Dispatch): SocketListener {
  const { config, platform, logger, maxConnections } = options;
  return new SocketListener({
    ...listener,
    configKey: config.controllerListeners.includes(listener)
      ? 'controller.quorum.voters or listeners'
      : 'listeners',
    backlog: config.values['socket.listen.backlog.size'],
    limits: limitsOf(config),
    maxConnections: () => Math.min(config.values['max.connections'], maxConnections),
    maxConnectionsPerAddress: () => config.values['max.connections.per.ip'],
    serve,
    platform,
    logger: logger.named(`SocketServer listener=${listener.name}`),
  });
}

export function listenOnSockets(options: SocketListenersOptions): Listen {
  const { advertisedListeners } = options.config;
  return async (listeners, serve) => {
    const pairs = listeners.map((listener) => [listener, newListener(options, listener, serve)] as const);
    const close = async (): Promise<void> => {
      await Promise.all(pairs.map(([, socketListener]) => socketListener.close()));
    };
    try {
      for (const [, socketListener] of pairs) await socketListener.listen();
    } catch (error) {
      await close();
      throw error;
    }
    const endpoints = pairs.map(([listener, socketListener]) => {
      const told = advertisedEndpoint(listener, advertisedListeners, hostname(), socketListener.port);
      return { listenerName: told.name, host: told.host, port: told.port };
    });
    return {
      endpoints,
      port: pairs[0]?.[1].port ?? -1,
      get connectionCount() {
        return pairs.reduce((sum, [, socketListener]) => sum + socketListener.connectionCount, 0);
      },
      close,
    };
  };
}
