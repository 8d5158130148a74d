/**
 * Search, sort and cut a list that is in memory, the same way for every list of the API. Pure.
 *
 * Search finds a part of the item's text, in any case. Values that are null come last in both directions. Ties keep
 * the order of the items' own key, so pages do not overlap. The cursor is the number of items before the page.
 */
import type { List, ListQuery } from '../contracts/envelope.ts';
import { ConsoleError } from './console-error.ts';

export type PageQuery = ListQuery;
type SortValue = string | number | boolean | null;

export interface ListShape<Item> {
  /** What search looks into. */
  textOf: (item: Item) => string;
  /** Breaks ties, and orders the list when no sort is asked for. */
  keyOf: (item: Item) => string | number;
  /** Items are plain objects: sorting by a field reads it. Arrays sort by their length. */
  sortValue?: (item: Item, field: string) => SortValue;
}

const collator = new Intl.Collator('en', { numeric: true });

function compare(a: string | number | boolean, b: string | number | boolean): number {
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  return Number(a) - Number(b);
}

function ownValue(item: unknown, field: string): SortValue {
  if (typeof item !== 'object' || item === null || !Object.hasOwn(item, field)) return null;
  const value: unknown = (item as Record<string, unknown>)[field];
  if (Array.isArray(value)) return value.length;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

export function skipOf({ cursor }: Pick<PageQuery, 'cursor'>): number {
  if (cursor === undefined) return 0;
  const skip = Number(cursor);
  if (!/^\d{1,9}$/.test(cursor)) {
    throw new ConsoleError('invalid', 'The cursor is not one that this list gave.', {
      errors: { cursor: 'is not a cursor of this list' },
    });
  }
  return skip;
}

function sortItems<Item>(items: Item[], sort: string | undefined, shape: ListShape<Item>): Item[] {
  const byKey = (a: Item, b: Item) => compare(shape.keyOf(a), shape.keyOf(b));
  if (sort === undefined) return items.sort(byKey);
  const descending = sort.startsWith('-');
  const field = descending ? sort.slice(1) : sort;
  const valueOf = shape.sortValue ?? ownValue;
  return items.sort((a, b) => {
    const left = valueOf(a, field);
    const right = valueOf(b, field);
    if (left === null || right === null) {
      return left === right ? byKey(a, b) : left === null ? 1 : -1;
    }
    return (descending ? -compare(left, right) : compare(left, right)) || byKey(a, b);
  });
}

export interface ListFreshness {
  asOf: string;
  stale: boolean;
}

export function pageOf<Item>(
  all: Iterable<Item>,
  query: PageQuery,
  shape: ListShape<Item>,
  { asOf, stale }: ListFreshness,
): List<Item> {
  const search = query.search?.toLowerCase() ?? '';
  const found = [...all].filter((item) => search === '' || shape.textOf(item).toLowerCase().includes(search));
  const sorted = sortItems(found, query.sort, shape);
  const skip = skipOf(query);
  const items = sorted.slice(skip, skip + query.limit);
  const end = skip + items.length;
  return {
    items,
    total: sorted.length,
    asOf,
    stale,
    nextCursor: end < sorted.length && items.length > 0 ? String(end) : null,
  };
}
