import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NumberList } from './number-list.ts';

function all(text: string): number[] {
  const list = new NumberList(text, 0);
  const numbers: number[] = [];
  while (!list.isOver) numbers.push(list.next());
  expect(list.position).toBe(text.length === 2 ? 1 : text.length);
  return numbers;
}

it('reads what JSON.parse reads, to the last digit', () => {
  const cents = fc.integer({ min: -1e9, max: 1e9 }).map((value) => value / 1_000);
  const number = fc.oneof(
    fc.integer({ min: -9, max: 9 }),
    fc.maxSafeInteger(),
    cents,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  fc.assert(
    fc.property(fc.array(number), (numbers) => {
      const text = JSON.stringify(numbers);
      expect(all(text)).toEqual(JSON.parse(text));
    }),
  );
  const edges = '[0.1,-0.3,999999999999999,1000000000000001,0.000000000000001,123456789.123456,1e21,-5e-7]';
  const long =
    '[0.30000000000000004,0.49999999999999994,4096.0000000000009,0.1234567890123457,9007199254740993]';
  for (const text of [edges, long]) expect(all(text)).toEqual(JSON.parse(text));
});

it.each(['[1,,2]', '[1,null]', '[1,"2"]', '[1,2', '[1,2,]', '[-]', '[1, ]'])('refuses %s', (text) => {
  expect(() => all(text)).toThrow(/no number/);
});

it('refuses what is no array, and to read on behind the end', () => {
  expect(() => new NumberList('{"1":2}', 0)).toThrow(/no array/);
  const list = new NumberList('[7],[8]', 0);
  expect(list.next()).toBe(7);
  expect(list.isOver).toBe(true);
  expect(() => list.next()).toThrow(/no number/);
});
