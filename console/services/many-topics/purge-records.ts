/** Takes all records out of many topics, up to where each partition ends at that moment. */
import type { ChangedTopic, ChangeTopics } from '../../contracts/topic-changes.ts';
import { refusalWords } from '../purge-topic.ts';
import { planPurge, runPurge, type PartitionPurge, type PurgeAsk } from '../record-purge.ts';
import { losses } from './topic-losses.ts';
import { refused, rowOf, type TopicsChange } from './topics-change.ts';

type Change = Extract<ChangeTopics, { action: 'purge' }>;
const everything: PurgeAsk = { to: 'end', value: undefined, partitions: null };

export const purgeRecords: TopicsChange<Change> = {
  async plan({ kafka, cluster, topics }) {
    const plan = byTopic(await planPurge(kafka, [...topics.values()], everything));
    return Array.from(topics.keys(), (topic) => {
      const row = rowOf(topic, { ...losses(cluster, topic), sizeBytes: null });
      const policy = cluster.snapshot?.topics.get(topic)?.settings?.cleanupPolicy;
      if (policy === 'compact') return refused(row, refusalWords('POLICY_VIOLATION'));
      return plannedRow(row, plan.get(topic) ?? []);
    });
  },

  async run({ kafka, topics }, _change, planned) {
    const described = planned.flatMap(({ topic }) => topics.get(topic) ?? []);
    const done = byTopic(await runPurge(kafka, await planPurge(kafka, described, everything)));
    return planned.map((row) => doneRow(row, done.get(row.topic) ?? []));
  },
};

function byTopic(partitions: readonly PartitionPurge[]): Map<string, PartitionPurge[]> {
  const topics = new Map<string, PartitionPurge[]>();
  for (const partition of partitions) {
    const of = topics.get(partition.topic) ?? [];
    of.push(partition);
    topics.set(partition.topic, of);
  }
  return topics;
}

const failedOf = (partitions: readonly PartitionPurge[]) => partitions.filter(({ error }) => error !== null);
const recordsOf = (partitions: readonly PartitionPurge[]): number =>
  partitions.reduce((sum, { records }) => sum + (records ?? 0), 0);

function failuresText(failed: readonly PartitionPurge[], rest: string): string {
  const [first] = failed;
  const which = failed.slice(0, 10).map(({ partition }) => partition);
  return `partition ${which.join(', ')}: ${refusalWords(first?.error ?? null)}${rest}`;
}

function plannedRow(row: ChangedTopic, partitions: readonly PartitionPurge[]): ChangedTopic {
  const failed = failedOf(partitions);
  const records = recordsOf(partitions);
  if (failed.length > 0 && failed.length === partitions.length)
    return refused({ ...row, records: null }, failuresText(failed, ''));
  const reason = failed.length === 0 ? null : failuresText(failed, '; the other partitions can be');
  return { ...row, records, reason, outcome: records === 0 && failed.length === 0 ? 'nothing' : 'planned' };
}

function doneRow(row: ChangedTopic, partitions: readonly PartitionPurge[]): ChangedTopic {
  const failed = failedOf(partitions);
  const records = recordsOf(partitions);
  if (failed.length === 0) return { ...row, records, outcome: 'done', reason: null };
  const some = failed.length < partitions.length ? '; the other partitions were' : '';
  const outcome = failed.some(({ isOpen }) => isOpen) ? 'unknown' : 'refused';
  return { ...row, records, outcome, reason: failuresText(failed, some) };
}
