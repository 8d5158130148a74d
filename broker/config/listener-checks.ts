/**
 * Where a node listens and what it tells others: listeners for clients and for controllers, what is advertised, and
 * which of them brokers use among themselves. Throws ConfigError at the key that the user would change.
 *
 * A controller whose `listeners` has no controller listener listens where controller.quorum.voters says it does.
 */
import type { BrokerConfigParts } from './broker-config.ts';
import {
  type ListenerSecurity,
  listenerSecurity,
  SECURITY_PROTOCOLS,
  type SecurityProtocol,
} from './listener-security.ts';
import { type Listener, formatListener, isWildcard, parseHostPort, parseListener } from './listeners.ts';
import { type NodeSecurity, roadSecurity } from './node-security.ts';
import type { Road } from '../platform/transport.ts';
import type { QuorumParts } from './quorum-checks.ts';
import type { SettingsReader } from './settings-reader.ts';

const DEFAULT_CONTROLLER_LISTENER = 'CONTROLLER';

export type ListenerParts = Pick<
  BrokerConfigParts,
  | 'listeners'
  | 'advertisedListeners'
  | 'controllerListeners'
  | 'listenerSecurity'
  | 'interBrokerListenerName'
  | 'nodeSecurity'
  | 'metricsListener'
>;

function parseListeners(
  reader: SettingsReader,
  name: 'listeners' | 'advertised.listeners',
): readonly Listener[] {
  const listeners = (reader.value(name) ?? []).map(
    (text) =>
      parseListener(text) ?? reader.refuse(name, `must be a list of NAME://host:port, and ${text} is not`),
  );
  const names = listeners.map((listener) => listener.name);
  if (new Set(names).size !== names.length) reader.refuse(name, 'names the same listener twice');
  return listeners;
}

/** Kafka before 3.0 took host.name and port where listeners was not set. */
function boundListeners(reader: SettingsReader, isBroker: boolean): readonly Listener[] {
  if (!reader.has('listeners')) {
    if (!isBroker) return [];
    if (reader.has('port') || reader.has('host.name'))
      return [
        { name: 'PLAINTEXT', host: reader.value('host.name') ?? '', port: reader.value('port') ?? 9092 },
      ];
  }
  return parseListeners(reader, 'listeners');
}

function advertisedListeners(reader: SettingsReader, bound: readonly Listener[]): readonly Listener[] {
  if (
    !reader.has('advertised.listeners') &&
    (reader.has('advertised.host.name') || reader.has('advertised.port'))
  ) {
    const first = bound[0] ?? { name: 'PLAINTEXT', host: '', port: 9092 };
    const host = reader.value('advertised.host.name') ?? first.host;
    return [{ name: first.name, host, port: reader.value('advertised.port') ?? first.port }];
  }
  const advertised = parseListeners(reader, 'advertised.listeners');
  for (const listener of advertised) {
    if (isWildcard(listener.host) && listener.host !== '') {
      reader.refuse(
        'advertised.listeners',
        `must name a host that clients can reach, and ${listener.host} is none`,
      );
    }
    if (!bound.some((other) => other.name === listener.name)) {
      reader.refuse('advertised.listeners', `names ${listener.name}, which is not among listeners`);
    }
  }
  return advertised;
}

function securityProtocols(reader: SettingsReader): ReadonlyMap<string, SecurityProtocol> {
  const pairs = new Map<string, SecurityProtocol>();
  for (const entry of reader.value('listener.security.protocol.map')) {
    const [name, written, ...rest] = entry.split(':');
    const protocol = SECURITY_PROTOCOLS.find((known) => known === written?.toUpperCase());
    if (!name || protocol === undefined || rest.length > 0) {
      const protocols = SECURITY_PROTOCOLS.join(', ');
      reader.refuse(
        'listener.security.protocol.map',
        `must be a list of NAME:PROTOCOL with ${protocols}, and ${entry} is not`,
      );
    }
    pairs.set(name.toUpperCase(), protocol);
  }
  return pairs;
}

/** By listener; those of controllers need not be bound here to be known, and are PLAINTEXT where nothing says otherwise. */
function protocolsOf(
  reader: SettingsReader,
  listeners: readonly Listener[],
  controllers: readonly string[],
): ReadonlyMap<string, SecurityProtocol> {
  const protocols = securityProtocols(reader);
  const known = new Map<string, SecurityProtocol>();
  for (const name of controllers) known.set(name, protocols.get(name) ?? 'PLAINTEXT');
  for (const { name } of listeners) {
    const mapped = protocols.get(name) ?? known.get(name);
    if (mapped === undefined) {
      const fix = `names ${name}, which listener.security.protocol.map does not know`;
      reader.refuse('listeners', fix);
    }
    known.set(name, mapped);
  }
  return known;
}

/** By name, or the first of the protocol that brokers speak among themselves. */
function interBrokerListener(
  reader: SettingsReader,
  clients: readonly Listener[],
  protocols: ReadonlyMap<string, SecurityProtocol>,
  clusterOfOne: boolean,
): string {
  const named = reader.value('inter.broker.listener.name')?.toUpperCase();
  const protocol = reader.value('security.inter.broker.protocol');
  if (named !== undefined && reader.has('security.inter.broker.protocol'))
    reader.refuse(
      'security.inter.broker.protocol',
      'must be left out where inter.broker.listener.name is set',
    );
  const ofProtocol = clients.find(({ name }) => protocols.get(name) === protocol);
  const first = clusterOfOne ? clients[0] : undefined;
  const chosen = named === undefined ? (ofProtocol ?? first) : clients.find(({ name }) => name === named);
  if (clients.length === 0) return named ?? protocol;
  if (chosen === undefined) {
    if (named !== undefined)
      reader.refuse('inter.broker.listener.name', 'must be the name of one of listeners');
    const fix = `has none of ${protocol}, which brokers speak among themselves: name another with inter.broker.listener.name`;
    reader.refuse('listeners', fix);
  }
  return chosen.name;
}

/** The listeners of the controllers' names among those that are bound, or the one that the voters promise. */
function controllerListeners(
  reader: SettingsReader,
  bound: readonly Listener[],
  names: readonly string[],
  { ownVoter, clusterOfOne }: QuorumParts,
): readonly Listener[] {
  const controllers = bound.filter((listener) => names.includes(listener.name));
  if (ownVoter === null) {
    const [extra] = controllers;
    if (extra !== undefined && !clusterOfOne) {
      const fix = `has ${formatListener(extra)}, and this node is no controller: leave it out`;
      reader.refuse('listeners', fix);
    }
    return controllers;
  }
  const { host, port } = ownVoter;
  const [first] = controllers;
  if (first === undefined) return [{ name: names[0] ?? DEFAULT_CONTROLLER_LISTENER, host, port }];
  if (first.port === 0) {
    const fix = `must give ${first.name} the port that the others know of it: controller.quorum.voters says ${String(port)}`;
    reader.refuse('listeners', fix);
  }
  return controllers;
}

function refuseSharedPorts(
  reader: SettingsReader,
  clients: readonly Listener[],
  controllers: readonly Listener[],
): void {
  const ports = clients.map(({ port }) => port).filter((port) => port !== 0);
  if (new Set(ports).size !== ports.length) reader.refuse('listeners', 'uses the same port twice');
  const shared = controllers.find(({ port }) => port !== 0 && ports.includes(port));
  if (shared === undefined) return;
  const fix = `uses port ${String(shared.port)} for ${shared.name} and for clients: give the controller a port of its own`;
  reader.refuse(reader.has('listeners') ? 'listeners' : 'controller.quorum.voters', fix);
}

function metricsListenerOf(reader: SettingsReader): BrokerConfigParts['metricsListener'] {
  const text = reader.value('aquila.metrics.listener');
  if (text === null) return null;
  return parseHostPort(text) ?? reader.refuse('aquila.metrics.listener', 'must be host:port');
}

/** A cluster of one reaches nobody; a controller asks brokers only whether they are there, and how far their logs go. */
function nodeSecurityOf(
  reader: SettingsReader,
  { clusterOfOne }: QuorumParts,
  roads: Readonly<Record<Road, readonly [listenerName: string, protocol: SecurityProtocol]>>,
): NodeSecurity {
  const of = (road: Road): NodeSecurity[Road] => {
    const [listenerName, protocol] = roads[road];
    return roadSecurity(reader, road, listenerName, clusterOfOne ? 'PLAINTEXT' : protocol);
  };
  return { broker: of('broker'), controller: of('controller') };
}

export function listenersOf(reader: SettingsReader, quorum: QuorumParts): ListenerParts {
  const bound = boundListeners(reader, quorum.roles.broker);
  const named = reader.value('controller.listener.names').map((name) => name.toUpperCase());
  const names = named.length === 0 && !quorum.clusterOfOne ? [DEFAULT_CONTROLLER_LISTENER] : named;
  const protocols = protocolsOf(reader, bound, names);
  const clients = bound.filter((listener) => !names.includes(listener.name));
  const { broker } = quorum.roles;
  if (broker && clients.length === 0) reader.refuse('listeners', 'must contain a listener for clients');
  const [extra] = clients;
  if (!broker && extra !== undefined) {
    const fix = `has ${formatListener(extra)}, and this node is no broker: leave it out`;
    reader.refuse('listeners', fix);
  }
  const controllers = controllerListeners(reader, bound, names, quorum);
  refuseSharedPorts(reader, clients, controllers);
  // A controller that is no broker has not bound what brokers have for each other.
  const mapped = securityProtocols(reader);
  const protocolOf = (name: string): SecurityProtocol =>
    protocols.get(name) ?? mapped.get(name) ?? 'PLAINTEXT';
  const interBrokerListenerName = interBrokerListener(reader, clients, protocols, quorum.clusterOfOne);
  return {
    listeners: clients,
    controllerListeners: controllers,
    advertisedListeners: advertisedListeners(reader, [...clients, ...controllers]),
    listenerSecurity: new Map(
      [...clients, ...controllers].map((listener): [string, ListenerSecurity] => [
        listener.name,
        listenerSecurity(reader, listener, protocolOf(listener.name)),
      ]),
    ),
    interBrokerListenerName,
    nodeSecurity: nodeSecurityOf(reader, quorum, {
      broker: [interBrokerListenerName, protocolOf(interBrokerListenerName)],
      controller: [
        names[0] ?? DEFAULT_CONTROLLER_LISTENER,
        protocolOf(names[0] ?? DEFAULT_CONTROLLER_LISTENER),
      ],
    }),
    metricsListener: metricsListenerOf(reader),
  };
}
