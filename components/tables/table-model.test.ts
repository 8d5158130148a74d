/** Order: as people count, the unknown last, and still while one reads. */
import { expect, it, describe } from 'vitest';
import { holdOrder, NamePlaces, parseSort, sortRows, sortText } from './table-model.ts';

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

describe('NamePlaces', () => {
  it('has an order for names that come later, among those that were there', () => {
    const places = new NamePlaces();
    places.of(['t-10', 't-2']);
    const now = places.of(['t-3', 't-10', 't-2']);
    expect(['t-10', 't-3', 't-2'].sort((a, b) => (now.get(a) ?? 0) - (now.get(b) ?? 0))).toEqual([
      't-2',
      't-3',
      't-10',
    ]);
  });

  it('gives one place to names that only differ in their case', () => {
    const places = new NamePlaces().of(['b', 'A', 'a']);
    expect(places.get('a')).toBe(places.get('A'));
    expect(places.get('b')).toBe((places.get('a') ?? 0) + 1);
  });

  it('forgets names that are gone once there are many', () => {
    const places = new NamePlaces();
    for (let round = 0; round < 20; round += 1) {
      places.of(Array.from({ length: 500 }, (_, index) => `round ${round} name ${index}`));
    }
    expect(places.of(['one more']).size).toBeLessThanOrEqual(2_501);
  });

  it('sorts as without what it remembers of other rows', () => {
    const names = { values: new NamePlaces(), keys: new NamePlaces() };
    const all = ['t-10', 'z', 't-2', 'T-1', 'a b', 'a-b', 'a.b'].map((name, index) => row(name, index % 2));
    sortRows(all, keyOf, keyOf, 'asc', names);
    for (const few of [all.slice(2), all.slice(0, 3), [...all].reverse()]) {
      expect(sortRows(few, keyOf, keyOf, 'desc', names)).toEqual(sortRows(few, keyOf, keyOf, 'desc'));
      const lag = (each: Row): number | null => each.lag;
      expect(sortRows(few, lag, keyOf, 'asc', names)).toEqual(sortRows(few, lag, keyOf, 'asc'));
    }
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

  it('leaves the rows as they are when their order is that which is shown', () => {
    const rows = [row('a'), row('b')];
    expect(holdOrder(rows, ['a', 'b'], keyOf).rows).toBe(rows);
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
