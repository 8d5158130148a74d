/**
 * Which partitions `kafka-get-offsets` is asked about: a pattern of topics with single partitions, or a list of rules, each a pattern
 * of topics and behind a colon a partition, or a range of them without its upper end (class GetOffsetShell of Apache Kafka 4.3.1).
 * Pure.
 */
import { CommandError } from '../command-error.ts';
import type { TopicPartition } from '../kafka-tool/partition-offsets.ts';
import { topicPattern } from '../kafka-topics/topic-arguments.ts';

export type PartitionFilter = (partition: TopicPartition) => boolean;

const RULE = /^([^:,]*)(?::(?:(\d*)|(\d*)-(\d*)))?$/;

/** `topic:1,other:0-3,third:5-,:-2` @throws CommandError */
export function filterByRules(text: string): PartitionFilter {
  const rules = text.split(',').map((rule) => {
    const match = RULE.exec(rule);
    if (match === null) throw new CommandError(`Invalid rule specification: ${rule}`);
    const [, topic, only, lower, upper] = match;
    const pattern = topicPattern(topic || '.*');
    const [from, to] = only
      ? [Number(only), Number(only) + 1]
      : [Number(lower || 0), upper ? Number(upper) : Number.POSITIVE_INFINITY];
    return (each: TopicPartition): boolean =>
      pattern.test(each.topic) && each.partition >= from && each.partition < to;
  });
  return (partition) => rules.some((rule) => rule(partition));
}

/** All topics, or partitions, where nothing is given. @throws CommandError */
export function filterByNames(topics: string | null, partitions: string | null): PartitionFilter {
  const pattern = topicPattern(topics ?? '.*');
  const words = partitions === null || partitions === '' ? [] : partitions.split(',');
  if (words.some((word) => !/^\+?\d+$/.test(word)))
    throw new CommandError(
      `--partitions expects a comma separated list of numeric partition ids, but received: ${String(partitions)}`,
    );
  const wanted = new Set(words.map(Number));
  return ({ topic, partition }) => pattern.test(topic) && (wanted.size === 0 || wanted.has(partition));
}
