/** How often something is named: keys with a count, as long as that is not 0. */
import { LayeredMap } from './layered-map.ts';

export class Tally<Key> {
  readonly #counts: LayeredMap<Key, number>;

  constructor(counts = new LayeredMap<Key, number>()) {
    this.#counts = counts;
  }

  draft(): Tally<Key> {
    return new Tally(this.#counts.draft());
  }

  of(key: Key): number {
    return this.#counts.get(key) ?? 0;
  }

  /** Less for a `by` below 0. */
  add(key: Key, by: number): void {
    const count = this.of(key) + by;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }

  /** Those that are counted at all. */
  keys(): Generator<Key> {
    return this.#counts.keys();
  }
}
