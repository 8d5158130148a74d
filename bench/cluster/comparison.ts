/** The figures of each cluster under the same names, and how ours stand to the other's. */
export type Better = 'less' | 'more';

interface Row {
  readonly what: string;
  readonly unit: string;
  readonly better: Better;
  /** Ratio to the other's that we hold ourselves to. */
  readonly goal: number;
  readonly values: Map<string, number>;
}

export class Comparison {
  readonly #rows = new Map<string, Row>();

  /** A figure that could not be taken is left out. */
  add(subject: string, what: string, value: number | null, row: Pick<Row, 'unit' | 'better' | 'goal'>): void {
    if (value === null || !Number.isFinite(value)) return;
    const known = this.#rows.get(what) ?? { what, ...row, values: new Map<string, number>() };
    known.values.set(subject, value);
    this.#rows.set(what, known);
    console.log(`  ${subject.padEnd(14)} ${what.padEnd(58)} ${shown(value)} ${row.unit}`);
  }

  print(ours: string, other: string): void {
    console.log(`\n  ${'what'.padEnd(58)} ${ours.padStart(10)} ${other.padStart(13)}   unit    ratio  goal`);
    for (const { what, unit, better, goal, values } of this.#rows.values()) {
      const [our, their] = [values.get(ours), values.get(other)];
      const ratio = our === undefined || their === undefined ? null : our / their;
      const kept =
        ratio === null ? '' : (better === 'less' ? ratio <= goal : ratio >= goal) ? 'kept' : 'MISSED';
      const columns = [
        what.padEnd(58),
        shown(our).padStart(10),
        shown(their).padStart(13),
        `  ${unit.padEnd(7)}`,
        (ratio === null ? '-' : ratio.toFixed(2)).padStart(6),
        `${better === 'less' ? '<=' : '>='} ${goal}`,
        kept,
      ];
      console.log(`  ${columns.join(' ')}`);
    }
  }
}

function shown(value: number | undefined): string {
  if (value === undefined) return '-';
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
