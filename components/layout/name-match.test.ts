/** The palette finds what was meant, nearest first. */
import { expect, it } from 'vitest';
import { bestMatches } from './name-match.ts';

const names = ['shop.orders.v2', 'orders', 'orders-dead-letters', 'reorders', 'payments'];
const find = (search: string, most = 10): string[] => bestMatches(names, (name) => name, search, most);

it('puts what begins with the search first, then parts that do, then the rest', () => {
  expect(find('ord')).toEqual(['orders', 'orders-dead-letters', 'shop.orders.v2', 'reorders']);
});

it('takes words in any order and any case', () => {
  expect(find('Letters ORD')).toEqual(['orders-dead-letters']);
});

it('shows the first few when nothing is typed, and nothing when nothing fits', () => {
  expect(find(' ', 2)).toEqual(['shop.orders.v2', 'orders']);
  expect(find('xyz')).toEqual([]);
});
