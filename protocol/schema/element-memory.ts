/**
 * One of the outermost lists of a message that comes over and over, nearly the same each time: what was made of each element stays,
 * with the bytes it was made of, and an element of the same bytes is neither read nor made again. Of a large cluster little
 * changes between two answers, and reading all of it anew would be most of what watching it costs.
 *
 * Reading is a function of the bytes alone, so what begins with the bytes of an earlier element is that element. Where elements
 * came or went in between, their neighbours are found again. After a damaged message the memory is what it was before.
 */
import type { Reader } from '../wire/reader.ts';

/** What reading a message needs to know of it. */
export interface ElementReading {
  /** The name of the list. */
  readonly list: string;
  /** Reads all elements; stops after each. */
  read(
    reader: Reader,
    version: number,
    count: number,
    element: (reader: Reader) => unknown,
  ): Generator<undefined, void>;
}

const NOT_FOUND = -1;

export class ElementMemory<Element, Made> implements ElementReading {
  readonly list: string;
  readonly #make: (element: Element) => Made;
  #version = -1;
  #bytes: Buffer = Buffer.alloc(0);
  /** Where each element begins in the bytes, and where the last one ends. */
  #starts: readonly number[] = [0];
  #made: readonly Made[] = [];

  constructor(list: string, make: (element: Element) => Made) {
    this.list = list;
    this.#make = make;
  }

  /** One for each element of the last message. The same array, while nothing in the list has changed. */
  get made(): readonly Made[] {
    return this.#made;
  }

  *read(
    reader: Reader,
    version: number,
    count: number,
    element: (reader: Reader) => unknown,
  ): Generator<undefined, void> {
    const made = new Array<Made>(count);
    const starts = new Array<number>(count + 1);
    let next = 0;
    for (let index = 0; index < count; index++) {
      starts[index] = reader.position;
      const found = this.#version === version ? this.#find(reader, next) : NOT_FOUND;
      if (found === NOT_FOUND) {
        made[index] = this.#make(element(reader) as Element);
        next++;
      } else {
        reader.take(this.#lengthOf(found));
        made[index] = this.#made[found] as Made;
        next = found + 1;
      }
      yield;
    }
    starts[count] = reader.position;
    this.#version = version;
    this.#bytes = reader.buffer;
    this.#starts = starts;
    const before = this.#made;
    const isSame = before.length === count && made.every((each, index) => each === before[index]);
    if (!isSame) this.#made = made;
  }

  /** The element that was expected here, or one beside it. */
  #find(reader: Reader, expected: number): number {
    if (this.#isAt(reader, expected)) return expected;
    if (this.#isAt(reader, expected + 1)) return expected + 1;
    return this.#isAt(reader, expected - 1) ? expected - 1 : NOT_FOUND;
  }

  #isAt(reader: Reader, index: number): boolean {
    if (index < 0 || index >= this.#made.length) return false;
    const [start, length] = [this.#starts[index] ?? 0, this.#lengthOf(index)];
    const { position, buffer } = reader;
    if (length > reader.remaining()) return false;
    return buffer.compare(this.#bytes, start, start + length, position, position + length) === 0;
  }

  #lengthOf(index: number): number {
    return (this.#starts[index + 1] ?? 0) - (this.#starts[index] ?? 0);
  }
}
