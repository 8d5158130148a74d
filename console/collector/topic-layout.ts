/**
 * What follows from the list of topics alone, worked out once for as long as the cluster tells the same list: their order, which
 * broker leads what, and how much each broker has. The reader gives the same array until something in it changes.
 */
import { compareText } from '../model/lag.ts';
import type { ListedTopic, PartitionsByTopic } from './kafka-reader.ts';

/** What stands in the metadata about one broker. */
export interface BrokerDuties {
  readonly leaders: number;
  readonly replicas: number;
  readonly outOfSync: number;
  readonly leadersElsewhere: number;
}

export interface TopicLayout {
  readonly byName: readonly ListedTopic[];
  readonly led: ReadonlyMap<number, PartitionsByTopic>;
  /** Of every broker that leads or holds something, or should. */
  readonly duties: ReadonlyMap<number, BrokerDuties>;
}

export const noDuties: BrokerDuties = { leaders: 0, replicas: 0, outOfSync: 0, leadersElsewhere: 0 };

const layouts = new WeakMap<readonly ListedTopic[], TopicLayout>();

export function layoutOf(topics: readonly ListedTopic[]): TopicLayout {
  let layout = layouts.get(topics);
  if (layout === undefined) {
    const byName = [...topics].sort((a, b) => compareText(a.name, b.name));
    layouts.set(topics, (layout = { byName, led: ledOf(topics), duties: dutiesOf(topics) }));
  }
  return layout;
}

function ledOf(topics: readonly ListedTopic[]): Map<number, Map<string, number[]>> {
  const led = new Map<number, Map<string, number[]>>();
  for (const { name, partitions } of topics) {
    for (const { leader, partition } of partitions) {
      if (leader !== null) addPartition(led, leader, name, partition);
    }
  }
  return led;
}

export function addPartition(
  to: Map<number, Map<string, number[]>>,
  broker: number,
  topic: string,
  partition: number,
): void {
  let topics = to.get(broker);
  if (topics === undefined) to.set(broker, (topics = new Map<string, number[]>()));
  const partitions = topics.get(topic);
  if (partitions === undefined) topics.set(topic, [partition]);
  else partitions.push(partition);
}

function dutiesOf(topics: readonly ListedTopic[]): Map<number, BrokerDuties> {
  type Counted = { -readonly [Duty in keyof BrokerDuties]: BrokerDuties[Duty] };
  const all = new Map<number, Counted>();
  const of = (id: number): Counted => {
    let found = all.get(id);
    if (found === undefined) all.set(id, (found = { ...noDuties }));
    return found;
  };
  for (const { partitions } of topics) {
    for (const { leader, replicas, isr } of partitions) {
      if (leader !== null) of(leader).leaders += 1;
      for (const id of replicas) {
        of(id).replicas += 1;
        if (!isr.includes(id)) of(id).outOfSync += 1;
      }
      const [preferred] = replicas;
      if (preferred !== undefined && preferred !== leader) of(preferred).leadersElsewhere += 1;
    }
  }
  return all;
}
