/**
 * One string for each name of a topic. Reading an answer makes strings of its own, and topics are named by the metadata, by the ends of
 * each leader, by commits and by assignments: of a large cluster a hundred thousand times.
 */

/** Topics come and go: then it begins again. */
const KEPT = 100_000;

export class TopicNames {
  readonly #names = new Map<string, string>();

  get size(): number {
    return this.#names.size;
  }

  of(name: string): string {
    const kept = this.#names.get(name);
    if (kept !== undefined) return kept;
    if (this.#names.size >= KEPT) this.#names.clear();
    this.#names.set(name, name);
    return name;
  }
}
