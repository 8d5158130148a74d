/**
 * Keeps the order of appends within a partition while the records of one are still being checked on another thread:
 * an append runs after all that were asked for before it, whatever their checks came to. Other partitions do not
 * wait. What is appended is not waited for beyond that: acknowledgements are somebody else's business.
 */
export class AppendQueue {
  /** Ends of the partitions that have something waiting. */
  readonly #tails = new Map<string, Promise<void>>();

  isBusy(key: string): boolean {
    return this.#tails.has(key);
  }

  /** Calls `append`, which must not throw, with the value of `checked`, which must not reject. */
  add<Checked>(key: string, checked: Checked | Promise<Checked>, append: (checked: Checked) => void): void {
    const tail = this.#runAfter(this.#tails.get(key), checked, append);
    this.#tails.set(key, tail);
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
  }

  async #runAfter<Checked>(
    before: Promise<void> | undefined,
    checked: Checked | Promise<Checked>,
    append: (checked: Checked) => void,
  ): Promise<void> {
    const value = await checked;
    await before;
    append(value);
  }
}
