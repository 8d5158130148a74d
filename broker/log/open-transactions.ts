/**
 * The transactions of one partition that hold back its last stable offset (KIP-98; Kafka's ProducerStateManager):
 * those without a marker yet, and those whose marker is not below the high watermark yet. Pure.
 */

interface CompletedTransaction {
  readonly firstOffset: number;
  /** Of the marker. */
  readonly lastOffset: number;
}

export class OpenTransactions {
  /** First offsets by producer id, in the order of the offsets. */
  #undecided = new Map<number, number>();
  /** The largest first offset that ever came. */
  #latest = -1;
  /** By last offset. */
  #unreplicated: CompletedTransaction[] = [];

  /** Of both kinds. */
  get size(): number {
    return this.#undecided.size + this.#unreplicated.length;
  }

  clear(): void {
    this.#undecided.clear();
    this.#latest = -1;
    this.#unreplicated = [];
  }

  begin(producerId: number, firstOffset: number): void {
    this.#undecided.delete(producerId);
    this.#undecided.set(producerId, firstOffset);
    // Only what a snapshot puts back comes in another order.
    if (firstOffset < this.#latest)
      this.#undecided = new Map([...this.#undecided].sort(([, first], [, second]) => first - second));
    this.#latest = Math.max(this.#latest, firstOffset);
  }

  /** The marker at `lastOffset` decides the producer's transaction; null when none was open. */
  complete(producerId: number, lastOffset: number): CompletedTransaction | null {
    const firstOffset = this.#undecided.get(producerId);
    if (firstOffset === undefined) return null;
    this.#undecided.delete(producerId);
    const completed = { firstOffset, lastOffset };
    this.#unreplicated.push(completed);
    return completed;
  }

  /** The first offset whose transaction has no marker, null without any. */
  get firstUndecided(): number | null {
    for (const offset of this.#undecided.values()) return offset;
    return null;
  }

  /** Markers below the high watermark hold nothing back any more. */
  noteHighWatermark(highWatermark: number): void {
    const first = this.#unreplicated.findIndex(({ lastOffset }) => lastOffset >= highWatermark);
    if (first === -1) this.#unreplicated = [];
    else if (first > 0) this.#unreplicated = this.#unreplicated.slice(first);
  }

  /** The first offset that readers of committed records may not have, apart from the high watermark; null without any. */
  firstUnstable(highWatermark: number): number | null {
    let first = this.firstUndecided;
    for (const { firstOffset, lastOffset } of this.#unreplicated) {
      if (lastOffset >= highWatermark) first = Math.min(first ?? firstOffset, firstOffset);
    }
    return first;
  }
}
