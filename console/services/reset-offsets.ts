/**
 * Moves what a group has committed in one topic, or says where it would go (the dry run, which is the rule as in Kafka's tool).
 * Everything is read from Kafka at this moment; only an idle group is moved, and all partitions with one request.
 */
import {
  fetchClusterMetadata,
  type PartitionDescription,
} from '../../kafka-client/admin/cluster-metadata.ts';
import { commitGroupOffsets, type CommitOutcome } from '../../kafka-client/admin/commit-group-offsets.ts';
import { fetchGroupOffsets } from '../../kafka-client/admin/fetch-group-offsets.ts';
import { listOffsets, type OffsetSpec } from '../../kafka-client/admin/list-offsets.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import type { OffsetMove, OffsetReset, ResetOffsets } from '../contracts/groups.ts';
import { planReset, type PartitionReading } from '../model/offset-reset.ts';
import { refreshAfterChange, requireWritable } from './changing-cluster.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { groupActive, requireIdleGroup, requireSettled } from './idle-group.ts';
import { changeFailure, isOpenOutcome, kafkaOf, readFailure } from './kafka-connections.ts';
import { requireCluster } from './watched-clusters.ts';

/** Kafka's ways to say that somebody joined since we looked. */
const joinedMeanwhile: ReadonlySet<string> = new Set([
  'UNKNOWN_MEMBER_ID',
  'ILLEGAL_GENERATION',
  'REBALANCE_IN_PROGRESS',
  'STALE_MEMBER_EPOCH',
  'FENCED_MEMBER_EPOCH',
]);
/** Moves that the audit row spells out. */
const notedMovesMax = 50;

export async function resetOffsets(
  context: ConsoleContext,
  clusterId: string,
  groupId: string,
  reset: ResetOffsets,
  note: (detail: string) => void,
): Promise<OffsetReset> {
  const cluster = requireCluster(context, clusterId);
  if (!reset.dryRun) requireWritable(cluster);
  const kafka = kafkaOf(cluster.settings);
  const atMs = momentOf(reset, context.now().getTime());
  const { coordinatorId, moves } = await plan(kafka, groupId, reset, atMs);
  note(noteOf(reset, moves));
  if (!reset.dryRun) {
    await commit(kafka, coordinatorId, groupId, moves);
    await refreshAfterChange(clusterId);
  }
  return { group: groupId, topic: reset.topic, dryRun: reset.dryRun, timestamp: atMs, partitions: moves };
}

/** The moment that is meant, in epoch milliseconds; null where none is. */
function momentOf({ to, value }: ResetOffsets, nowMs: number): number | null {
  if (to === 'timestamp') return value ?? 0;
  return to === 'duration' ? Math.max(0, nowMs - (value ?? 0)) : null;
}

/** Reads only: whatever fails here, nothing was changed. */
async function plan(
  kafka: KafkaCluster,
  groupId: string,
  reset: ResetOffsets,
  atMs: number | null,
): Promise<{ coordinatorId: number; moves: OffsetMove[] }> {
  try {
    const coordinatorId = await requireIdleGroup(kafka, groupId);
    const partitions = await wantedPartitions(kafka, reset);
    const readings = await readPartitions(
      kafka,
      coordinatorId,
      groupId,
      { topic: reset.topic, atMs },
      partitions,
    );
    const moves = planReset(readings, reset);
    if (moves.every(({ newOffset }) => newOffset === null))
      throw invalid('to', 'the group has committed nothing in these partitions, so nothing can be shifted');
    return { coordinatorId, moves };
  } catch (error) {
    throw readFailure(error);
  }
}

function invalid(field: string, message: string): ConsoleError {
  return new ConsoleError('invalid', `${field}: ${message}`, { errors: { [field]: message } });
}

async function wantedPartitions(kafka: KafkaCluster, reset: ResetOffsets): Promise<PartitionDescription[]> {
  const [topic] = (await fetchClusterMetadata(kafka, [reset.topic])).topics;
  if (
    topic === undefined ||
    topic.error === 'UNKNOWN_TOPIC_OR_PARTITION' ||
    topic.error === 'INVALID_TOPIC_EXCEPTION'
  )
    throw invalid('topic', `there is no topic "${reset.topic}"`);
  if (topic.error !== null)
    throw new ConsoleError('cluster-unreachable', `Topic "${reset.topic}" cannot be read: ${topic.error}.`);
  const wanted = reset.partitions === undefined ? null : new Set(reset.partitions);
  const unknown = [...(wanted ?? [])].filter(
    (number) => !topic.partitions.some(({ partition }) => partition === number),
  );
  if (unknown.length > 0)
    throw invalid('partitions', `topic "${reset.topic}" has no partition ${unknown.slice(0, 10).join(', ')}`);
  const partitions = topic.partitions.filter(({ partition }) => wanted?.has(partition) ?? true);
  const leaderless = partitions.filter(({ leader }) => leader === null).map(({ partition }) => partition);
  if (leaderless.length > 0) {
    throw new ConsoleError(
      'cluster-unreachable',
      `Partition ${leaderless.slice(0, 10).join(', ')} of "${reset.topic}" has no leader, so its offsets cannot be read. Nothing was changed.`,
    );
  }
  return partitions;
}

async function readPartitions(
  kafka: KafkaCluster,
  coordinatorId: number,
  groupId: string,
  { topic, atMs }: { readonly topic: string; readonly atMs: number | null },
  partitions: readonly PartitionDescription[],
): Promise<PartitionReading[]> {
  const none = new Map<number, number | null>();
  const [earliest, latest, atTime, [committed]] = await Promise.all([
    offsetsOf(kafka, topic, partitions, 'earliest'),
    offsetsOf(kafka, topic, partitions, 'latest'),
    atMs === null ? none : offsetsOf(kafka, topic, partitions, { timestampMs: atMs }),
    fetchGroupOffsets(kafka, coordinatorId, [groupId]),
  ]);
  if (committed === undefined || committed.error !== null)
    throw new ConsoleError(
      'cluster-unreachable',
      `What the group has committed cannot be read: ${committed?.error ?? 'no answer'}.`,
    );
  const own = new Map(
    committed.committed
      .filter((each) => each.topic === topic)
      .map(({ partition, offset }) => [partition, offset]),
  );
  return partitions.map(({ partition }) => {
    const [earliestOffset, latestOffset] = [earliest.get(partition) ?? null, latest.get(partition) ?? null];
    if (earliestOffset === null || latestOffset === null)
      throw new ConsoleError(
        'cluster-unreachable',
        `The ends of partition ${partition} cannot be read. Nothing was changed.`,
      );
    const offsetAtTime = atTime.get(partition) ?? null;
    return {
      topic,
      partition,
      committedOffset: own.get(partition) ?? null,
      earliestOffset,
      latestOffset,
      offsetAtTime,
    };
  });
}

/** One request to each leader. A partition that refuses is an error: a reset of some of them would surprise. */
async function offsetsOf(
  kafka: KafkaCluster,
  topic: string,
  partitions: readonly PartitionDescription[],
  spec: OffsetSpec,
): Promise<Map<number, number | null>> {
  const byLeader = new Map<number, number[]>();
  for (const { partition, leader } of partitions) {
    if (leader !== null) byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition]);
  }
  const answers = await Promise.all(
    Array.from(byLeader, ([leader, numbers]) =>
      listOffsets(kafka, leader, new Map([[topic, numbers]]), spec),
    ),
  );
  const refused = answers.flat().find(({ error }) => error !== null);
  if (refused !== undefined)
    throw new ConsoleError(
      'cluster-unreachable',
      `Partition ${refused.partition} does not tell its offsets: ${refused.error}. Nothing was changed.`,
    );
  return new Map(answers.flat().map(({ partition, offset }) => [partition, offset]));
}

async function commit(
  kafka: KafkaCluster,
  coordinatorId: number,
  groupId: string,
  moves: readonly OffsetMove[],
): Promise<void> {
  const offsets = moves.flatMap(({ topic, partition, newOffset }) =>
    newOffset === null ? [] : [{ topic, partition, offset: newOffset }],
  );
  let outcomes: CommitOutcome[];
  try {
    outcomes = await commitGroupOffsets(kafka, coordinatorId, groupId, offsets);
  } catch (error) {
    throw changeFailure(error);
  }
  const failed = outcomes.filter(({ error }) => error !== null);
  const [first] = failed;
  if (first === undefined) return;
  requireSettled(groupId, first.error);
  if (joinedMeanwhile.has(first.error ?? '')) throw groupActive(groupId, 'joined just now');
  const which = failed.slice(0, 10).map(({ partition, error }) => `partition ${partition}: ${error}`);
  const words = `${which.join(', ')}${failed.length < outcomes.length ? '; the other partitions were moved' : ''}`;
  const type = isOpenOutcome(first.error ?? '') ? 'outcome-unknown' : 'refused-by-kafka';
  throw new ConsoleError(type, `Kafka answered ${words}.`);
}

function noteOf({ topic, to, dryRun }: ResetOffsets, moves: readonly OffsetMove[]): string {
  const shown = moves
    .slice(0, notedMovesMax)
    .map(
      ({ partition, oldOffset, newOffset }) =>
        `${partition}: ${oldOffset ?? 'none'} -> ${newOffset ?? 'unchanged'}`,
    );
  const more = moves.length > notedMovesMax ? `; and ${moves.length - notedMovesMax} more` : '';
  return `${dryRun ? 'dry run, ' : ''}${topic} to ${to}; ${shown.join('; ')}${more}`;
}
