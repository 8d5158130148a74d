/** Which topics a rule on one number per topic is about: those of its name or pattern, else each that is not internal. */
import type { TopicSnapshot } from '../../model/snapshot.ts';
import type { Subject } from '../alert-rule.ts';
import { isPattern, nameMatcher } from '../name-pattern.ts';
import type { SnapshotView } from '../reading.ts';

export function wantedTopics(wanted: string | null, { snapshot }: SnapshotView): TopicSnapshot[] {
  const isWanted = nameMatcher(wanted);
  return [...snapshot.topics.values()].filter(
    ({ name, internal }) => isWanted(name) && (wanted !== null || !internal),
  );
}

export const topicSubject = (topic: string): Subject => ({ group: null, topic, broker: null });

export function expectedTopic({ topic }: { readonly topic: string | null }): Subject | null {
  return topic === null || isPattern(topic) ? null : topicSubject(topic);
}

export function concernsTopic(
  rule: { readonly topic: string | null },
  { group, topic, broker }: Subject,
): boolean {
  return group === null && broker === null && topic !== null && nameMatcher(rule.topic)(topic);
}
