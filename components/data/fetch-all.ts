/**
 * A whole list, page after page: the tables search, sort and scroll 10,000 rows in the browser without asking
 * again. Bounded, so that a server that always names a next page cannot hold the browser.
 *
 * A row that says what it said before stays the same object, so that it is not drawn again. That is found out page by page, for to
 * compare two lists of 10,000 rows at once holds up the page for longer than a frame; who keeps such a list tells the cache to leave it as it is.
 */
import { replaceEqualDeep } from '@tanstack/react-query';
import type { List } from '../../console/contracts/envelope';
import { withQuery } from '../../console/contracts/paths';
import { apiGet } from './api-client';

const PAGE_ROWS = 1000;
const MOST_PAGES = 50;

/** What was known of a list when it was asked for again. */
export interface KnownList<Item> {
  readonly list: List<Item> | undefined;
  readonly keyOf: (item: Item) => string;
}

function rowsOf<Item>(known: KnownList<Item> | undefined): (items: readonly Item[]) => readonly Item[] {
  if (known?.list === undefined) return (items) => items;
  const { list, keyOf } = known;
  const before = new Map(list.items.map((item) => [keyOf(item), item]));
  return (items) => items.map((item) => replaceEqualDeep(before.get(keyOf(item)), item));
}

const areSame = <Item>(before: readonly Item[], items: readonly Item[]): boolean =>
  before.length === items.length && items.every((item, index) => item === before[index]);

export async function fetchAll<Item>(
  path: string,
  sort: string,
  signal: AbortSignal,
  known?: KnownList<Item>,
): Promise<List<Item>> {
  const kept = rowsOf(known);
  const first = await apiGet<List<Item>>(withQuery(path, { limit: PAGE_ROWS, sort }), signal);
  const items = [...kept(first.items)];
  let { nextCursor } = first;
  for (let page = 1; nextCursor !== null && page < MOST_PAGES; page += 1) {
    const next: List<Item> = await apiGet(
      withQuery(path, { limit: PAGE_ROWS, sort, cursor: nextCursor }),
      signal,
    );
    items.push(...kept(next.items));
    nextCursor = next.nextCursor;
  }
  const before = known?.list?.items;
  return { ...first, items: before !== undefined && areSame(before, items) ? before : items, nextCursor };
}
