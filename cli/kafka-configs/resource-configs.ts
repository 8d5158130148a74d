/** Settings of topics, brokers, their loggers, subscriptions to client metrics, and groups: asked for and printed, or changed. */
import { alterConfigs } from '../../kafka-client/admin/alter-configs.ts';
import { fetchClusterMetadata } from '../../kafka-client/admin/cluster-metadata.ts';
import {
  ConfigResourceType,
  describeLevels,
  type ConfigLevel,
  type LeveledConfigs,
} from '../../kafka-client/admin/describe-configs.ts';
import { describeCluster } from '../../kafka-client/admin/describe-cluster.ts';
import { listConfigResources } from '../../kafka-client/admin/list-config-resources.ts';
import { listGroups } from '../../kafka-client/admin/list-groups.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { CommandError } from '../command-error.ts';
import { javaMessage } from '../kafka-consumer-groups/java-errors.ts';
import { hashMapOrder } from '../kafka-topics/java-order.ts';
import type { ConfigsRequest } from './configs-options.ts';

/** The resource of an entity type, and where a setting comes from that was set on the entity itself. */
const RESOURCES: Readonly<Record<string, readonly [type: ConfigResourceType, source: string | null]>> = {
  topics: [ConfigResourceType.topic, 'topic'],
  brokers: [ConfigResourceType.broker, 'dynamicBroker'],
  'broker-loggers': [ConfigResourceType.brokerLogger, null],
  'client-metrics': [ConfigResourceType.clientMetrics, 'clientMetrics'],
  groups: [ConfigResourceType.group, 'group'],
};

/** ConfigEntry.ConfigSource. */
const JAVA_SOURCES: Readonly<Record<string, string>> = {
  topic: 'DYNAMIC_TOPIC_CONFIG',
  dynamicBroker: 'DYNAMIC_BROKER_CONFIG',
  dynamicDefaultBroker: 'DYNAMIC_DEFAULT_BROKER_CONFIG',
  staticBroker: 'STATIC_BROKER_CONFIG',
  default: 'DEFAULT_CONFIG',
  dynamicBrokerLogger: 'DYNAMIC_BROKER_LOGGER_CONFIG',
  clientMetrics: 'DYNAMIC_CLIENT_METRICS_CONFIG',
  group: 'DYNAMIC_GROUP_CONFIG',
};

export class ResourceConfigs {
  readonly #cluster: KafkaCluster;
  readonly #print: (line: string) => void;
  readonly #entityType: string;

  constructor(cluster: KafkaCluster, entityType: string, print: (line: string) => void) {
    this.#cluster = cluster;
    this.#entityType = entityType;
    this.#print = print;
  }

  /** @throws CommandError, ClientError */
  async describe({ names, all }: ConfigsRequest): Promise<void> {
    const [name] = names;
    const type = this.#entityType;
    if (name !== undefined && !all && !(await this.#exists(name))) {
      this.#print(`The ${singular(type)} '${name}' doesn't exist and doesn't have dynamic config.`);
      return;
    }
    for (const entity of name === undefined ? await this.#entities() : [name]) {
      this.#print(
        entity === ''
          ? `Default configs for ${type} in the cluster are:`
          : `${all ? 'All' : 'Dynamic'} configs for ${singular(type)} ${entity} are:`,
      );
      for (const { name: setting, value, isSensitive, levels } of await this.#settings(entity, all))
        this.#print(
          `  ${setting}=${String(value)} sensitive=${String(isSensitive)} synonyms={${levels.map(levelText).join(', ')}}`,
        );
    }
  }

  /** @throws CommandError, ClientError */
  async alter({ names, set, remove }: ConfigsRequest): Promise<void> {
    const [name = ''] = names;
    if (this.#entityType === 'broker-loggers')
      await this.#refuseUnknownLoggers(name, [...remove, ...set.keys()]);
    const configs = Object.fromEntries([...set, ...remove.map((key) => [key, null] as const)]);
    const change = { resource: { type: this.#resourceType, name }, configs };
    const [outcome] = await alterConfigs(this.#cluster, [change], this.#targetOf(name));
    if (outcome?.error != null) throw new CommandError(outcome.message ?? javaMessage(outcome.error));
  }

  /** What else is not there, brokers find nothing wrong with removing. */
  async #refuseUnknownLoggers(broker: string, loggers: readonly string[]): Promise<void> {
    const known = new Set((await this.#settings(broker, false)).map(({ name }) => name));
    const unknown = loggers.filter((logger) => !known.has(logger));
    if (unknown.length > 0) throw new CommandError(`Invalid broker logger(s): ${unknown.join(',')}`);
  }

  get #resourceType(): ConfigResourceType {
    return this.#row[0];
  }

  get #row(): readonly [ConfigResourceType, string | null] {
    const found = RESOURCES[this.#entityType];
    if (found === undefined) throw new CommandError(`Invalid entity type: ${this.#entityType}`);
    return found;
  }

  #targetOf(name: string): number | 'any' {
    const isOfBroker = this.#entityType === 'brokers' || this.#entityType === 'broker-loggers';
    return isOfBroker && name !== '' ? Number(name) : 'any';
  }

  /** By name: all, or those that were set on the entity itself. */
  async #settings(name: string, all: boolean): Promise<LeveledConfigs['values']> {
    const resource = { type: this.#resourceType, name };
    const { error, message, values } = await describeLevels(this.#cluster, resource, this.#targetOf(name));
    if (error !== null) throw new CommandError(message ?? javaMessage(error));
    const ownSource = this.#entityType === 'brokers' && name === '' ? 'dynamicDefaultBroker' : this.#row[1];
    return values
      .filter(({ source }) => all || ownSource === null || source === ownSource)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  async #exists(name: string): Promise<boolean> {
    if (this.#entityType === 'topics' && !isTopicName(name))
      throw new CommandError(
        `Topic name is invalid: '${name}' is not of 1 to 249 letters, digits, '.', '_' or '-', or is '.' or '..'.`,
      );
    return (await this.#entities()).includes(name);
  }

  /** All of the type, in the order of Kafka's tool. */
  async #entities(): Promise<readonly string[]> {
    if (this.#entityType === 'topics') {
      const { topics } = await fetchClusterMetadata(this.#cluster);
      return hashMapOrder(topics, (topic) => topic.name).map((topic) => topic.name);
    }
    if (this.#entityType === 'client-metrics')
      return (await listConfigResources(this.#cluster, ConfigResourceType.clientMetrics)) ?? [];
    const { brokers } = await describeCluster(this.#cluster);
    const ids = brokers.filter(({ isFenced }) => !isFenced).map(({ id }) => id);
    if (this.#entityType !== 'groups') return [...ids.sort((left, right) => left - right).map(String), ''];
    const groups = await Promise.all(ids.map((broker) => listGroups(this.#cluster, broker)));
    const set = await listConfigResources(this.#cluster, ConfigResourceType.group);
    return [...new Set([...groups.flat().map(({ id }) => id), ...(set ?? [])])];
  }
}

const singular = (entityType: string): string => entityType.slice(0, -1);
const levelText = ({ source, name, value }: ConfigLevel): string =>
  `${JAVA_SOURCES[source ?? ''] ?? 'UNKNOWN'}:${name}=${String(value)}`;
const isTopicName = (name: string): boolean => /^(?!\.{1,2}$)[\w.-]{1,249}$/.test(name);
