/**
 * One setting of a topic or broker as Kafka tells it at this moment: what it means, its type, and every place that has a value for it
 * (KIP-226, KIP-569). Asked when somebody looks at it: no page carries the documentation of everything.
 */
import {
  ConfigResourceType,
  explainConfig,
  type ConfigResource,
} from '../../kafka-client/admin/describe-configs.ts';
import type { Target } from '../../kafka-client/cluster.ts';
import { configTypeSchema, type ExplainedConfig } from '../contracts/configs.ts';
import { configContract } from './config-contract.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { kafkaOf } from './kafka-connections.ts';
import { readingFailure } from './topic-reading.ts';
import { requireCluster, requireSnapshot, type WatchedCluster } from './watched-clusters.ts';

export function topicConfig(
  context: ConsoleContext,
  clusterId: string,
  topic: string,
  name: string,
): Promise<ExplainedConfig> {
  const resource = { type: ConfigResourceType.topic, name: topic };
  return explained(requireCluster(context, clusterId), resource, name, 'any', `Topic "${topic}"`);
}

export function brokerConfig(
  context: ConsoleContext,
  clusterId: string,
  id: string,
  name: string,
): Promise<ExplainedConfig> {
  const cluster = requireSnapshot(context, clusterId);
  const broker = cluster.snapshot.brokers.find((each) => String(each.id) === id);
  if (broker === undefined)
    throw new ConsoleError('not-found', `Cluster "${clusterId}" has no broker ${id}.`);
  const resource = { type: ConfigResourceType.broker, name: id };
  return explained(cluster, resource, name, broker.id, `Broker ${id}`);
}

async function explained(
  { settings }: WatchedCluster,
  resource: ConfigResource,
  name: string,
  target: Target,
  called: string,
): Promise<ExplainedConfig> {
  const { error, config } = await explainConfig(kafkaOf(settings), resource, name, target).catch(
    (reason: unknown) => {
      throw readingFailure(reason);
    },
  );
  if (error === 'UNKNOWN_TOPIC_OR_PARTITION' || error === 'INVALID_TOPIC_EXCEPTION')
    throw new ConsoleError('not-found', `${called} does not exist.`);
  if (error !== null) throw new ConsoleError('refused-by-kafka', `Kafka refused it: ${error}`);
  if (config === null) throw new ConsoleError('not-found', `${called} has no setting "${name}".`);
  const type = configTypeSchema.safeParse(config.type);
  return {
    ...configContract(config),
    type: type.success ? type.data : null,
    documentation: config.documentation === null ? null : plainText(config.documentation),
    levels: config.levels.map((level) => ({
      name: level.name,
      value: config.isSensitive ? null : level.value,
      source: level.source ?? 'unknown',
    })),
  };
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', nbsp: ' ' };

/** Kafka writes its documentation as HTML, with links and lists. */
export function plainText(html: string): string {
  return html
    .replace(/<(?:br|p|li|ul)\b[^<>]*>/gi, '\n')
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/&(lt|gt|amp|quot|nbsp);/g, (_, name: string) => entities[name] ?? '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[\s]*/g, '\n')
    .trim();
}
