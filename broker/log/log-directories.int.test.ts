/** log.dirs on the real disk: what is no folder, or not ours to write, is set aside. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNodePlatform } from '../platform/node/node-platform.ts';
import { LogDirectories } from './log-directories.ts';
import { RememberingLogger } from './log-test-kit.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'log-directories-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function open(names: readonly string[]): Promise<LogDirectories> {
  const paths = names.map((name) => join(root, name));
  return LogDirectories.open({
    platform: createNodePlatform(),
    logger: new RememberingLogger(),
    paths,
    nodeId: 1,
  });
}

it('serves from the good ones and knows the others', async () => {
  writeFileSync(join(root, 'file'), 'no folder');
  const directories = await open(['good', 'file', 'file/below', 'good too']);
  expect(directories.directories.map(({ path }) => path)).toEqual([
    join(root, 'good'),
    join(root, 'good too'),
  ]);
  expect(directories.unusable.map(({ path }) => path)).toEqual([
    join(root, 'file'),
    join(root, 'file/below'),
  ]);
  await directories.close(new Set([join(root, 'good')]), 7);
  const again = await open(['good', 'good too']);
  expect(again.directories).toMatchObject([
    { wasCleanShutdown: true, previousBrokerEpoch: 7 },
    { wasCleanShutdown: false, previousBrokerEpoch: -1 },
  ]);
  await again.close(new Set());
});

it('ends the start in words when the first is no folder', async () => {
  writeFileSync(join(root, 'file'), 'no folder');
  await expect(open(['file', 'good'])).rejects.toThrow(
    /holds the cluster's metadata and cannot be used: .* is not a directory/,
  );
});
