/** The topics of a snapshot, in the order of their names, each partition with what this round and earlier ones were told of it. */
import type { BrokerSnapshot, PartitionSnapshot, TopicSnapshot } from '../model/snapshot.ts';
import { isSliceOver, nextSlice } from '../../kafka-client/slices.ts';
import { seenWrites, withPastWrites, type PastWrites } from '../model/topic-writes.ts';
import { knownAs } from './beats.ts';
import { PartitionBuilder } from './build-partitions.ts';
import { topicRates, type RateWindow } from './build-rates.ts';
import { topicSettingsOf } from './topic-settings.ts';
import type { RoundAnswers } from './round-answers.ts';
import type { RoundMemory } from './round-memory.ts';
import { layoutOf } from './topic-layout.ts';

export interface TopicsFrame {
  readonly brokers: readonly BrokerSnapshot[];
  readonly window: RateWindow;
  readonly intervalMs: number;
  readonly pastWrites: PastWrites;
}

export async function buildTopics(
  answers: RoundAnswers,
  memory: RoundMemory,
  { brokers, window, intervalMs, pastWrites }: TopicsFrame,
): Promise<Map<string, TopicSnapshot>> {
  const builder = new PartitionBuilder(answers, brokers, { endsAtMs: memory.endsAtMs, intervalMs });
  const time = { nowMs: answers.offsetsAtMs, intervalMs };
  const topics = new Map<string, TopicSnapshot>();
  for (const topic of layoutOf(answers.metadata.topics).byName) {
    if (isSliceOver()) await nextSlice();
    const { name, topicId, internal, error } = topic;
    const before = knownAs(topic, memory.topics);
    const partitions: PartitionSnapshot[] = [];
    for (let index = 0; index < topic.partitions.length; index++) {
      const listed = topic.partitions[index];
      if (listed !== undefined)
        partitions.push(builder.build(name, listed, before?.partitions[index] ?? null));
    }
    const settings = topicSettingsOf(name, before, answers.topicSettings, time);
    const isNew = before === null && memory.round > 0;
    const seen = seenWrites(partitions, before, { atMs: answers.offsetsAtMs, isNew });
    const writes = withPastWrites(seen, pastWrites.get(name));
    const rates = topicRates(topic, answers, window);
    topics.set(
      name,
      settings === undefined
        ? { name, topicId, internal, error, partitions, writes, ...rates }
        : { name, topicId, internal, error, partitions, writes, ...rates, settings },
    );
  }
  return topics;
}
