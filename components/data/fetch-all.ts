/**
 * A whole list, page after page: the tables search, sort and scroll 10,000 rows in the browser without asking
 * again. Bounded, so that a server that always names a next page cannot hold the browser.
 */
import type { List } from '../../console/contracts/envelope';
import { withQuery } from '../../console/contracts/paths';
import { apiGet } from './api-client';

const PAGE_ROWS = 1000;
const MOST_PAGES = 50;

export async function fetchAll<Item>(path: string, sort: string, signal: AbortSignal): Promise<List<Item>> {
  const first = await apiGet<List<Item>>(withQuery(path, { limit: PAGE_ROWS, sort }), signal);
  const items = [...first.items];
  let { nextCursor } = first;
  for (let page = 1; nextCursor !== null && page < MOST_PAGES; page += 1) {
    const next: List<Item> = await apiGet(
      withQuery(path, { limit: PAGE_ROWS, sort, cursor: nextCursor }),
      signal,
    );
    items.push(...next.items);
    nextCursor = next.nextCursor;
  }
  return { ...first, items, nextCursor };
}
