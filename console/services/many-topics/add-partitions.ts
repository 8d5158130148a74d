/** Raises many topics to the same number of partitions; one that has as many, or more, stays as it is. */
import { fetchTopicsFrom } from '../../../kafka-client/admin/cluster-metadata.ts';
import { createPartitions } from '../../../kafka-client/admin/create-partitions.ts';
import type { ChangeTopics } from '../../contracts/topic-changes.ts';
import { changeTimeoutMs } from '../kafka-connections.ts';
import { isShownByAll } from '../shown-by-brokers.ts';
import { refused, rowOf, unknownAll, withOutcomes, type TopicsChange } from './topics-change.ts';

type Change = Extract<ChangeTopics, { action: 'partitions' }>;

export const addPartitions: TopicsChange<Change> = {
  async plan({ kafka, topics }, { partitions }) {
    const rows = Array.from(topics.values(), ({ name, partitions: { length: now } }) => {
      const row = rowOf(name, { from: String(now), to: String(partitions) });
      if (now === partitions) return { ...row, outcome: 'nothing' as const };
      return now < partitions
        ? row
        : refused(row, `it has ${String(now)}, and partitions are never taken away`);
    });
    const planned = rows.filter(({ outcome }) => outcome === 'planned');
    if (planned.length === 0) return rows;
    const asked = planned.map(({ topic }) => ({ name: topic, count: partitions }));
    const told = await createPartitions(kafka, asked, changeTimeoutMs, { validateOnly: true });
    return [
      ...rows.filter(({ outcome }) => outcome !== 'planned'),
      ...withOutcomes(planned, told, 'planned'),
    ];
  },

  async run({ kafka }, { partitions }, planned) {
    const asked = planned.map(({ topic }) => ({ name: topic, count: partitions }));
    try {
      const rows = withOutcomes(planned, await createPartitions(kafka, asked, changeTimeoutMs), 'done');
      const done = rows.filter(({ outcome }) => outcome === 'done').map(({ topic }) => topic);
      await isShownByAll(kafka, async (id) =>
        (await fetchTopicsFrom(kafka, id, done)).every((topic) => topic.partitions.length >= partitions),
      );
      return rows;
    } catch (error) {
      return unknownAll(planned, error);
    }
  },
};
