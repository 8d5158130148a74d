/**
 * Who of a consumer group should read what (KIP-848: server-side assignors). Pure: the same input gives the same
 * assignment. `uniform` is the default, as in Kafka.
 */
import { assignRange } from './range-assignor.ts';
import type { TopicPartitions } from './topic-partitions.ts';
import { assignUniform } from './uniform-assignor.ts';

export interface AssignableMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  /** Ids of topics that it subscribes to and that exist. */
  readonly topics: ReadonlySet<string>;
  /** Its target so far: what it should keep where possible. */
  readonly target: TopicPartitions;
}

export interface Assignable {
  readonly members: readonly AssignableMember[];
  /** By topic id; of every topic that a member subscribes to. */
  readonly partitionCounts: ReadonlyMap<string, number>;
}

export type Assignor = (group: Assignable) => ReadonlyMap<string, TopicPartitions>;

export const DEFAULT_ASSIGNOR = 'uniform';

export const ASSIGNORS: ReadonlyMap<string, Assignor> = new Map([
  [DEFAULT_ASSIGNOR, assignUniform],
  ['range', assignRange],
]);
