/**
 * What to read next of a topic, so that its newest or oldest records are found with as little reading as possible. Pure: it is told
 * what was read and says what to ask; scan.ts asks.
 *
 * From a place onwards a partition is read straight ahead. For the newest, windows of offsets are read from the end towards the
 * start: the first as long as the records that are wanted, each further one longer, because what is looked for is rare then.
 * A partition is done when its range is, or when it alone has what is wanted. The whole is done when all are; with a filter
 * already when all together have enough, since to find more might mean to read everything.
 */

export type ScanOrder = 'oldest-first' | 'newest-first';

export interface PartitionRange {
  readonly partition: number;
  readonly leader: number;
  /** First offset, and the one behind the last. */
  readonly from: number;
  readonly to: number;
}

export interface ScanAim {
  readonly order: ScanOrder;
  readonly limit: number;
  readonly isFiltered: boolean;
}

/** What to ask of a partition: records from `offset` on; those at `end` and behind do not count. */
export interface Step {
  readonly partition: number;
  readonly leader: number;
  readonly offset: number;
  readonly end: number;
}

const WINDOW_GROWTH = 4;
const WINDOW_MAX = 100_000;

export class ScanPlan {
  readonly #aim: ScanAim;
  readonly #cursors: readonly PartitionCursor[];

  constructor(ranges: readonly PartitionRange[], aim: ScanAim) {
    this.#aim = aim;
    this.#cursors = ranges.map((range) => new PartitionCursor(range, aim));
  }

  /** Empty when it is done. */
  next(): Step[] {
    if (this.#aim.isFiltered && this.#found >= this.#aim.limit) return [];
    return this.#cursors.flatMap((cursor) => cursor.step ?? []);
  }

  /** A partition was read up to `nextOffset`; `found` of its records passed. */
  read(partition: number, nextOffset: number, found: number): void {
    this.#cursorOf(partition)?.read(nextOffset, found);
  }

  /** Nothing more of it can be read. */
  giveUp(partition: number): void {
    this.#cursorOf(partition)?.giveUp();
  }

  /** What was read of each partition, whole stretches only. */
  scanned(): { readonly partition: number; readonly from: number; readonly to: number }[] {
    return this.#cursors.map((cursor) => cursor.scanned);
  }

  /** Every partition was read to the end of its range. */
  get isWhole(): boolean {
    return this.#cursors.every((cursor) => cursor.isWhole);
  }

  get #found(): number {
    return this.#cursors.reduce((sum, { found }) => sum + found, 0);
  }

  #cursorOf(partition: number): PartitionCursor | undefined {
    return this.#cursors.find(({ range }) => range.partition === partition);
  }
}

class PartitionCursor {
  readonly range: PartitionRange;
  readonly #limit: number;
  readonly #isBackward: boolean;
  found = 0;
  /** The window that is being read; forwards it is the whole range. */
  #start: number;
  #end: number;
  #at: number;
  #length: number;
  #isOver: boolean;

  constructor(range: PartitionRange, { order, limit }: ScanAim) {
    this.range = range;
    this.#limit = limit;
    this.#isBackward = order === 'newest-first';
    this.#length = limit;
    this.#end = range.to;
    this.#start = this.#isBackward ? Math.max(range.from, range.to - limit) : range.from;
    this.#at = this.#start;
    this.#isOver = range.from >= range.to;
  }

  get step(): Step | null {
    if (this.#isOver) return null;
    const { partition, leader } = this.range;
    return { partition, leader, offset: this.#at, end: this.#end };
  }

  read(nextOffset: number, found: number): void {
    this.found += found;
    this.#at = Math.max(this.#at, nextOffset);
    if (!this.#isBackward && this.found >= this.#limit) this.#isOver = true;
    if (this.#at < this.#end || this.#isOver) return;
    if (!this.#isBackward || this.#start <= this.range.from || this.found >= this.#limit) {
      this.#isOver = true;
      return;
    }
    this.#length = Math.min(this.#length * WINDOW_GROWTH, WINDOW_MAX);
    this.#end = this.#start;
    this.#start = Math.max(this.range.from, this.#end - this.#length);
    this.#at = this.#start;
  }

  giveUp(): void {
    this.#isOver = true;
  }

  get isWhole(): boolean {
    const { from, to } = this.scanned;
    return from <= this.range.from && to >= this.range.to;
  }

  /** Backwards a window that was not read to its end counts for nothing yet, but for what lies behind it. */
  get scanned(): { readonly partition: number; readonly from: number; readonly to: number } {
    const { partition, from, to } = this.range;
    if (!this.#isBackward)
      return { partition, from, to: Math.min(Math.max(this.#at, from), Math.max(from, to)) };
    return { partition, from: this.#at >= this.#end ? this.#start : this.#end, to };
  }
}
