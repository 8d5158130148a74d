/**
 * A map that can be drafted upon: a draft has what its origin has, and what was changed since it was made. So a step of a large group
 * costs what it changes, not what the group has. The origin must not change while a draft of it is in use.
 *
 * Entries come in the order of a Map: who is set again stays where it was, who is deleted and set again comes last.
 */
export class LayeredMap<Key, Value> {
  readonly #origin: LayeredMap<Key, Value> | null;
  /** Set here. */
  readonly #own = new Map<Key, Value>();
  /** Keys of the origin that were deleted here, also those that were set again. */
  readonly #gone = new Set<Key>();
  #size: number;

  constructor(origin: LayeredMap<Key, Value> | null = null) {
    this.#origin = origin;
    this.#size = origin?.size ?? 0;
  }

  draft(): LayeredMap<Key, Value> {
    return new LayeredMap(this);
  }

  get size(): number {
    return this.#size;
  }

  get(key: Key): Value | undefined {
    if (this.#own.has(key)) return this.#own.get(key);
    return this.#gone.has(key) ? undefined : this.#origin?.get(key);
  }

  has(key: Key): boolean {
    return this.#own.has(key) || this.#isInherited(key);
  }

  set(key: Key, value: Value): void {
    if (!this.has(key)) this.#size += 1;
    this.#own.set(key, value);
  }

  delete(key: Key): void {
    if (!this.has(key)) return;
    this.#size -= 1;
    this.#own.delete(key);
    if (this.#origin?.has(key) === true) this.#gone.add(key);
  }

  #isInherited(key: Key): boolean {
    return !this.#gone.has(key) && this.#origin?.has(key) === true;
  }

  *[Symbol.iterator](): Generator<[Key, Value]> {
    if (this.#origin === null) {
      yield* this.#own;
      return;
    }
    for (const entry of this.#origin) {
      const [key, value] = entry;
      if (this.#gone.has(key)) continue;
      yield this.#own.has(key) ? [key, this.#own.get(key) ?? value] : entry;
    }
    for (const entry of this.#own) if (!this.#isInherited(entry[0])) yield entry;
  }

  *keys(): Generator<Key> {
    for (const [key] of this) yield key;
  }

  *values(): Generator<Value> {
    for (const [, value] of this) yield value;
  }
}
