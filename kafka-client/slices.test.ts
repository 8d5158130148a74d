import { expect, it } from 'vitest';
import { isSliceOver, nextSlice } from './slices.ts';

/** Whoever else waits for a turn of the event loop. */
async function others(log: string[], turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    log.push('others');
  }
}

async function work(name: string, slices: number, log: string[]): Promise<void> {
  for (let slice = 0; slice < slices; slice++) {
    await nextSlice();
    log.push(name);
  }
}

it('gives a slice to one work in each turn of the event loop, in the order of asking', async () => {
  const log: string[] = [];
  await Promise.all([work('a', 2, log), work('b', 1, log), work('c', 1, log), others(log, 4)]);
  expect(log).toEqual(['a', 'others', 'b', 'others', 'c', 'others', 'a', 'others']);
});

it('is over once its time has passed, for whoever works', async () => {
  await nextSlice();
  expect(isSliceOver()).toBe(false);
  const endMs = performance.now() + 50;
  while (performance.now() < endMs);
  expect(isSliceOver()).toBe(true);
  await nextSlice();
  expect(isSliceOver()).toBe(false);
});
