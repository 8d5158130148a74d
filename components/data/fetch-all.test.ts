/** A list of several pages, and which of its rows stay the objects that they were. */
import { afterEach, expect, it, vi } from 'vitest';
import type { List } from '../../console/contracts/envelope.ts';
import { fetchAll } from './fetch-all.ts';

interface Row {
  readonly name: string;
  readonly records: number;
}

const PAGE = 2;

/** A server that has these rows, two a page. */
function serve(rows: readonly Row[]): void {
  vi.stubGlobal('fetch', (url: string) => {
    const from = Number(new URL(url, 'http://console').searchParams.get('cursor') ?? 0);
    const next = from + PAGE < rows.length ? String(from + PAGE) : null;
    const items = rows.slice(from, from + PAGE).map((row) => ({ ...row }));
    return Promise.resolve(
      Response.json({ items, total: rows.length, asOf: 'now', stale: false, nextCursor: next }),
    );
  });
}

const keyOf = (row: Row): string => row.name;
const ask = (list?: List<Row>): Promise<List<Row>> =>
  fetchAll('/rows', 'name', new AbortController().signal, { list, keyOf });

afterEach(() => vi.unstubAllGlobals());

const rows: readonly Row[] = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, records: 1 }));

it('is all pages, in order', async () => {
  serve(rows);
  expect((await ask()).items).toEqual(rows);
});

it('keeps the rows that did not change, on whatever page they are now, and the list when none did', async () => {
  serve(rows);
  const before = await ask();
  expect((await ask(before)).items).toBe(before.items);
  serve([{ name: '0', records: 0 }, ...rows.map((row) => (row.name === 'c' ? { ...row, records: 2 } : row))]);
  const { items } = await ask(before);
  expect(items.map(keyOf).join('')).toBe('0abcde');
  expect(items.filter((item) => before.items.includes(item)).map(keyOf)).toEqual(['a', 'b', 'd', 'e']);
  expect(items[3]).toEqual({ name: 'c', records: 2 });
});

it('has fewer rows when some are gone', async () => {
  serve(rows);
  const before = await ask();
  serve(rows.slice(0, 4));
  expect((await ask(before)).items.map(keyOf)).toEqual(['a', 'b', 'c', 'd']);
});
