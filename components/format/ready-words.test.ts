/** Words that are kept say what they would have said when put together anew. */
import { expect, it, vi } from 'vitest';
import { wordsAround, wordsOfNumbers } from './ready-words.ts';

it('sets a name between the words around it, whatever is in the name', () => {
  const say = vi.fn((name: string) => `Mark ${name} now`);
  const words = wordsAround(say);
  expect(['orders', '$& {a}', ''].map(words)).toEqual(['Mark orders now', 'Mark $& {a} now', 'Mark  now']);
  expect(say).toHaveBeenCalledTimes(1);
});

it('takes words with nothing before or after the name', () => {
  expect(wordsAround((name) => `选择 ${name}`)('订单')).toBe('选择 订单');
});

it('asks once for the same numbers, and tells 1 12 from 11 2', () => {
  const say = vi.fn((...numbers: number[]) => numbers.join('+'));
  const words = wordsOfNumbers(say);
  expect([words(1, 12), words(11, 2), words(1, 12)]).toEqual(['1+12', '11+2', '1+12']);
  expect(say).toHaveBeenCalledTimes(2);
});

it('keeps a bounded number of them', () => {
  const say = vi.fn((...numbers: number[]) => numbers.join('+'));
  const words = wordsOfNumbers(say);
  for (let each = 0; each <= 500; each += 1) words(each);
  words(0);
  expect(say).toHaveBeenCalledTimes(502);
});
