/**
 * The lines of history of one cluster, and what each is in the round that is told. A cluster of 9,000 topics has 75,000 lines, of
 * which few come or go between two rounds: a line stays in its slot and is the same object, so that a round is a column of numbers,
 * and whoever keeps it compares two columns instead of looking up names.
 *
 * A round is `begin` and one `set` for each value that is known. Now and then what had no value in the round before is forgotten, and its
 * slot given to another line: whoever remembers something of a slot looks whether it is still the same line.
 */

export interface SeriesLabels {
  readonly topic: string;
  readonly group: string;
  readonly broker: string;
  readonly partition: string;
}
export type Label = keyof SeriesLabels;

export interface SeriesLine {
  /** As in the API: group.lag, topic.sizeBytes, ... */
  readonly name: string;
  readonly labels: SeriesLabels;
}

/** The lines that have the same labels, and those that have one more. */
export interface LabelledLines {
  readonly labels: SeriesLabels;
  /** The slot of one of them, from which `next` leads to the others; NONE: there is none. */
  first: number;
  /** By the label that they have more, and its value. */
  inner: Partial<Record<Label, Map<string, LabelledLines>>> | null;
}

/** Rounds between two searches for lines that have no value any more. */
const SWEEP_ROUNDS = 60;
const FIRST_SLOTS = 64;
const NONE = -1;

export class LineBook {
  /** Without labels. */
  readonly all: LabelledLines = {
    labels: { topic: '', group: '', broker: '', partition: '' },
    first: NONE,
    inner: null,
  };
  /** By slot; null: free. */
  readonly lines: (SeriesLine | null)[] = [];
  /** By slot; NaN: not known in this round. */
  values = new Float64Array(FIRST_SLOTS).fill(NaN);
  /** By slot: the next line with the same labels. An array for each of them would take more than all the rest. */
  readonly #next: number[] = [];
  readonly #free: number[] = [];
  /** Counts the rounds that were told. */
  round = 0;

  begin(): void {
    if (++this.round % SWEEP_ROUNDS === 0) this.#forget(this.all);
    this.values.fill(NaN);
  }

  /** No line has a value. */
  get isEmpty(): boolean {
    return this.values.every((value) => Number.isNaN(value));
  }

  /** The lines with one label more than `outer` has. */
  inside(outer: LabelledLines, label: Label, value: string): LabelledLines {
    outer.inner ??= {};
    const inner = (outer.inner[label] ??= new Map<string, LabelledLines>());
    let lines = inner.get(value);
    if (lines === undefined) {
      lines = { labels: { ...outer.labels, [label]: value }, first: NONE, inner: null };
      inner.set(value, lines);
    }
    return lines;
  }

  /** What is not known, or not finite, gives no point: absence is what a gap is. */
  set(of: LabelledLines, name: string, value: number | null): void {
    if (value === null || !Number.isFinite(value)) return;
    for (let slot = of.first; slot !== NONE; slot = this.#next[slot] ?? NONE) {
      if (this.lines[slot]?.name !== name) continue;
      this.values[slot] = value;
      return;
    }
    const slot = this.#free.pop() ?? this.lines.length;
    this.lines[slot] = { name, labels: of.labels };
    this.#next[slot] = of.first;
    of.first = slot;
    if (slot >= this.values.length) {
      const longer = new Float64Array(Math.ceil(this.values.length * 1.5)).fill(NaN);
      longer.set(this.values);
      this.values = longer;
    }
    this.values[slot] = value;
  }

  /** Lines without a value in the round before. Answers whether anything is left of these. */
  #forget(of: LabelledLines): boolean {
    let slot = of.first;
    of.first = NONE;
    while (slot !== NONE) {
      const next = this.#next[slot] ?? NONE;
      if (Number.isNaN(this.values[slot] ?? NaN)) {
        this.lines[slot] = null;
        this.#free.push(slot);
      } else {
        this.#next[slot] = of.first;
        of.first = slot;
      }
      slot = next;
    }
    let isNeeded = of.first !== NONE;
    for (const inner of Object.values(of.inner ?? {})) {
      for (const [value, lines] of inner) if (!this.#forget(lines)) inner.delete(value);
      isNeeded ||= inner.size > 0;
    }
    return isNeeded;
  }
}
