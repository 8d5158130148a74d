/**
 * Keys that say who this broker is, where it listens, and how many connections it takes. Names, types and, where nothing else is said,
 * defaults are Kafka's (SocketServerConfigs, ServerConfigs); keys beginning with `aquila.` are ours.
 */
import { int, list, long, oneOf, optional, text } from './config-key.ts';

export const identityKeys = {
  'broker.id': int(-1, 'Number of this broker in its cluster; the older name of node.id.', { min: -1 }),
  'node.id': int(-1, 'Number of this node in its cluster, 0 or more, different for each.', { min: -1 }),
  'broker.rack': optional(text('', 'Rack of this broker, told to clients in metadata.')),
  'zookeeper.connect': optional(text('', 'Accepted and not used: there is no ZooKeeper.')),
} as const;

export const networkKeys = {
  listeners: list(
    'PLAINTEXT://127.0.0.1:9092',
    'Addresses to listen on as NAME://host:port. An empty host or 0.0.0.0 means all interfaces.',
  ),
  'advertised.listeners': optional(
    list('', 'Addresses that clients are told to connect to, when they differ from listeners.', {
      updateMode: 'static',
    }),
  ),
  'listener.security.protocol.map': list(
    'PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL',
    'Security protocol by listener name, as NAME:PROTOCOL.',
  ),
  'inter.broker.listener.name': optional(text('', 'Name of the listener that brokers use among themselves.')),
  'security.inter.broker.protocol': oneOf(
    ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'],
    'PLAINTEXT',
    'Security protocol among brokers.',
  ),
  'host.name': optional(text('', 'Host to listen on when listeners is not set (as in Kafka before 3.0).')),
  port: optional(
    int(9092, 'Port to listen on when listeners is not set (as in Kafka before 3.0).', {
      min: 0,
      max: 65535,
    }),
  ),
  'advertised.host.name': optional(text('', 'Host told to clients when advertised.listeners is not set.')),
  'advertised.port': optional(
    int(9092, 'Port told to clients when advertised.listeners is not set.', { min: 0, max: 65535 }),
  ),
  'socket.send.buffer.bytes': int(102_400, 'SO_SNDBUF; -1 leaves it to the system.', { min: -1 }),
  'socket.receive.buffer.bytes': int(102_400, 'SO_RCVBUF; -1 leaves it to the system.', { min: -1 }),
  // Kafka's 50 is drained by a thread that does nothing else; here the kernel holds what comes while a request is worked on, and lets wait for a
  // second or longer whoever finds the queue full. Linux takes at most net.core.somaxconn, 4,096 by default.
  'socket.listen.backlog.size': int(1_024, 'Connections that may wait to be accepted.', { min: 1 }),
  'socket.request.max.bytes': int(104_857_600, 'Longest request; a longer one closes its connection.', {
    min: 1,
  }),
  'connections.max.idle.ms': long(600_000, 'A connection without traffic for this long is closed.'),
  'max.connections': int(2_147_483_647, 'Connections to this broker at one time.', {
    min: 0,
    updateMode: 'broker',
  }),
  'max.connections.per.ip': int(2_147_483_647, 'Connections from one address at one time.', {
    min: 0,
    updateMode: 'broker',
  }),
  'num.network.threads': int(3, "Accepted for Kafka's sake: one event loop serves all connections.", {
    min: 1,
    updateMode: 'broker',
  }),
  'num.io.threads': int(8, "Accepted for Kafka's sake: one event loop serves all requests.", {
    min: 1,
    updateMode: 'broker',
  }),
  'background.threads': int(10, "Accepted for Kafka's sake.", { min: 1, updateMode: 'broker' }),
  'queued.max.requests': int(500, 'Requests of all connections that may wait to be answered.', { min: 1 }),
  'request.timeout.ms': int(30_000, 'Longest wait of one node for another.'),
  'aquila.metrics.listener': optional(
    text(
      '',
      "host:port of the HTTP listener for /metrics, /jolokia and /health; else the environment's JMX_PORT.",
    ),
  ),
  'aquila.request.read.timeout.ms': long(
    30_000,
    'Longest time between the first and the last byte of a request.',
    {
      min: 1,
    },
  ),
  'aquila.connection.out.buffer.bytes': int(
    8_388_608,
    'Answers a client may leave unread before its connection is not read any further.',
    { min: 65_536 },
  ),
} as const;
