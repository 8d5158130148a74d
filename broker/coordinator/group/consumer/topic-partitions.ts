/** Partitions by topic id (22 characters of base64url), as assignments hold them. */

export type TopicPartitions = ReadonlyMap<string, ReadonlySet<number>>;

/** With the member epoch at which each partition came to the member (KIP-1251). */
export type OwnedPartitions = ReadonlyMap<string, ReadonlyMap<number, number>>;

export const NO_PARTITIONS: TopicPartitions = new Map();
export const NOTHING_OWNED: OwnedPartitions = new Map();

interface Numbered {
  readonly size: number;
  has(partition: number): boolean;
  keys(): Iterable<number>;
}

/** The same partitions; of owned ones the epochs do not count. */
export function samePartitions(
  left: ReadonlyMap<string, Numbered>,
  right: ReadonlyMap<string, Numbered>,
): boolean {
  if (left.size !== right.size) return false;
  for (const [topicId, partitions] of left) {
    const others = right.get(topicId);
    if (others?.size !== partitions.size) return false;
    for (const partition of partitions.keys()) if (!others.has(partition)) return false;
  }
  return true;
}

export function countPartitions(of: ReadonlyMap<string, Numbered>): number {
  let count = 0;
  for (const partitions of of.values()) count += partitions.size;
  return count;
}

/** As requests and answers list them, in ascending order. */
export function toTopicList(
  of: ReadonlyMap<string, Numbered>,
): { readonly topicId: string; readonly partitions: readonly number[] }[] {
  return [...of].map(([topicId, partitions]) => ({
    topicId,
    partitions: [...partitions.keys()].sort((left, right) => left - right),
  }));
}

/** Collects partitions one by one. */
export class PartitionCollector {
  readonly #topics = new Map<string, Set<number>>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get partitions(): TopicPartitions {
    return this.#topics;
  }

  add(topicId: string, partition: number): void {
    const known = this.#topics.get(topicId);
    if (known === undefined) this.#topics.set(topicId, new Set([partition]));
    else known.add(partition);
    this.#count += 1;
  }

  remove(topicId: string, partition: number): void {
    const known = this.#topics.get(topicId);
    if (known?.delete(partition) !== true) return;
    if (known.size === 0) this.#topics.delete(topicId);
    this.#count -= 1;
  }

  of(topicId: string): ReadonlySet<number> {
    return this.#topics.get(topicId) ?? new Set();
  }
}
