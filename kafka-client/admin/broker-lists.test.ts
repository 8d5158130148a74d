import { expect, test } from 'vitest';
import { BrokerLists } from './broker-lists.ts';

test('equal lists are one array, lists in another order are not', () => {
  const lists = new BrokerLists();
  const first = lists.of([1, 2, 3]);
  expect(lists.of([1, 2, 3])).toBe(first);
  expect(lists.of([3, 2, 1])).toEqual([3, 2, 1]);
  expect(lists.of([1, 23])).toEqual([1, 23]);
  expect(lists.of([12, 3])).toEqual([12, 3]);
  expect(lists.of([])).toEqual([]);
  expect(lists.of([])).toBe(lists.of([]));
});

test('it does not grow for ever', () => {
  const lists = new BrokerLists();
  const first = lists.of([0, 1]);
  for (let id = 1; id <= 10_000; id++) expect(lists.of([id])).toEqual([id]);
  expect(lists.of([0, 1])).not.toBe(first);
  expect(lists.of([0, 1])).toEqual([0, 1]);
});
