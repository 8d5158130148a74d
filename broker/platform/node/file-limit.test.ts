import { expect, it } from 'vitest';
import { connectionLimit } from './file-limit.ts';

it.each([
  [-1, Infinity],
  [256, 128],
  [1_024, 512],
  [20_000, 18_900],
])('of %d files at most %d may be connections', (files, connections) => {
  expect(connectionLimit(files)).toBe(connections);
});
