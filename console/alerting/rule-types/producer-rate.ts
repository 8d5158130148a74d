/** Producers write to a topic outside of a band: fewer messages per second than `min`, or more than `max`. */
import type { RuleOf, Subject } from '../alert-rule.ts';
import { measured, unknown, type Reading } from '../reading.ts';
import { concernsTopic, expectedTopic, topicSubject, wantedTopics } from './each-topic.ts';
import type { SnapshotRuleType } from './rule-type.ts';

export const producerRateRule: SnapshotRuleType<'producer-rate'> = {
  type: 'producer-rate',
  reads: 'snapshot',
  read: (rule, view) =>
    wantedTopics(rule.topic, view).map(({ name, messagesInPerSec, error }) =>
      messagesInPerSec === null
        ? unknown(topicSubject(name), error ?? 'Its rate is not known.')
        : readRate(rule, topicSubject(name), messagesInPerSec),
    ),
  expected: expectedTopic,
  concerns: concernsTopic,
  courseOf: (_, { topic }) => (topic === null ? null : { name: 'topic.messagesInPerSec', topic }),
};

/** The bound that is nearer counts while the rate lies in the band, so that a recovery says what it came back from. */
function readRate({ min, max }: RuleOf<'producer-rate'>, subject: Subject, rate: number): Reading {
  const isLow = min !== null && (max === null || rate - min < max - rate);
  if (!isLow) return measured(subject, rate, { threshold: max ?? Infinity, recoverAt: null });
  return {
    ...measured(subject, -rate, { threshold: -min, recoverAt: null }),
    value: rate,
    threshold: min,
    worse: 'lower',
  };
}
