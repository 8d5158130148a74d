/**
 * How many members have a partition, or have yet to let go of it: at most one, unless a log says otherwise. Kept along with the members,
 * so that nobody has to look through all of them for what is free.
 */
import { LayeredMap } from './layered-map.ts';
import { Tally } from './tally.ts';
import type { OwnedPartitions } from './topic-partitions.ts';

export class PartitionClaims {
  readonly #tallies: LayeredMap<string, Tally<number>>;
  /** By topic id: those that may be changed here. */
  readonly #own = new Map<string, Tally<number>>();

  constructor(tallies = new LayeredMap<string, Tally<number>>()) {
    this.#tallies = tallies;
  }

  /** This one must not change while the draft is in use. */
  draft(): PartitionClaims {
    return new PartitionClaims(this.#tallies.draft());
  }

  of(topicId: string, partition: number): number {
    return this.#tallies.get(topicId)?.of(partition) ?? 0;
  }

  /** `by` is 1 for who comes to have them, -1 for who had them. */
  add(owned: OwnedPartitions, by: 1 | -1): void {
    for (const [topicId, partitions] of owned) {
      const tally = this.#changeable(topicId);
      for (const partition of partitions.keys()) tally.add(partition, by);
    }
  }

  #changeable(topicId: string): Tally<number> {
    const own = this.#own.get(topicId);
    if (own !== undefined) return own;
    const tally = this.#tallies.get(topicId)?.draft() ?? new Tally<number>();
    this.#own.set(topicId, tally);
    this.#tallies.set(topicId, tally);
    return tally;
  }
}
