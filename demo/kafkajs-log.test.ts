import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const PROGRAM = 'demo/testing/stop-between-fetchers.mjs';
const LIMIT_MS = 15_000;

it('lets a consumer of kafkajs end that is stopped while it makes its fetchers anew', async () => {
  const ended = await promisify(execFile)(process.execPath, ['--import', 'tsx', PROGRAM], {
    ...{ timeout: LIMIT_MS, killSignal: 'SIGKILL' },
  });
  expect(ended.stdout).toBe('left the group\n');
});
