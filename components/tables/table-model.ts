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

function compare(a: SortValue, b: SortValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}

export function sortRows<T>(
  rows: readonly T[],
  valueOf: (row: T) => SortValue,
  keyOf: (row: T) => string,
  direction: Direction,
): T[] {
  const keyed = rows.map((row) => ({ row, value: valueOf(row), key: keyOf(row) }));
  const sign = direction === 'desc' ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) {
      if (a.value !== b.value) return a.value === null ? 1 : -1;
    } else {
      const order = compare(a.value, b.value);
      if (order !== 0) return sign * order;
    }
    return collator.compare(a.key, b.key);
  });
  return keyed.map(({ row }) => row);
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
  readonly rows: T[];
  readonly moved: number;
}

/** The rows of `sorted` in the order they were last shown in, when that differs; rows that are new come at the end. */
export function holdOrder<T>(
  sorted: readonly T[],
  shownKeys: readonly string[],
  keyOf: (row: T) => string,
): HeldOrder<T> {
  const place = new Map(sorted.map((row, index) => [keyOf(row), index]));
  const kept = shownKeys.filter((key) => place.has(key));
  const moved = kept.length - longestRising(kept.map((key) => place.get(key) ?? 0));
  if (moved === 0) return { rows: [...sorted], moved: 0 };
  const shown = new Set(kept);
  const rows = [
    ...kept.flatMap((key) => sorted[place.get(key) ?? -1] ?? []),
    ...sorted.filter((row) => !shown.has(keyOf(row))),
  ];
  return { rows, moved };
}
