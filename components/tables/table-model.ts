/**
 * Sorting and order of a table's rows. PURE.
 *
 * Names sort as people count ("topic-2" before "topic-10"); what is not known comes last in both directions. While one reads,
 * rows keep their places: new values change in place, and `moved` says how many rows a fresh sort would move.
 */

export type SortValue = number | string | null;
export type Direction = 'asc' | 'desc';

export interface SortState {
  readonly column: string;
  readonly direction: Direction;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

export function parseSort(text: string): SortState {
  return text.startsWith('-')
    ? { column: text.slice(1), direction: 'desc' }
    : { column: text, direction: 'asc' };
}

export const sortText = ({ column, direction }: SortState): string =>
  direction === 'desc' ? `-${column}` : column;

/** Names that are remembered beyond those that are there now. */
const SPARE_NAMES = 1_000;

/**
 * Where names stand among each other. To compare them as people do takes long, and the same ones come again with each round and each letter of a
 * search, so that they are compared once. Names that differ in their case only share a place.
 */
export class NamePlaces {
  #sorted: readonly string[] = [];
  #places: ReadonlyMap<string, number> = new Map();

  /** The places of these, and maybe of others. */
  of(names: readonly string[]): ReadonlyMap<string, number> {
    if (names.every((name) => this.#places.has(name))) return this.#places;
    const isSmall = this.#sorted.length <= names.length + SPARE_NAMES;
    // Those that are in order already cost the sort little.
    const all = [...new Set([...(isSmall ? this.#sorted : []), ...names])].sort(collator.compare);
    const places = new Map<string, number>();
    let place = 0;
    all.forEach((name, index) => {
      if (index > 0 && collator.compare(all[index - 1] ?? '', name) !== 0) place += 1;
      places.set(name, place);
    });
    this.#sorted = all;
    this.#places = places;
    return places;
  }
}

/** Numbers that stand as the values do; null stays null. */
function placesOf(values: readonly SortValue[], names: NamePlaces): readonly (number | null)[] {
  if (values.every((value) => typeof value !== 'string')) return values;
  const texts = values.map((value) => (value === null ? null : String(value)));
  const places = names.of(texts.filter((text) => text !== null));
  return texts.map((text) => (text === null ? null : (places.get(text) ?? 0)));
}

/** `names`: kept from one time to the next by who sorts the same rows again. */
export function sortRows<T>(
  rows: readonly T[],
  valueOf: (row: T) => SortValue,
  keyOf: (row: T) => string,
  direction: Direction,
  names: { readonly values: NamePlaces; readonly keys: NamePlaces } = {
    values: new NamePlaces(),
    keys: new NamePlaces(),
  },
): T[] {
  const keys = rows.map(keyOf);
  const ties = names.keys.of(keys);
  const values = placesOf(rows.map(valueOf), names.values);
  const placed = rows.map((row, index) => ({
    row,
    value: values[index] ?? null,
    tie: ties.get(keys[index] ?? '') ?? 0,
  }));
  const sign = direction === 'desc' ? -1 : 1;
  placed.sort((a, b) => {
    if (a.value === null || b.value === null) {
      if (a.value !== b.value) return a.value === null ? 1 : -1;
    } else if (a.value !== b.value) {
      return sign * (a.value - b.value);
    }
    return a.tie - b.tie;
  });
  return placed.map(({ row }) => row);
}

/** Length of the longest run of rising numbers, not necessarily beside each other. */
function longestRising(numbers: readonly number[]): number {
  const tails: number[] = [];
  for (const number of numbers) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tails[middle] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    tails[low] = number;
  }
  return tails.length;
}

export interface HeldOrder<T> {
  readonly rows: readonly T[];
  readonly moved: number;
}

const isSameOrder = <T>(rows: readonly T[], keys: readonly string[], keyOf: (row: T) => string): boolean =>
  rows.length === keys.length && rows.every((row, index) => keyOf(row) === keys[index]);

/** The rows of `sorted` in the order they were last shown in, when that differs; rows that are new come at the end. */
export function holdOrder<T>(
  sorted: readonly T[],
  shownKeys: readonly string[],
  keyOf: (row: T) => string,
): HeldOrder<T> {
  if (isSameOrder(sorted, shownKeys, keyOf)) return { rows: sorted, moved: 0 };
  const place = new Map(sorted.map((row, index) => [keyOf(row), index]));
  const kept = shownKeys.filter((key) => place.has(key));
  const moved = kept.length - longestRising(kept.map((key) => place.get(key) ?? 0));
  if (moved === 0) return { rows: sorted, moved: 0 };
  const shown = new Set(kept);
  const rows = [
    ...kept.flatMap((key) => sorted[place.get(key) ?? -1] ?? []),
    ...sorted.filter((row) => !shown.has(keyOf(row))),
  ];
  return { rows, moved };
}
