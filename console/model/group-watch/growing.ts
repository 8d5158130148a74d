/** Columns of numbers by slot: typed arrays that double, and slots that are given back and used again. */

type Column = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

const FIRST_SLOTS = 64;

/** The same values in a column for `size` slots; new ones are 0. */
export function grown<C extends Column>(column: C, size: number): C {
  const larger = new (column.constructor as new (length: number) => C)(size);
  larger.set(column);
  return larger;
}

export class Slots {
  readonly #free: number[] = [];
  #used = 0;
  #capacity = 0;

  /** A slot that nobody uses. `grow` is called before it when the columns have to be longer. */
  take(grow: (capacity: number) => void): number {
    const freed = this.#free.pop();
    if (freed !== undefined) return freed;
    if (this.#used === this.#capacity) {
      this.#capacity = this.#capacity === 0 ? FIRST_SLOTS : Math.ceil(this.#capacity * 1.5);
      grow(this.#capacity);
    }
    return this.#used++;
  }

  giveBack(slot: number): void {
    this.#free.push(slot);
  }

  get inUse(): number {
    return this.#used - this.#free.length;
  }
}
