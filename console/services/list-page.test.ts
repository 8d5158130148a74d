/** Lists: search, order with unknown values last, pages that neither overlap nor leave out. */
import { expect, test } from 'vitest';
import { pageOf } from './list-page.ts';

const items = [
  { name: 'b', size: 2 },
  { name: 'topic-10', size: null },
  { name: 'topic-2', size: 1 },
  { name: 'A', size: 2 },
];
const shape = { textOf: (item: { name: string }) => item.name, keyOf: (item: { name: string }) => item.name };
const fresh = { asOf: '2026-01-01T00:00:00.000Z', stale: false };
const names = (query: { search?: string; sort?: string; limit?: number; cursor?: string }) =>
  pageOf(items, { limit: 100, ...query }, shape, fresh).items.map(({ name }) => name);

test.each([
  ['by key when nothing is asked', {}, ['A', 'b', 'topic-2', 'topic-10']],
  ['search in any case', { search: 'TOPIC' }, ['topic-2', 'topic-10']],
  ['ascending, unknown last, ties by key', { sort: 'size' }, ['topic-2', 'A', 'b', 'topic-10']],
  ['descending, unknown last, ties by key', { sort: '-size' }, ['A', 'b', 'topic-2', 'topic-10']],
])('%s', (_, query, expected) => {
  expect(names(query)).toEqual(expected);
});

test('pages follow each other by their cursor and tell the total', () => {
  const first = pageOf(items, { limit: 3 }, shape, fresh);
  expect(first).toMatchObject({ total: 4, nextCursor: '3' });
  const second = pageOf(items, { limit: 3, cursor: first.nextCursor ?? '' }, shape, fresh);
  expect(second.nextCursor).toBeNull();
  expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(names({}));
});

test('a cursor that this list never gave is refused', () => {
  expect(() => names({ cursor: 'x' })).toThrow(/cursor/);
});
