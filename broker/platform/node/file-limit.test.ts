import { expect, it } from 'vitest';
import { connectionLimit, logFileLimit } from './file-limit.ts';

it.each([
  [-1, 1_000, Infinity],
  [256, 64, 128],
  [1_024, 256, 668],
  [20_000, 5_000, 14_900],
  [1_048_576, 9_000, 1_039_476],
])('of %d files at most %d may be those of logs and %d connections', (files, ofLogs, connections) => {
  expect(logFileLimit(files)).toBe(ofLogs);
  expect(connectionLimit(files)).toBe(connections);
});
