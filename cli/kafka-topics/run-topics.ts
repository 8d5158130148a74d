/**
 * `kafka-topics`: creates, lists, describes, grows and deletes topics as the tool of Apache Kafka 4.3.1 does, with its flags,
 * its lines and its exit statuses; for deleted topics it prints the lines that the tool had until 2.8, which the newer ones
 * leave out. A failure is one line on standard output, without the stack that Java adds.
 */
import { createPartitions } from '../../kafka-client/admin/create-partitions.ts';
import { createTopics } from '../../kafka-client/admin/create-topics.ts';
import { deleteTopics } from '../../kafka-client/admin/delete-topics.ts';
import { fetchClusterMetadata, type ClusterMetadata } from '../../kafka-client/admin/cluster-metadata.ts';
import { ConfigResourceType, describeConfigs } from '../../kafka-client/admin/describe-configs.ts';
import { describeTopicPartitions } from '../../kafka-client/admin/describe-topic-partitions.ts';
import { listReassignments } from '../../kafka-client/admin/list-reassignments.ts';
import { ClientError } from '../../kafka-client/client-error.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { CommandError } from '../command-error.ts';
import { openCluster, propertiesOf } from '../kafka-tool/open-cluster.ts';
import { KAFKA_VERSION } from '../kafka-tool/tool-flags.ts';
import type { ToolSurroundings } from '../kafka-tool/tool-surroundings.ts';
import { describeLines, type DescribedTopic } from './describe-lines.ts';
import { hashMapOrder } from './java-order.ts';
import { OPTIONS_HELP } from './options-help.ts';
import {
  hasCollisionCharacters,
  parseConfigs,
  parseReplicaAssignment,
  topicPattern,
} from './topic-arguments.ts';
import { readTopicsRequest, type TopicsOptions } from './topics-options.ts';

export type TopicsSurroundings = Pick<ToolSurroundings, 'print' | 'say' | 'defaultBootstrap' | 'readText'>;

const REQUEST_TIMEOUT_MS = 30_000;
const REPLICATION_FACTOR_MAX = 32_767;

/** What the cluster refused, in its words. */
function refused(error: string, message: string | null): CommandError {
  return new CommandError(message ?? error);
}

class TopicsCommand {
  readonly #cluster: KafkaCluster;
  readonly #options: TopicsOptions;
  readonly #print: (line: string) => void;

  constructor(cluster: KafkaCluster, options: TopicsOptions, print: (line: string) => void) {
    this.#cluster = cluster;
    this.#options = options;
    this.#print = print;
  }

  run(): Promise<void> {
    switch (this.#options.action) {
      case 'create':
        return this.#create();
      case 'list':
        return this.#list();
      case 'alter':
        return this.#alter();
      case 'describe':
        return this.#describe();
      case 'delete':
        return this.#delete();
    }
  }

  async #create(): Promise<void> {
    const {
      topic: name = null,
      partitions,
      replicationFactor,
      replicaAssignment,
      ifNotExists,
    } = this.#options;
    if (name === null) return;
    const configs = parseConfigs(this.#options.configs);
    const assignments = replicaAssignment ? parseReplicaAssignment(replicaAssignment) : [];
    if (hasCollisionCharacters(name))
      this.#print(
        "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. To avoid issues it is best to use either, but not both.",
      );
    if (replicationFactor !== null && (replicationFactor < 1 || replicationFactor > REPLICATION_FACTOR_MAX))
      throw new CommandError(
        `The replication factor must be between 1 and ${REPLICATION_FACTOR_MAX} inclusive`,
      );
    if (partitions !== null && partitions < 1)
      throw new CommandError('The partitions must be greater than 0');
    const wanted = {
      name,
      partitions: assignments.length > 0 ? -1 : (partitions ?? -1),
      replicationFactor: assignments.length > 0 ? -1 : (replicationFactor ?? -1),
      configs,
      assignments,
    };
    const [outcome] = await createTopics(this.#cluster, [wanted], REQUEST_TIMEOUT_MS);
    if (outcome?.error === 'TOPIC_ALREADY_EXISTS' && ifNotExists) return;
    if (outcome?.error != null) throw refused(outcome.error, outcome.message);
    this.#print(`Created topic ${name}.`);
  }

  async #list(): Promise<void> {
    const names = await this.#namesThatMatch();
    this.#print(names.join('\n'));
  }

  async #alter(): Promise<void> {
    const { partitions, replicaAssignment } = this.#options;
    const metadata = await fetchClusterMetadata(this.#cluster);
    const names = this.#existing(this.#matching(metadata));
    if (names.length === 0 || partitions === null) return;
    const rows = replicaAssignment ? parseReplicaAssignment(replicaAssignment) : null;
    const sizeOf = new Map(metadata.topics.map((topic) => [topic.name, topic.partitions.length]));
    const wanted = names.map((name) => ({
      name,
      count: partitions,
      assignments: rows?.slice(sizeOf.get(name) ?? 0) ?? null,
    }));
    const outcomes = await createPartitions(this.#cluster, wanted, REQUEST_TIMEOUT_MS);
    const failed = outcomes.find(({ error }) => error !== null);
    if (failed?.error != null) throw refused(failed.error, failed.message);
  }

  async #delete(): Promise<void> {
    const names = this.#existing(await this.#namesThatMatch());
    const outcomes = await deleteTopics(this.#cluster, names);
    for (const { name, error } of outcomes) {
      if (error !== null) continue;
      this.#print(`Topic ${name} is marked for deletion.`);
      this.#print('Note: This will have no impact if delete.topic.enable is not set to true.');
    }
    const failed = outcomes.find(({ error }) => error !== null);
    if (failed?.error != null) throw refused(failed.error, failed.message);
  }

  async #describe(): Promise<void> {
    const { topicId, reports, onlyOverrides } = this.#options;
    const metadata = await fetchClusterMetadata(this.#cluster);
    const names = topicId === null ? this.#existing(this.#matching(metadata)) : this.#ofId(topicId, metadata);
    const [topics, configs, reassignments] = await Promise.all([
      describeTopicPartitions(this.#cluster, names),
      describeConfigs(
        this.#cluster,
        names.map((name) => ({ type: ConfigResourceType.topic, name })),
      ),
      listReassignments(this.#cluster, REQUEST_TIMEOUT_MS).catch(() => []),
    ]);
    const described: DescribedTopic[] = topics.map((topic) => ({
      topic,
      configs: configs.find(({ resource }) => resource.name === topic.name)?.values ?? [],
      reassignments: new Map(
        reassignments.filter((each) => each.topic === topic.name).map((each) => [each.partition, each]),
      ),
    }));
    const inOrder = hashMapOrder(described, ({ topic }) => topic.name, described.length);
    const liveBrokers = new Set(metadata.brokers.map(({ id }) => id));
    for (const line of describeLines(inOrder, { onlyOverrides, reports, liveBrokers })) this.#print(line);
  }

  async #namesThatMatch(): Promise<string[]> {
    return this.#matching(await fetchClusterMetadata(this.#cluster));
  }

  #matching({ topics }: ClusterMetadata): string[] {
    const { topic, excludeInternal } = this.#options;
    const pattern = topic === null ? null : topicPattern(topic);
    return topics
      .filter(({ name, internal }) => (pattern?.test(name) ?? true) && !(internal && excludeInternal))
      .map(({ name }) => name)
      .sort();
  }

  #existing(names: string[]): string[] {
    const { topic, ifExists } = this.#options;
    if (names.length === 0 && topic !== null && topic !== '' && !ifExists)
      throw new CommandError(`Topic '${topic}' does not exist as expected`);
    return names;
  }

  #ofId(topicId: string, { topics }: ClusterMetadata): string[] {
    const names = topics.filter((topic) => topic.topicId === topicId).map(({ name }) => name);
    if (names.length === 0 && !this.#options.ifExists)
      throw new CommandError(`TopicId '${topicId}' does not exist as expected`);
    return names;
  }
}

function connect(options: TopicsOptions, surroundings: TopicsSurroundings): KafkaCluster {
  const { readText, defaultBootstrap } = surroundings;
  const properties = propertiesOf(options.commandConfig, readText);
  const { bootstrap } = options;
  return openCluster({ bootstrap, defaultBootstrap, properties, readText, clientId: 'aquila-topics' });
}

/** Resolves with the exit status. */
export async function runTopics(argv: readonly string[], surroundings: TopicsSurroundings): Promise<number> {
  const { print, say } = surroundings;
  let cluster: KafkaCluster | null = null;
  try {
    const request = readTopicsRequest(argv);
    if (request.kind === 'version') print(KAFKA_VERSION);
    else if (request.kind !== 'run') {
      say(request.reason);
      if (request.kind === 'usage') say(OPTIONS_HELP);
      return 1;
    } else {
      for (const warning of request.options.warnings) say(warning);
      cluster = connect(request.options, surroundings);
      await new TopicsCommand(cluster, request.options, print).run();
    }
    return 0;
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof ClientError)) throw error;
    print(`Error while executing topic command : ${error.message}`);
    return 1;
  } finally {
    cluster?.close();
  }
}
