/** Order: as people count, the unknown last, and still while one reads. */
import { expect, it, describe } from 'vitest';
import { holdOrder, parseSort, sortRows, sortText } from './table-model.ts';

interface Row {
  readonly name: string;
  readonly lag: number | null;
}
const row = (name: string, lag: number | null = 0): Row => ({ name, lag });
const keyOf = (each: Row): string => each.name;
const names = (rows: readonly Row[]): string => rows.map(keyOf).join(' ');

describe('sortRows', () => {
  it('sorts names as people count', () => {
    expect(names(sortRows([row('t-10'), row('t-2'), row('T-1')], keyOf, keyOf, 'asc'))).toBe('T-1 t-2 t-10');
  });

  it('puts the unknown last in both directions and settles ties by name', () => {
    const rows = [row('c', null), row('b', 5), row('a', 5), row('d', 9)];
    expect(names(sortRows(rows, (each) => each.lag, keyOf, 'asc'))).toBe('a b d c');
    expect(names(sortRows(rows, (each) => each.lag, keyOf, 'desc'))).toBe('d a b c');
  });
});

describe('holdOrder', () => {
  it('keeps the places of rows whose values changed, and counts who would move', () => {
    const held = holdOrder([row('c'), row('a'), row('b')], ['a', 'b', 'c'], keyOf);
    expect(names(held.rows)).toBe('a b c');
    expect(held.moved).toBe(1);
  });

  it('lets rows come and go without a word when nobody changes places', () => {
    const held = holdOrder([row('a'), row('aa'), row('c')], ['a', 'b', 'c'], keyOf);
    expect(names(held.rows)).toBe('a aa c');
    expect(held.moved).toBe(0);
  });

  it('shows new rows at the end while the order is held', () => {
    const held = holdOrder([row('new'), row('b'), row('a')], ['a', 'b'], keyOf);
    expect(names(held.rows)).toBe('a b new');
  });
});

it('reads the sort of a URL back', () => {
  expect(sortText(parseSort('-totalLag'))).toBe('-totalLag');
  expect(sortText(parseSort('name'))).toBe('name');
});
