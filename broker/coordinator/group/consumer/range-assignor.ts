/**
 * `range`, as Kafka's RangeAssignor of the consumer protocol: of each topic every subscriber gets one run of
 * partitions, the first ones one more where it does not come out even. Members stand in one order for all topics
 * (static ones first, by instance id, the others by member id), so topics with the same subscribers and as many
 * partitions are cut alike, and who comes back keeps its place.
 */
import type { Assignable, AssignableMember } from './assignor.ts';
import type { TopicPartitions } from './topic-partitions.ts';

export function assignRange({ members, partitionCounts }: Assignable): ReadonlyMap<string, TopicPartitions> {
  const sorted = [...members].sort(compareMembers);
  const cuts = new Map([...partitionCounts].map(([topicId, count]) => [topicId, new TopicCut(count)]));
  for (const { topics } of sorted) for (const topicId of topics) cuts.get(topicId)?.addSubscriber();
  return new Map(
    sorted.map(({ memberId, topics }) => {
      const runs = [...topics].map((topicId) => [topicId, cuts.get(topicId)?.next() ?? new Set()] as const);
      return [memberId, new Map(runs.filter(([, run]) => run.size > 0))];
    }),
  );
}

function compareMembers(left: AssignableMember, right: AssignableMember): number {
  if (left.instanceId !== null && right.instanceId !== null)
    return compareText(left.instanceId, right.instanceId);
  if (left.instanceId !== null) return -1;
  if (right.instanceId !== null) return 1;
  return compareText(left.memberId, right.memberId);
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

class TopicCut {
  readonly #partitionCount: number;
  #subscribers = 0;
  #served = 0;
  #next = 0;

  constructor(partitionCount: number) {
    this.#partitionCount = partitionCount;
  }

  addSubscriber(): void {
    this.#subscribers += 1;
  }

  next(): ReadonlySet<number> {
    const extras = this.#partitionCount % this.#subscribers;
    const size = Math.floor(this.#partitionCount / this.#subscribers) + (this.#served < extras ? 1 : 0);
    this.#served += 1;
    const run = new Set<number>();
    for (const end = this.#next + size; this.#next < end; this.#next++) run.add(this.#next);
    return run;
  }
}
