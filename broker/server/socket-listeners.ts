/** A node's listeners on real sockets, each with the limits and the protection that the configuration sets. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { BrokerConfig } from '../config/broker-config.ts';
import { type SaslMechanism, type SaslSettings, securityProtocolId } from '../config/listener-security.ts';
import { advertisedEndpoint, type Listener } from '../config/listeners.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';
import type { SaslExchange } from '../security/sasl/exchange.ts';
import { PlainExchange } from '../security/sasl/plain.ts';
import { SaslSession } from '../security/sasl/sasl-session.ts';
import { ScramServerExchange } from '../security/sasl/scram.ts';
import { distinguishedName } from '../security/tls/distinguished-name.ts';
import { tlsOptions } from './tls-files.ts';
import type { ConnectionLimits } from './connection.ts';
import type { Dispatch } from './dispatcher.ts';
import type { ClientAccess, Listen, ScramUsers } from './listening.ts';
import { type ListenerTls, SocketListener, type SocketListenerOptions } from './socket-listener.ts';

/** Requests of one connection that have arrived and wait their turn. */
const MAX_QUEUED_FRAMES = 64;
const MAX_QUEUED_BYTES = 4_194_304;
const NONCE_BYTES = 24;
/** Of salts for names that nobody has; a restart changes them, as a change of a password would. */
const DECOY_SECRET = randomBytes(32);

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

function tlsOf({ listenerSecurity }: BrokerConfig, { name }: Listener): ListenerTls | null {
  const tls = listenerSecurity.get(name)?.tls;
  if (!tls) return null;
  return {
    options: tlsOptions(name, tls),
    principalOf: (subject) => {
      const mapped = tls.principals.nameOf(distinguishedName(subject));
      return mapped === null ? null : `User:${mapped}`;
    },
  };
}

function begin(
  mechanism: SaslMechanism,
  { plainUsers }: SaslSettings,
  users: ScramUsers | null,
): SaslExchange | Promise<SaslExchange> {
  if (mechanism === 'PLAIN') return new PlainExchange((name) => plainUsers.get(name));
  const exchange = (): SaslExchange =>
    new ScramServerExchange({
      mechanism,
      credentialOf: (name) => users?.credentialOf(mechanism, name),
      nonce: randomBytes(NONCE_BYTES).toString('base64url'),
      decoySecret: DECOY_SECRET,
    });
  return Promise.resolve(users?.ready).then(exchange);
}

function sessionsOf(
  { config, platform }: SocketListenersOptions,
  { name }: Listener,
  users: ScramUsers | null,
): NonNullable<SocketListenerOptions['sessionOf']> | null {
  const settings = config.listenerSecurity.get(name)?.sasl;
  if (!settings) return null;
  return (serve, onKnown) =>
    new SaslSession({
      ...{ settings, serve, onKnown },
      begin: (mechanism) => begin(mechanism, settings, users),
      maxFrameBytes: limitsOf(config).maxFrameBytes,
      nowMs: () => platform.clock.monotonicMs(),
      pause: (ms) => new Promise((resolve) => platform.timers.after(ms, resolve)),
    });
}

function newListener(
  options: SocketListenersOptions,
  listener: Listener,
  serve: Dispatch,
  access: ClientAccess | null,
): SocketListener {
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
    tls: tlsOf(config, listener),
    sessionOf: sessionsOf(options, listener, access),
    ...(access && { refusalDelayMs: (address) => access.connection(address), hasQuotas: true }),
    platform,
    logger: logger.named(`SocketServer listener=${listener.name}`),
  });
}

export function listenOnSockets(options: SocketListenersOptions): Listen {
  const { advertisedListeners } = options.config;
  return async (listeners, serve, access) => {
    const pairs = listeners.map(
      (listener) => [listener, newListener(options, listener, serve, access)] as const,
    );
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
      const where = { listenerName: told.name, host: told.host, port: told.port };
      const protocol = options.config.listenerSecurity.get(listener.name)?.protocol ?? 'PLAINTEXT';
      return protocol === 'PLAINTEXT' ? where : { ...where, securityProtocol: securityProtocolId(protocol) };
    });
    return {
      endpoints,
      port: pairs[0]?.[1].port ?? -1,
      traffic: pairs.map(([, socketListener]) => socketListener.traffic),
      close,
    };
  };
}
