/** Virtual time: order of firing, intervals, cancelling, promises between timers; the seeded random source. */
import { expect, it } from 'vitest';
import { MemoryTime, SeededRandom } from './memory-time.ts';

it('fires timers in order of due time and only when time passes', async () => {
  const time = new MemoryTime(1000);
  const fired: string[] = [];
  time.after(20, () => fired.push('b'));
  time.after(10, () => fired.push('a'));
  const cancel = time.after(15, () => fired.push('never'));
  time.every(8, () => fired.push(`tick ${time.monotonicMs()}`));
  cancel();
  cancel();
  expect(fired).toEqual([]);
  await time.advance(20);
  expect(fired).toEqual(['tick 8', 'a', 'tick 16', 'b']);
  expect(time.wallMs()).toBe(1020);
});

it('lets promises settle before the next timer', async () => {
  const time = new MemoryTime(0);
  const order: string[] = [];
  time.after(1, () => void Promise.resolve().then(() => order.push('promise')));
  time.after(2, () => order.push('timer'));
  await time.advance(5);
  expect(order).toEqual(['promise', 'timer']);
});

it('repeats the same random sequence for the same seed and covers the range', () => {
  const one = new SeededRandom(7);
  const two = new SeededRandom(7);
  expect(one.bytes(32)).toEqual(two.bytes(32));
  expect(new SeededRandom(8).bytes(32)).not.toEqual(new SeededRandom(7).bytes(32));
  const seen = new Set(Array.from({ length: 500 }, () => one.below(10)));
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
