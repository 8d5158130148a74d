/**
 * What several keys mean together: identity (node.id and broker.id), the quorum (quorum-checks.ts), addresses
 * (listener-checks.ts), who may do what (access-checks.ts), data directories, and defaults that depend on the number of brokers. Throws ConfigError at the
 * key that the user would change.
 */
import { accessWarnings } from './access-checks.ts';
import { type BrokerConfigParts, brokerKeys } from './broker-config.ts';
import { listenersOf } from './listener-checks.ts';
import { quorumOf } from './quorum-checks.ts';
import type { Setting, Settings } from './read-broker-config.ts';
import { SettingsReader } from './settings-reader.ts';

const ID_NAMES = ['node.id', 'broker.id'] as const;

function nodeIdOf(reader: SettingsReader): number {
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

/** What the broker tells the members of consumer groups lies within the limits that it is given for it (KIP-848). */
function checkConsumerGroups(reader: SettingsReader): void {
  for (const what of ['session.timeout.ms', 'heartbeat.interval.ms', 'assignment.interval.ms'] as const) {
    const value = reader.value(`group.consumer.${what}`);
    const [min, max] = [
      reader.value(`group.consumer.min.${what}`),
      reader.value(`group.consumer.max.${what}`),
    ];
    if (value < min || value > max)
      reader.refuse(
        `group.consumer.${what}`,
        `must lie between group.consumer.min.${what} (${String(min)}) and group.consumer.max.${what} (${String(max)})`,
      );
  }
  if (
    reader.value('group.consumer.heartbeat.interval.ms') >= reader.value('group.consumer.session.timeout.ms')
  )
    reader.refuse(
      'group.consumer.heartbeat.interval.ms',
      'must be less than group.consumer.session.timeout.ms',
    );
  const assignors = reader.value('group.consumer.assignors');
  if (assignors.length === 0 || !assignors.every((name) => name === 'uniform' || name === 'range'))
    reader.refuse('group.consumer.assignors', 'must name uniform, range or both');
}

function logDirsOf(reader: SettingsReader): readonly string[] {
  const logDirs = reader.value('log.dirs') ?? [reader.value('log.dir')];
  if (logDirs.length === 0 || logDirs[0] === '') reader.refuse('log.dirs', 'must name a directory');
  const metadata = reader.value('metadata.log.dir');
  if (metadata !== null && metadata !== logDirs[0]) {
    reader.refuse('metadata.log.dir', `must be the first of log.dirs (${logDirs[0] ?? ''}), or left out`);
  }
  return logDirs;
}

function warningsFor(reader: SettingsReader): readonly string[] {
  const warnings: string[] = [];
  const zookeeper = reader.settings.get('zookeeper.connect');
  if (zookeeper) {
    warnings.push(
      `${zookeeper.where}: zookeeper.connect is accepted and not used: this broker needs no ZooKeeper.`,
    );
  }
  const policy = reader.settings.get('create.topic.policy.class.name');
  if (policy) warnings.push(`${policy.where}: create.topic.policy.class.name has no effect.`);
  const users = reader.settings.get('sasl.jaas.config');
  if (users) {
    const own = 'write its users as plain.sasl.jaas.config, or listener.name.NAME.plain.sasl.jaas.config';
    warnings.push(`${users.where}: sasl.jaas.config names no mechanism and has no effect; ${own}.`);
  }
  return warnings;
}

export function crossCheck(
  settings: Settings,
  listenerSettings: ReadonlyMap<string, Setting>,
): {
  readonly parts: BrokerConfigParts;
  readonly warnings: readonly string[];
} {
  const reader = new SettingsReader(settings, listenerSettings);
  const nodeId = nodeIdOf(reader);
  const quorum = quorumOf(reader, nodeId);
  const { roles, voters, clusterOfOne } = quorum;
  checkConsumerGroups(reader);
  const listeners = listenersOf(reader, quorum);
  return {
    parts: {
      ...{ nodeId, roles, voters, clusterOfOne },
      rack: reader.value('broker.rack'),
      logDirs: logDirsOf(reader),
      ...listeners,
      staticTexts: staticTexts(settings, nodeId),
      // How many brokers there will be nobody knows at the start; a cluster rarely has fewer of them than voters.
      derivedDefaults: derivedDefaults(settings, Math.max(1, voters.length), nodeId),
    },
    warnings: [...warningsFor(reader), ...accessWarnings(reader, clusterOfOne, listeners)],
  };
}
