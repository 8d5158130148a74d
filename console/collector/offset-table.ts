/**
 * Offsets by topic and partition. Numbers in arrays, not under text keys: with 39,000 partitions the keys would cost more than
 * everything else of a round.
 */
export class OffsetTable {
  readonly #topics = new Map<string, number[]>();
  /** Answers come topic by topic. */
  #lastTopic = '';
  #lastOffsets: number[] | undefined;

  set(topic: string, partition: number, offset: number): void {
    let offsets = this.of(topic);
    if (offsets === undefined) {
      this.#topics.set(topic, (offsets = []));
      this.#lastOffsets = offsets;
    }
    while (offsets.length < partition) offsets.push(NaN);
    offsets[partition] = offset;
  }

  get(topic: string, partition: number): number | null {
    const offset = this.of(topic)?.[partition];
    return offset === undefined || Number.isNaN(offset) ? null : offset;
  }

  /** By partition; NaN where it is not known. */
  of(topic: string): number[] | undefined {
    if (topic !== this.#lastTopic || this.#lastOffsets === undefined) {
      this.#lastTopic = topic;
      this.#lastOffsets = this.#topics.get(topic);
    }
    return this.#lastOffsets;
  }
}
