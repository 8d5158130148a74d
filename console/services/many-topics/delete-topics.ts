/** Deletes many topics. Where no answer comes, the brokers are asked which of them are gone. */
import { fetchClusterMetadata, fetchTopicsFrom } from '../../../kafka-client/admin/cluster-metadata.ts';
import { deleteTopics as deleteAtController } from '../../../kafka-client/admin/delete-topics.ts';
import type { KafkaCluster } from '../../../kafka-client/cluster.ts';
import type { ChangedTopic, ChangeTopics } from '../../contracts/topic-changes.ts';
import { changeTimeoutMs } from '../kafka-connections.ts';
import { isShownByAll } from '../shown-by-brokers.ts';
import { losses } from './topic-losses.ts';
import { rowOf, unknownAll, withOutcomes, type TopicsChange } from './topics-change.ts';

type Change = Extract<ChangeTopics, { action: 'delete' }>;
const GONE = 'UNKNOWN_TOPIC_OR_PARTITION';

export const deleteTopics: TopicsChange<Change> = {
  plan({ cluster, topics }) {
    return Promise.resolve(Array.from(topics.keys(), (topic) => rowOf(topic, losses(cluster, topic))));
  },

  async run({ kafka }, _change, planned) {
    const names = planned.map(({ topic }) => topic);
    let rows: ChangedTopic[];
    try {
      rows = withOutcomes(planned, await deleteAtController(kafka, names, changeTimeoutMs), 'done');
    } catch (error) {
      rows = unknownAll(planned, error);
    }
    const done = rows.filter(({ outcome }) => outcome === 'done').map(({ topic }) => topic);
    if (done.length > 0)
      await isShownByAll(kafka, async (id) =>
        (await fetchTopicsFrom(kafka, id, done)).every(({ error }) => error === GONE),
      );
    return withoutGone(kafka, rows);
  },
};

/** Only that every broker calls it unknown proves that a topic is gone; until then it stays open. */
async function withoutGone(kafka: KafkaCluster, rows: readonly ChangedTopic[]): Promise<ChangedTopic[]> {
  const open = rows.filter(({ outcome }) => outcome === 'unknown').map(({ topic }) => topic);
  if (open.length === 0) return [...rows];
  const gone = new Set<string>();
  const told = await fetchClusterMetadata(kafka, open).catch(() => null);
  for (const { name, error } of told?.topics ?? []) if (error === GONE) gone.add(name);
  for (const { id } of told?.brokers ?? []) {
    const seen = await fetchTopicsFrom(kafka, id, [...gone]).catch(() => []);
    for (const { name, error } of seen) if (error !== GONE) gone.delete(name);
  }
  return rows.map((row) => (gone.has(row.topic) ? { ...row, outcome: 'done', reason: null } : row));
}
