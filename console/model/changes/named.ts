/** Names of what one change is about: so many are kept, so that a page can list them and a chart knows whom it concerns; all are counted. */
export const NAMES_MAX = 50;

export class Named {
  readonly #names = new Set<string>();

  add(name: string): void {
    this.#names.add(name);
  }

  get count(): number {
    return this.#names.size;
  }

  get first(): string[] {
    return [...this.#names].slice(0, NAMES_MAX);
  }
}

/** Lists by what was changed from and to, in the order in which they came. Not known on either side is no change. */
export class NamedByMove<T extends string | number> {
  readonly #moves = new Map<string, { readonly from: T; readonly to: T; readonly names: Named }>();

  add(from: T | null, to: T | null, name: string): void {
    if (from === null || to === null || from === to) return;
    const key = JSON.stringify([from, to]);
    const known = this.#moves.get(key) ?? { from, to, names: new Named() };
    known.names.add(name);
    this.#moves.set(key, known);
  }

  map<R>(make: (from: T, to: T, names: Named) => R): R[] {
    return [...this.#moves.values()].map(({ from, to, names }) => make(from, to, names));
  }
}
