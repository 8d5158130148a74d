/** The figures of each cluster under the same names, how ours stand to the other's, and why one is missing. */
import { median } from '../figure.ts';
import { figures, type Figure, type FigureName } from './figures.ts';

const names = Object.keys(figures) as FigureName[];

export class Comparison {
  readonly #values = new Map<string, number[]>();
  readonly #reasons = new Map<string, string>();

  /** The median counts of a figure that is taken more than once. null: this system does not say. */
  add(subject: string, name: FigureName, value: number | null): void {
    const { what, unit } = figures[name];
    if (value === null || !Number.isFinite(value)) {
      this.miss(subject, [name], 'this system does not say');
      return;
    }
    const key = keyOf(subject, name);
    this.#values.set(key, [...(this.#values.get(key) ?? []), value]);
    console.log(`  ${subject.padEnd(12)}  ${what.padEnd(56)} ${shown(value)} ${unit}`);
  }

  miss(subject: string, some: readonly FigureName[], why: string): void {
    for (const name of some)
      if (this.#of(subject, name) === null) this.#reasons.set(keyOf(subject, name), why);
  }

  /** Lines of `wanted`, and below them why some have no value. */
  print(ours: string, other: string, wanted: ReadonlySet<FigureName>): void {
    const head = ['what'.padEnd(56), ours.padStart(10), other.padStart(13), '  unit   ', ' ratio', ' goal'];
    console.log(`\n  ${head.join(' ')}`);
    for (const name of names.filter((each) => wanted.has(each))) {
      const figure = figures[name];
      const [our, their] = [this.#of(ours, name), this.#of(other, name)];
      const ratio = our === null || their === null ? null : our / their;
      const columns = [
        figure.what.padEnd(56),
        shown(our).padStart(10),
        shown(their).padStart(13),
        `  ${figure.unit.padEnd(7)}`,
        (ratio === null ? '-' : ratio.toFixed(2)).padStart(6),
        ` ${goalOf(figure)}`.padEnd(18),
        verdict(figure, our, ratio),
      ];
      console.log(`  ${columns.join(' ')}`);
    }
    const missing = names.flatMap((name) =>
      [ours, other].flatMap((subject) => {
        const why = this.#reasons.get(keyOf(subject, name));
        if (why === undefined || !wanted.has(name) || this.#of(subject, name) !== null) return [];
        return [`  no value of ${subject} for "${figures[name].what}": ${why}`];
      }),
    );
    if (missing.length > 0) console.log(`\n${missing.join('\n')}`);
  }

  #of(subject: string, name: FigureName): number | null {
    const values = this.#values.get(keyOf(subject, name));
    return values === undefined ? null : median(values);
  }
}

const keyOf = (subject: string, name: FigureName): string => `${subject}/${name}`;

function goalOf({ better, goal, below, unit }: Figure): string {
  const [ratio, bound] = [`${better === 'less' ? '<=' : '>='} ${goal}`, `< ${below} ${unit}`];
  return [...(goal === null ? [] : [ratio]), ...(below === undefined ? [] : [bound])].join(', ');
}

function verdict({ better, goal, below }: Figure, our: number | null, ratio: number | null): string {
  if (our === null || (ratio === null && goal !== null)) return '';
  const kept = goal === null || ratio === null || (better === 'less' ? ratio <= goal : ratio >= goal);
  return kept && our < (below ?? Number.POSITIVE_INFINITY) ? 'met' : 'MISSED';
}

function shown(value: number | null): string {
  if (value === null) return '-';
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
