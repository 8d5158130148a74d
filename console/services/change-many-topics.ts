/**
 * One change of many topics at once: told first, then done, with an outcome for each. Topics that are not there, and those that
 * Kafka itself uses, are refused by themselves and keep no other from it.
 *
 * Refusals of the whole come in the order of a single deletion: the confirmation (how many topics are named), the topic token, a
 * cluster that is only watched. Each topic that was asked for leaves an audit row of its own, beside the one of the request.
 */
import { fetchClusterMetadata } from '../../kafka-client/admin/cluster-metadata.ts';
import type { ChangedTopic, ChangeTopics, TopicChanges, TopicsAction } from '../contracts/topic-changes.ts';
import { recordAudit } from './audit.ts';
import { refreshAfterChange, requireWritable } from './changing-cluster.ts';
import { ConsoleError } from './console-error.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { isInternal, requireToken } from './delete-topic.ts';
import { kafkaOf, readFailure } from './kafka-connections.ts';
import { addPartitions } from './many-topics/add-partitions.ts';
import { changeConfigs } from './many-topics/change-configs.ts';
import { deleteTopics } from './many-topics/delete-topics.ts';
import { purgeRecords } from './many-topics/purge-records.ts';
import { refused, rowOf, type TopicsToChange } from './many-topics/topics-change.ts';
import { requireCluster } from './watched-clusters.ts';

const auditActions: Record<TopicsAction, string> = {
  partitions: 'topic.change',
  configs: 'topic.change',
  purge: 'topic.purge',
  delete: 'topic.delete',
};
/** Topics that the audit row of the request spells out. */
const notedMax = 50;

export async function changeTopics(
  context: ConsoleContext,
  actor: Actor,
  clusterId: string,
  change: ChangeTopics,
  note: (detail: string) => void,
): Promise<TopicChanges> {
  const cluster = requireCluster(context, clusterId);
  const { action, topics, dryRun } = change;
  note(noteOf(change, null));
  if (!dryRun) {
    requireConfirmed(change);
    if (change.action === 'delete') await requireToken(context, actor, clusterId, change.token);
    requireWritable(cluster);
  }
  const kafka = kafkaOf(cluster.settings);
  const mayBeInternal = action === 'configs';
  const own = topics.filter((topic) => mayBeInternal || !isInternal(cluster, topic));
  const refusals = new Map(
    topics
      .filter((topic) => !own.includes(topic))
      .map((topic) => [topic, refused(rowOf(topic), 'Kafka keeps its own state in it')]),
  );
  let given: TopicsToChange;
  let plan: ChangedTopic[];
  try {
    const described = own.length === 0 ? [] : (await fetchClusterMetadata(kafka, own)).topics;
    for (const { name, error } of described) {
      if (error === null || error === 'LEADER_NOT_AVAILABLE') continue;
      const isGone = error === 'UNKNOWN_TOPIC_OR_PARTITION' || error === 'INVALID_TOPIC_EXCEPTION';
      refusals.set(name, refused(rowOf(name), isGone ? 'there is no such topic' : error));
    }
    const there = described.filter(({ name }) => !refusals.has(name));
    given = { cluster, kafka, topics: new Map(there.map((topic) => [topic.name, topic])) };
    plan = await planOf(given, change);
  } catch (error) {
    throw readFailure(error);
  }
  const planned = plan.filter(({ outcome }) => outcome === 'planned');
  const done = dryRun || planned.length === 0 ? planned : await runOf(given, change, planned);
  const byTopic = new Map([...plan, ...done].map((row) => [row.topic, row]));
  const items = topics.map((topic) => refusals.get(topic) ?? byTopic.get(topic) ?? rowOf(topic));
  note(noteOf(change, items));
  if (!dryRun) {
    await writeDown(context, actor, clusterId, change, items);
    await refreshAfterChange(clusterId, action === 'purge' ? done.map(({ topic }) => topic) : []);
  }
  return { action, dryRun, items };
}

function requireConfirmed(change: ChangeTopics): void {
  if (change.action !== 'purge' && change.action !== 'delete') return;
  if (change.confirm === String(change.topics.length)) return;
  throw new ConsoleError('confirm', 'Repeat how many topics are named as confirm.', {
    errors: { confirm: 'is not the number of topics' },
  });
}

function planOf(given: TopicsToChange, change: ChangeTopics): Promise<ChangedTopic[]> {
  switch (change.action) {
    case 'partitions':
      return addPartitions.plan(given, change);
    case 'configs':
      return changeConfigs.plan(given, change);
    case 'purge':
      return purgeRecords.plan(given, change);
    case 'delete':
      return deleteTopics.plan(given, change);
  }
}

function runOf(
  given: TopicsToChange,
  change: ChangeTopics,
  planned: readonly ChangedTopic[],
): Promise<ChangedTopic[]> {
  switch (change.action) {
    case 'partitions':
      return addPartitions.run(given, change, planned);
    case 'configs':
      return changeConfigs.run(given, change, planned);
    case 'purge':
      return purgeRecords.run(given, change, planned);
    case 'delete':
      return deleteTopics.run(given, change, planned);
  }
}

function effectOf(change: ChangeTopics): string {
  if (change.action === 'partitions') return `${change.partitions} partitions`;
  if (change.action !== 'configs') return change.action;
  return Object.entries(change.configs)
    .map(([name, value]) => `${name}: ${value ?? 'as without it'}`)
    .join('; ');
}

function noteOf(change: ChangeTopics, items: readonly ChangedTopic[] | null): string {
  const shown = (items ?? change.topics.map((topic) => rowOf(topic))).slice(0, notedMax);
  const names = shown.map(({ topic, outcome }) => (items === null ? topic : `${topic}: ${outcome}`));
  const more = change.topics.length > notedMax ? `; and ${change.topics.length - notedMax} more` : '';
  return `${change.dryRun ? 'dry run, ' : ''}${effectOf(change)}; ${names.join('; ')}${more}`;
}

async function writeDown(
  context: ConsoleContext,
  actor: Actor,
  clusterId: string,
  change: ChangeTopics,
  items: readonly ChangedTopic[],
): Promise<void> {
  for (const { topic, outcome, reason, from, to, records } of items) {
    if (outcome === 'nothing' || outcome === 'planned') continue;
    const moved =
      to === null ? (records === null ? null : `${records} records`) : `${from ?? 'unknown'} -> ${to}`;
    const parts = [`with others: ${effectOf(change)}`, moved, reason].filter((part) => part !== null);
    const result =
      outcome === 'done'
        ? 'ok'
        : outcome === 'refused'
          ? 'refused: refused-by-kafka'
          : 'unknown: no answer from the cluster';
    await recordAudit(context, {
      actor,
      action: auditActions[change.action],
      cluster: clusterId,
      target: topic,
      result,
      detail: parts.join('; '),
    });
  }
}
