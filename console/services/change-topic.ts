/**
 * Changes one topic: more partitions, settings, or both. What is there before is read first, for the audit trail; then Kafka is asked
 * whether it would take all of it, so that a refusal of one part leaves the other undone, too; only then each request is sent, once.
 * What is not known to have happened is said to be unknown. Afterwards the change is waited for on every broker.
 */
import { alterConfigs } from '../../kafka-client/admin/alter-configs.ts';
import type { TopicOutcome } from '../../kafka-client/admin/at-controller.ts';
import { createPartitions } from '../../kafka-client/admin/create-partitions.ts';
import { ConfigResourceType, describeConfigs } from '../../kafka-client/admin/describe-configs.ts';
import { isClientError } from '../../kafka-client/client-error.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import type { ChangeTopic, TopicDetail } from '../contracts/topics.ts';
import { partitionsAt, refreshAfterChange, refreshWaitMs, requireWritable } from './changing-cluster.ts';
import { changesText, configContract, isChanged } from './config-contract.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import {
  changeFailure,
  changeTimeoutMs,
  isOpenOutcome,
  kafkaOf,
  readFailure,
  requireDone,
} from './kafka-connections.ts';
import { isShownByAll } from './shown-by-brokers.ts';
import { forgetTopic, relearnTopicConfigs, topicConfigsAt } from './topic-configs.ts';
import { requireTopic } from './topic-reading.ts';
import { topicDetail } from './topics.ts';
import { requireCluster } from './watched-clusters.ts';

/** What is asked for, with nothing left out. */
interface Change {
  readonly name: string;
  readonly partitions: number | null;
  readonly configs: Readonly<Record<string, string | null>>;
}

export async function changeTopic(
  context: ConsoleContext,
  clusterId: string,
  name: string,
  asked: ChangeTopic,
  note: (detail: string) => void,
): Promise<TopicDetail> {
  const cluster = requireCluster(context, clusterId);
  requireWritable(cluster);
  const kafka = kafkaOf(cluster.settings);
  const { partitions = null, configs = {} } = asked;
  const change: Change = { name, partitions, configs };
  note(await fromTo(kafka, change));
  await requireTaken(kafka, change);
  let areConfigsShown = true;
  try {
    if (partitions !== null) {
      requireDone(await grow(kafka, change, partitions, false), name);
      await isShownByAll(kafka, async (id) => (await partitionsAt(kafka, id, name)) >= partitions);
    }
    if (hasConfigs(change)) {
      requireDone(await alter(kafka, change, false), name);
      areConfigsShown = await isShownByAll(kafka, async (id) => {
        const now = await topicConfigsAt(cluster.settings, id, name);
        return now !== null && isChanged(now, configs, 'topic');
      });
    }
  } catch (error) {
    throw changeFailure(error);
  } finally {
    await Promise.all([
      refreshAfterChange(clusterId),
      areConfigsShown
        ? relearnTopicConfigs(cluster.settings, name, refreshWaitMs)
        : forgetTopic(cluster.settings, name),
    ]);
  }
  return topicDetail(context, clusterId, name);
}

const hasConfigs = ({ configs }: Change): boolean => Object.keys(configs).length > 0;

async function grow(
  kafka: KafkaCluster,
  { name }: Change,
  count: number,
  validateOnly: boolean,
): Promise<TopicOutcome | undefined> {
  return (await createPartitions(kafka, [{ name, count }], changeTimeoutMs, { validateOnly }))[0];
}

async function alter(
  kafka: KafkaCluster,
  { name, configs }: Change,
  validateOnly: boolean,
): Promise<TopicOutcome | undefined> {
  const resource = { type: ConfigResourceType.topic, name };
  return (await alterConfigs(kafka, [{ resource, configs }], 'any', { validateOnly }))[0];
}

/** `partitions: 3 -> 4; retention.ms: 60000 -> 120000`, as the brokers know it at this moment. */
async function fromTo(kafka: KafkaCluster, change: Change): Promise<string> {
  const { name, partitions, configs } = change;
  const resource = { type: ConfigResourceType.topic, name };
  try {
    const topic = await requireTopic(kafka, name);
    const told = hasConfigs(change)
      ? await describeConfigs(kafka, [resource], 'any', Object.keys(configs))
      : [];
    const now = told[0] === undefined || told[0].error !== null ? null : told[0].values.map(configContract);
    return [
      ...(partitions === null ? [] : [`partitions: ${topic.partitions.length} -> ${partitions}`]),
      ...(hasConfigs(change) ? [changesText(now, configs)] : []),
    ].join('; ');
  } catch (error) {
    throw readFailure(error);
  }
}

/** Asks Kafka whether it would take all of it, and changes nothing. */
async function requireTaken(kafka: KafkaCluster, change: Change): Promise<void> {
  const { name, partitions } = change;
  try {
    if (partitions !== null) requireChecked(await grow(kafka, change, partitions, true), name);
    if (hasConfigs(change)) requireChecked(await alter(kafka, change, true), name);
  } catch (error) {
    const isRefusal = isClientError(error) && error.code === 'BROKER_ERROR';
    throw isRefusal ? changeFailure(error) : readFailure(error);
  }
}

function requireChecked(outcome: TopicOutcome | undefined, name: string): void {
  if (outcome !== undefined && (outcome.error === null || !isOpenOutcome(outcome.error)))
    return requireDone(outcome, name);
  const words = outcome?.error ?? 'its answer does not name the topic';
  throw new ConsoleError('cluster-unreachable', `Kafka could not check it, nothing was changed: ${words}.`);
}
