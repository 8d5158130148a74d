/** Checkpoints on the real disk, in a directory that somebody removes while the broker runs. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNodePlatform } from '../platform/node/node-platform.ts';
import { LogCheckpoints } from './log-checkpoints.ts';
import { RememberingLogger } from './log-test-kit.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'log-checkpoints-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

it('tells of the directory that is gone, and of no other', async () => {
  const [good, gone, inTheWay] = [join(root, 'good'), join(root, 'gone'), join(root, 'in the way')];
  for (const directory of [good, gone, inTheWay]) mkdirSync(directory);
  const missing: string[] = [];
  const checkpoints = new LogCheckpoints(createNodePlatform().disk, new RememberingLogger(), (directory) =>
    missing.push(directory),
  );
  const offsets = new Map([good, gone, inTheWay].map((path) => [path, new Map([['orders/0', 7]])]));
  await checkpoints.write('highWatermark', () => offsets);
  expect(missing).toEqual([]);
  rmSync(gone, { recursive: true });
  // A file that cannot be replaced is no directory that is gone.
  rmSync(join(inTheWay, 'replication-offset-checkpoint'));
  mkdirSync(join(inTheWay, 'replication-offset-checkpoint'));
  chmodSync(inTheWay, 0o500);
  await checkpoints.write('highWatermark', () => offsets);
  chmodSync(inTheWay, 0o700);
  expect(missing).toEqual([gone]);
  expect(checkpoints.read(good).highWatermark).toEqual(new Map([['orders/0', 7]]));
});
