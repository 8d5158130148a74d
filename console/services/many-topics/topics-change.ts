/** What the changes of many topics share: what they are given, rows of their answers, and what a refusal of Kafka makes of a row. */
import type { TopicOutcome as KafkaOutcome } from '../../../kafka-client/admin/at-controller.ts';
import type { TopicDescription } from '../../../kafka-client/admin/cluster-metadata.ts';
import type { KafkaCluster } from '../../../kafka-client/cluster.ts';
import type { ChangedTopic } from '../../contracts/topic-changes.ts';
import { changeFailure, isOpenOutcome, isUnsent } from '../kafka-connections.ts';
import type { WatchedCluster } from '../watched-clusters.ts';

export interface TopicsToChange {
  readonly cluster: WatchedCluster;
  readonly kafka: KafkaCluster;
  /** Those that are there, by name, as the brokers know them at this moment. */
  readonly topics: ReadonlyMap<string, TopicDescription>;
}

/** One kind of change: what would happen, without changing anything, and doing what was planned. */
export interface TopicsChange<Change> {
  readonly plan: (given: TopicsToChange, change: Change) => Promise<ChangedTopic[]>;
  /** Gets the rows that are `planned`, answers the same ones with what became of them. */
  readonly run: (
    given: TopicsToChange,
    change: Change,
    planned: readonly ChangedTopic[],
  ) => Promise<ChangedTopic[]>;
}

export function rowOf(topic: string, changes: Partial<ChangedTopic> = {}): ChangedTopic {
  const nothing = { reason: null, from: null, to: null, records: null, sizeBytes: null, readers: [] };
  return { topic, outcome: 'planned', ...nothing, ...changes };
}

export const refused = (row: ChangedTopic, reason: string): ChangedTopic => ({
  ...row,
  outcome: 'refused',
  reason,
});

type KafkaWord = Pick<KafkaOutcome, 'name' | 'error' | 'message'>;

/** The rows with what Kafka said of each; `took` is what they are where it took it. */
export function withOutcomes(
  rows: readonly ChangedTopic[],
  outcomes: readonly KafkaWord[],
  took: 'planned' | 'done',
): ChangedTopic[] {
  const byName = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
  return rows.map((row) => {
    const told = byName.get(row.topic);
    if (told === undefined)
      return took === 'planned'
        ? row
        : { ...row, outcome: 'unknown', reason: 'Kafka’s answer does not name it' };
    const { error, message } = told;
    if (error === null) return { ...row, outcome: took };
    const reason = message === null || message === '' ? error : `${error}: ${message}`;
    return isOpenOutcome(error) && took === 'done'
      ? { ...row, outcome: 'unknown', reason }
      : refused(row, reason);
  });
}

/** A call for all rows that failed as a whole: nothing was sent (thrown), or nobody knows. */
export function unknownAll(rows: readonly ChangedTopic[], error: unknown): ChangedTopic[] {
  if (isUnsent(error)) throw changeFailure(error);
  const reason = `no answer came: ${error instanceof Error ? error.message : String(error)}`;
  return rows.map((row) => ({ ...row, outcome: 'unknown', reason }));
}
