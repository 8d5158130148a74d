/**
 * Hands out producer ids, each once, from blocks that the controller has recorded as given away (KIP-98, KIP-730).
 *
 * A block is committed to the metadata log before its first id is used, so after a restart the next block begins
 * behind it: ids left over in memory are lost, none is ever given twice. The next block is fetched once, however
 * many producers wait for it.
 */

export interface ProducerIdBlock {
  readonly firstProducerId: number;
  readonly count: number;
}

export class ProducerIdSource {
  readonly #allocate: () => Promise<ProducerIdBlock>;
  #next = 0;
  #end = 0;
  #fetching: Promise<void> | null = null;

  constructor(allocate: () => Promise<ProducerIdBlock>) {
    this.#allocate = allocate;
  }

  /** Rejects when the controller cannot give a block; the next call tries again. */
  async next(): Promise<number> {
    while (this.#next >= this.#end) {
      this.#fetching ??= this.#fetch().finally(() => (this.#fetching = null));
      await this.#fetching;
    }
    this.#next += 1;
    return this.#next - 1;
  }

  async #fetch(): Promise<void> {
    const { firstProducerId, count } = await this.#allocate();
    this.#next = firstProducerId;
    this.#end = firstProducerId + count;
  }
}
