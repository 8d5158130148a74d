/** A topic takes more than so many bytes: the sum over its partitions of the leader's replica, without followers. */
import { summarizeTopic } from '../../model/topic-summary.ts';
import { measured, unknown } from '../reading.ts';
import { concernsTopic, expectedTopic, topicSubject, wantedTopics } from './each-topic.ts';
import type { SnapshotRuleType } from './rule-type.ts';

export const topicCapacityRule: SnapshotRuleType<'topic-capacity'> = {
  type: 'topic-capacity',
  reads: 'snapshot',
  read: (rule, view) =>
    wantedTopics(rule.topic, view).map((topic) => {
      const subject = topicSubject(topic.name);
      const { sizeBytes } = summarizeTopic(topic);
      if (sizeBytes === null) return unknown(subject, topic.error ?? 'Its size is not known.');
      return measured(subject, sizeBytes, rule);
    }),
  expected: expectedTopic,
  concerns: concernsTopic,
  courseOf: (_, { topic }) => (topic === null ? null : { name: 'topic.sizeBytes', topic }),
};
