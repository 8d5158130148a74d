/**
 * A number for each partition: an offset, a size. In arrays by topic, not under text keys: with 39,000 partitions the keys would
 * cost more than everything else of a round.
 */
export class PartitionNumbers {
  readonly #topics = new Map<string, number[]>();
  /** Answers come topic by topic. */
  #lastTopic = '';
  #lastNumbers: number[] | undefined;

  set(topic: string, partition: number, value: number): void {
    let numbers = this.of(topic);
    if (numbers === undefined) {
      this.#topics.set(topic, (numbers = []));
      this.#lastNumbers = numbers;
    }
    while (numbers.length < partition) numbers.push(NaN);
    numbers[partition] = value;
  }

  get(topic: string, partition: number): number | null {
    const value = this.of(topic)?.[partition];
    return value === undefined || Number.isNaN(value) ? null : value;
  }

  /** By partition; NaN where it is not known. */
  of(topic: string): number[] | undefined {
    if (topic !== this.#lastTopic || this.#lastNumbers === undefined) {
      this.#lastTopic = topic;
      this.#lastNumbers = this.#topics.get(topic);
    }
    return this.#lastNumbers;
  }
}

/** For those who only look up. */
export type KnownPartitionNumbers = Pick<PartitionNumbers, 'get'>;
