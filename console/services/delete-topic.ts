/**
 * Deletes a topic for whoever holds the role, types its name and has the topic token.
 *
 * Refusals come in one order, so that none tells what a later check would have said: (401 and role before this) the
 * confirmation, internal topics, too many wrong tokens, the wrong token, no such topic, deletion switched off.
 * The request is sent once. When no answer comes, the brokers are asked whether the topic is gone: only that each of them
 * that answers says so proves success, everything else is "unknown".
 */
import { fetchTopicFrom } from '../../kafka-client/admin/cluster-metadata.ts';
import { deleteTopics } from '../../kafka-client/admin/delete-topics.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { errorNameOf } from '../../kafka-client/client-error.ts';
import { ConsoleError } from './console-error.ts';
import type { Actor, ConsoleContext } from './context.ts';
import { refreshAfterChange, requireWritable } from './changing-cluster.ts';
import { changeFailure, changeTimeoutMs, kafkaOf, requireDone } from './kafka-connections.ts';
import { isShownByAll, shownWaitMs } from './shown-by-brokers.ts';
import { checkTopicToken } from './topic-token.ts';
import { requireCluster } from './watched-clusters.ts';
import type { WatchedCluster } from './watched-clusters.ts';
import { noteRefusedToken } from './refused-tokens.ts';

export interface DeleteTopicRequest {
  topic: string;
  confirm: unknown;
  token: unknown;
}

/** Throws what the contract says of a token that does not open anything, and sees to it that who goes on guessing is told of. */
export async function requireToken(
  context: ConsoleContext,
  actor: Actor,
  clusterId: string,
  token: unknown,
): Promise<void> {
  const verdict = await checkTopicToken(context, actor, token);
  if (verdict === 'right') return;
  if (verdict === 'none-configured') {
    throw new ConsoleError(
      'deletion-disabled',
      'There is no topic token yet, so no topic can be deleted. Make one with bin/aquila topic-token rotate.',
    );
  }
  await noteRefusedToken(context, actor, clusterId);
  if ('triesLeft' in verdict)
    throw new ConsoleError('wrong-topic-token', 'The topic token is not right.', verdict);
  throw new ConsoleError('too-many-tries', 'Too many wrong topic tokens. Wait before trying again.', verdict);
}

/** Kafka keeps its own state in it. */
export function isInternal({ snapshot }: Pick<WatchedCluster, 'snapshot'>, topic: string): boolean {
  return topic.startsWith('__') || snapshot?.topics.get(topic)?.internal === true;
}

/** Null when the cluster does not say. */
async function exists(kafka: KafkaCluster, topic: string): Promise<boolean | null> {
  const metadata = await kafka.metadata([topic]);
  const error = metadata.topics[0] === undefined ? null : errorNameOf(metadata.topics[0].errorCode);
  if (metadata.topics[0] === undefined) return null;
  return error === 'UNKNOWN_TOPIC_OR_PARTITION'
    ? false
    : error === null || error === 'LEADER_NOT_AVAILABLE'
      ? true
      : null;
}

/** True once each broker that answers, and at least one, says that there is no such topic. */
export function isGone(kafka: KafkaCluster, topic: string, waitMs = shownWaitMs): Promise<boolean> {
  const ask = async (brokerId: number): Promise<boolean> =>
    (await fetchTopicFrom(kafka, brokerId, topic))?.error === 'UNKNOWN_TOPIC_OR_PARTITION';
  return isShownByAll(kafka, ask, waitMs);
}

async function deleteOnce(kafka: KafkaCluster, topic: string): Promise<void> {
  try {
    // One broker may not have heard of a topic that was made just now.
    if ((await exists(kafka, topic)) === false && (await isGone(kafka, topic, 0)))
      throw new ConsoleError('not-found', `There is no topic "${topic}".`);
  } catch (error) {
    if (error instanceof ConsoleError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConsoleError(
      'cluster-unreachable',
      `The cluster does not answer, nothing was deleted: ${reason}.`,
      { cause: error },
    );
  }
  try {
    const [outcome] = await deleteTopics(kafka, [topic], changeTimeoutMs);
    requireDone(outcome, topic);
    await isGone(kafka, topic);
  } catch (error) {
    const failure = changeFailure(error);
    const open = failure instanceof ConsoleError && failure.type === 'outcome-unknown';
    if (!open || !(await isGone(kafka, topic))) throw failure;
  }
}

export async function deleteTopic(
  context: ConsoleContext,
  actor: Actor,
  clusterId: string,
  { topic, confirm, token }: DeleteTopicRequest,
): Promise<void> {
  const cluster = requireCluster(context, clusterId);
  if (confirm !== topic) {
    throw new ConsoleError('confirm', 'Repeat the name of the topic as confirm.', {
      errors: { confirm: 'is not the name of the topic' },
    });
  }
  if (isInternal(cluster, topic))
    throw new ConsoleError(
      'internal-topic',
      `Kafka keeps its own state in "${topic}"; it is not deleted here.`,
    );
  await requireToken(context, actor, clusterId, token);
  requireWritable(cluster);
  await deleteOnce(kafkaOf(cluster.settings), topic);
  await refreshAfterChange(clusterId);
}
