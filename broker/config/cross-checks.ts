/**
 * What several keys mean together: identity (node.id and broker.id), roles and voters, listeners and what is
 * advertised, data directories, and defaults that depend on the number of brokers. Throws ConfigError at the key
 * that the user would change.
 */
import {
  type BrokerConfigParts,
  type BrokerKeyName,
  type BrokerValues,
  brokerKeys,
} from './broker-config.ts';
import { ConfigError } from './config-error.ts';
import { type Listener, formatListener, isWildcard, parseHostPort, parseListener } from './listeners.ts';
import type { Setting, Settings } from './read-broker-config.ts';

const NOWHERE: Setting = { text: '', where: 'configuration' };

/** Reads settings with defaults, and complains at the right place. */
class Reader {
  readonly settings: Settings;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  value<Name extends BrokerKeyName>(name: Name): BrokerValues[Name] {
    const text = this.settings.get(name)?.text ?? brokerKeys[name].defaultText;
    return (text === null ? null : brokerKeys[name].parse(text)) as BrokerValues[Name];
  }

  has(name: BrokerKeyName): boolean {
    return this.settings.has(name);
  }

  refuse(name: BrokerKeyName, expected: string): never {
    const { text, where } = this.settings.get(name) ?? NOWHERE;
    throw new ConfigError({ where, key: name, value: this.has(name) ? text : null, expected });
  }
}

function nodeIdOf(reader: Reader): number {
  const node = reader.value('node.id');
  const broker = reader.value('broker.id');
  if (reader.has('node.id') && reader.has('broker.id') && node !== broker) {
    reader.refuse('broker.id', `must be the same as node.id (${String(node)}); leave one of them out`);
  }
  const id = reader.has('node.id') ? node : broker;
  if (id >= 0) return id;
  if (reader.has('process.roles')) reader.refuse('process.roles', 'needs node.id, a number of 0 or more');
  return 0;
}

const ID_NAMES = ['node.id', 'broker.id'] as const;

interface Voters {
  readonly count: number;
  readonly clusterOfOne: boolean;
}

const VOTER = /^(\d{1,10})@(.+)$/;

function votersOf(reader: Reader, nodeId: number): Voters {
  const voters = reader.value('controller.quorum.voters');
  if (voters.length === 0) return { count: 1, clusterOfOne: true };
  const ids = voters.map((voter) => {
    const match = VOTER.exec(voter);
    if (!match || !parseHostPort(match[2] ?? '')) {
      reader.refuse('controller.quorum.voters', 'must be a list of id@host:port');
    }
    return Number(match[1]);
  });
  if (new Set(ids).size !== ids.length) reader.refuse('controller.quorum.voters', 'names the same id twice');
  if (!ids.includes(nodeId)) {
    reader.refuse('controller.quorum.voters', `must contain this node's id ${String(nodeId)}`);
  }
  if (ids.length > 1) {
    reader.refuse(
      'controller.quorum.voters',
      'may name one node only: this version of the broker runs alone',
    );
  }
  return { count: ids.length, clusterOfOne: false };
}

function parseListeners(reader: Reader, name: 'listeners' | 'advertised.listeners'): readonly Listener[] {
  const listeners = (reader.value(name) ?? []).map(
    (text) =>
      parseListener(text) ?? reader.refuse(name, `must be a list of NAME://host:port, and ${text} is not`),
  );
  const names = listeners.map((listener) => listener.name);
  if (new Set(names).size !== names.length) reader.refuse(name, 'names the same listener twice');
  return listeners;
}

/** Kafka before 3.0 took host.name and port where listeners was not set. */
function boundListeners(reader: Reader): readonly Listener[] {
  if (!reader.has('listeners') && (reader.has('port') || reader.has('host.name'))) {
    return [{ name: 'PLAINTEXT', host: reader.value('host.name') ?? '', port: reader.value('port') ?? 9092 }];
  }
  const listeners = parseListeners(reader, 'listeners');
  const ports = listeners.map((listener) => listener.port).filter((port) => port !== 0);
  if (new Set(ports).size !== ports.length) reader.refuse('listeners', 'uses the same port twice');
  return listeners;
}

function advertisedListeners(reader: Reader, bound: readonly Listener[]): readonly Listener[] {
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

function securityProtocols(reader: Reader): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const entry of reader.value('listener.security.protocol.map')) {
    const [name, protocol, ...rest] = entry.split(':');
    if (!name || !protocol || rest.length > 0) {
      reader.refuse('listener.security.protocol.map', `must be a list of NAME:PROTOCOL, and ${entry} is not`);
    }
    pairs.set(name.toUpperCase(), protocol.toUpperCase());
  }
  return pairs;
}

function checkProtocols(
  reader: Reader,
  listeners: readonly Listener[],
  controllers: ReadonlySet<string>,
): void {
  const protocols = securityProtocols(reader);
  for (const listener of listeners) {
    const mapped = protocols.get(listener.name) ?? (controllers.has(listener.name) ? 'PLAINTEXT' : undefined);
    if (mapped === undefined) {
      const fix = `names ${listener.name}, which listener.security.protocol.map does not know`;
      reader.refuse('listeners', fix);
    }
    if (mapped !== 'PLAINTEXT') {
      reader.refuse(
        'listeners',
        `${formatListener(listener)} needs ${mapped}, and this version speaks PLAINTEXT only`,
      );
    }
  }
}

function interBrokerListener(reader: Reader, clients: readonly Listener[]): string {
  const wanted = reader.value('inter.broker.listener.name')?.toUpperCase();
  if (wanted === undefined) return clients[0]?.name ?? 'PLAINTEXT';
  if (!clients.some((listener) => listener.name === wanted)) {
    reader.refuse('inter.broker.listener.name', 'must be the name of one of listeners');
  }
  return wanted;
}

interface Addresses {
  readonly clients: readonly Listener[];
  readonly controllers: readonly Listener[];
  readonly advertised: readonly Listener[];
}

function addressesOf(reader: Reader): Addresses {
  const bound = boundListeners(reader);
  const controllerNames = new Set(
    reader.value('controller.listener.names').map((name) => name.toUpperCase()),
  );
  const clients = bound.filter((listener) => !controllerNames.has(listener.name));
  if (clients.length === 0) reader.refuse('listeners', 'must contain a listener for clients');
  checkProtocols(reader, bound, controllerNames);
  const controllers = bound.filter((listener) => controllerNames.has(listener.name));
  return { clients, controllers, advertised: advertisedListeners(reader, bound) };
}

function metricsListenerOf(reader: Reader): BrokerConfigParts['metricsListener'] {
  const text = reader.value('aquila.metrics.listener');
  if (text === null) return null;
  return parseHostPort(text) ?? reader.refuse('aquila.metrics.listener', 'must be host:port');
}

/** Three copies of an internal topic cannot be had from fewer brokers: what is not set follows their number. */
function derivedDefaults(
  settings: Settings,
  brokerCount: number,
  nodeId: number,
): ReadonlyMap<string, string> {
  const copies = (
    [
      'offsets.topic.replication.factor',
      'transaction.state.log.replication.factor',
      'transaction.state.log.min.isr',
    ] as const
  ).map((name) => [name, String(Math.min(Number(brokerKeys[name].defaultText), brokerCount))] as const);
  const ids = ID_NAMES.some((name) => settings.has(name)) ? [] : ID_NAMES;
  return new Map([...copies, ...ids.map((name) => [name, String(nodeId)] as const)]);
}

/** What was set, the node's id under both of its names: tools that describe a broker look at either. */
function staticTexts(settings: Settings, nodeId: number): ReadonlyMap<string, string> {
  const texts = new Map<string, string>([...settings].map(([name, setting]) => [name, setting.text]));
  if (ID_NAMES.some((name) => texts.has(name))) for (const name of ID_NAMES) texts.set(name, String(nodeId));
  return texts;
}

function warningsFor(reader: Reader): readonly string[] {
  const warnings: string[] = [];
  const zookeeper = reader.settings.get('zookeeper.connect');
  if (zookeeper) {
    warnings.push(
      `${zookeeper.where}: zookeeper.connect is accepted and not used: this broker needs no ZooKeeper.`,
    );
  }
  const policy = reader.settings.get('create.topic.policy.class.name');
  if (policy) warnings.push(`${policy.where}: create.topic.policy.class.name has no effect.`);
  return warnings;
}

export function crossCheck(settings: Settings): {
  readonly parts: BrokerConfigParts;
  readonly warnings: readonly string[];
} {
  const reader = new Reader(settings);
  const nodeId = nodeIdOf(reader);
  const voters = votersOf(reader, nodeId);
  const roles = reader.value('process.roles');
  if (roles.length > 0 && !roles.includes('broker')) reader.refuse('process.roles', 'must contain broker');
  const addresses = addressesOf(reader);
  const logDirs = reader.value('log.dirs') ?? [reader.value('log.dir')];
  if (logDirs.length === 0 || logDirs[0] === '') reader.refuse('log.dirs', 'must name a directory');
  return {
    parts: {
      nodeId,
      rack: reader.value('broker.rack'),
      logDirs,
      listeners: addresses.clients,
      advertisedListeners: addresses.advertised,
      controllerListeners: addresses.controllers,
      interBrokerListenerName: interBrokerListener(reader, addresses.clients),
      metricsListener: metricsListenerOf(reader),
      clusterOfOne: voters.clusterOfOne,
      staticTexts: staticTexts(settings, nodeId),
      derivedDefaults: derivedDefaults(settings, voters.count, nodeId),
    },
    warnings: warningsFor(reader),
  };
}
