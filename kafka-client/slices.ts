/**
 * Long work in slices: between two of them whatever else waits gets its turn, so that a page is not held up by the round of a
 * huge cluster. Ask `isOver` at every item, and wait for `next` when it says so.
 */
const SLICE_MS = 12;

export class Slices {
  readonly #sliceMs: number;
  #endMs: number;

  constructor(sliceMs = SLICE_MS) {
    this.#sliceMs = sliceMs;
    this.#endMs = performance.now() + sliceMs;
  }

  get isOver(): boolean {
    return performance.now() >= this.#endMs;
  }

  async next(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#endMs = performance.now() + this.#sliceMs;
  }
}
