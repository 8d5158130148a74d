/** What was looked into lately: the last first, once each, and nothing of what a browser may have kept instead. */
import { expect, it } from 'vitest';
import { readRecent, visited } from './recent-names.ts';

it('has the last one first, each once, and a few', () => {
  const names = ['a', 'b', 'c', 'a', 'd', 'e', 'f', 'g'].reduce<readonly string[]>(visited, []);
  expect(names).toEqual(['g', 'f', 'e', 'd', 'a', 'c']);
  expect(readRecent(JSON.stringify(names))).toEqual(names);
});

it.each(['', '{', 'null', '"orders"', '{"0":"orders"}', '[null, 7, ""]', JSON.stringify(['x'.repeat(250)])])(
  'reads nothing from %s',
  (text) => {
    expect(readRecent(text)).toEqual([]);
  },
);

it('keeps what is good of what was kept', () => {
  expect(readRecent('["orders", 7, "orders", "payments"]')).toEqual(['orders', 'payments']);
});
