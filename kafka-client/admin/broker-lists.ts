/**
 * One array for all equal lists of brokers. A cluster has few: 39,000 partitions of three replicas come in a handful of orders,
 * and an in-sync set is mostly the list of all replicas.
 */

/** Clusters of hundreds of brokers have more orders than are worth keeping: then it begins again. */
const KEPT = 10_000;

export class BrokerLists {
  readonly #lists = new Map<string, readonly number[]>();

  of(ids: readonly number[]): readonly number[] {
    const key = ids.join();
    const kept = this.#lists.get(key);
    if (kept !== undefined) return kept;
    if (this.#lists.size >= KEPT) this.#lists.clear();
    this.#lists.set(key, ids);
    return ids;
  }
}
