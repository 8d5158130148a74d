/**
 * Takes records out of one topic, or says what would go (the dry run, which is the rule). Refusals come in one order: no such
 * topic, the confirmation, internal topics, a cluster that is only watched.
 */
import type { PurgeTopic, TopicPurge } from '../contracts/topic-purge.ts';
import { refreshAfterChange, requireWritable } from './changing-cluster.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { isInternal } from './delete-topic.ts';
import { kafkaOf, readFailure } from './kafka-connections.ts';
import { planPurge, runPurge, type PartitionPurge } from './record-purge.ts';
import { requireTopic } from './topic-reading.ts';
import { requireCluster } from './watched-clusters.ts';

/** Partitions that the audit row spells out. */
const notedMax = 50;

export async function purgeTopic(
  context: ConsoleContext,
  clusterId: string,
  topic: string,
  purge: PurgeTopic,
  note: (detail: string) => void,
): Promise<TopicPurge> {
  const cluster = requireCluster(context, clusterId);
  const { to, value, dryRun, confirm } = purge;
  if (!dryRun && confirm !== topic) {
    throw new ConsoleError('confirm', 'Repeat the name of the topic as confirm.', {
      errors: { confirm: 'is not the name of the topic' },
    });
  }
  if (isInternal(cluster, topic))
    throw new ConsoleError(
      'internal-topic',
      `Kafka keeps its own state in "${topic}"; nothing is taken out of it here.`,
    );
  if (!dryRun) requireWritable(cluster);
  const kafka = kafkaOf(cluster.settings);
  const wanted = purge.partitions === undefined ? null : new Set(purge.partitions);
  let planned: PartitionPurge[];
  try {
    const described = await requireTopic(kafka, topic);
    const unknown = [...(wanted ?? [])].find(
      (number) => !described.partitions.some(({ partition }) => partition === number),
    );
    if (unknown !== undefined) {
      const words = `topic "${topic}" has no partition ${String(unknown)}`;
      throw new ConsoleError('invalid', words, { errors: { partitions: words } });
    }
    planned = await planPurge(kafka, [described], { to, value, partitions: wanted });
  } catch (error) {
    throw readFailure(error);
  }
  const done = dryRun ? planned : await runPurge(kafka, planned);
  note(
    `${dryRun ? 'dry run, ' : ''}${to}${value === undefined ? '' : ` ${String(value)}`}; ${purgeText(done)}`,
  );
  if (!dryRun) {
    await refreshAfterChange(clusterId, [topic]);
    requireAny(done);
  }
  return { topic, dryRun, partitions: done.map(toContract) };
}

function toContract({
  partition,
  oldStartOffset,
  endOffset,
  newStartOffset,
  records,
  error,
}: PartitionPurge) {
  return { partition, oldStartOffset, endOffset, newStartOffset, records, error };
}

/** What went of each partition, for the audit trail. */
export function purgeText(partitions: readonly PartitionPurge[]): string {
  const shown = partitions.slice(0, notedMax).map(({ partition, oldStartOffset, newStartOffset, error }) => {
    const moved = `${partition}: ${oldStartOffset ?? 'unknown'} -> ${newStartOffset ?? 'unknown'}`;
    return error === null ? moved : `${partition}: ${error}`;
  });
  const more = partitions.length > notedMax ? `; and ${partitions.length - notedMax} more` : '';
  return `${shown.join('; ')}${more}`;
}

/** Where nothing at all was done the answer is a refusal, not a table of them. */
function requireAny(partitions: readonly PartitionPurge[]): void {
  const failed = partitions.filter(({ error }) => error !== null);
  const [first] = failed;
  if (first === undefined || failed.length < partitions.length) return;
  if (failed.some(({ isOpen }) => isOpen))
    throw new ConsoleError(
      'outcome-unknown',
      `It was sent, but no answer came (${first.error ?? ''}). Look where the partitions begin before trying again.`,
    );
  throw new ConsoleError('refused-by-kafka', `Kafka refused it: ${refusalWords(first.error)}`);
}

/** Kafka's name of an error, with what it means here. */
export function refusalWords(error: string | null): string {
  return error === 'POLICY_VIOLATION'
    ? 'POLICY_VIOLATION: records of a topic that is only compacted cannot be taken out (cleanup.policy)'
    : (error ?? 'no reason given');
}
