import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { followBrokerProcesses } from './follow-broker-processes.ts';

let data = '';
let calls = 0;
let end = (): void => undefined;

beforeEach(() => {
  data = mkdtempSync(path.join(tmpdir(), 'aquila-follow-'));
  calls = 0;
});
afterEach(() => {
  end();
  rmSync(data, { recursive: true, force: true });
});

/** As the supervisor does: beside it, then renamed. */
function say(...processes: readonly (readonly [name: string, state: string, restarts: number])[]): void {
  const since = new Date(0).toISOString();
  const rows = processes.map(([name, state, restarts]) => ({ name, state, restarts, since, lastExit: null }));
  const file = path.join(data, 'run', 'status.json');
  writeFileSync(`${file}.tmp`, JSON.stringify({ supervisorPid: process.pid, processes: rows }));
  renameSync(`${file}.tmp`, file);
}

it('tells of a broker that died and of its return, and of nothing else', async () => {
  mkdirSync(path.join(data, 'run'));
  say(['broker-0', 'running', 0], ['demo', 'running', 0]);
  end = await followBrokerProcesses(data, () => (calls += 1));
  say(['broker-0', 'backing-off', 0], ['demo', 'running', 0]);
  await expect.poll(() => calls).toBe(1);
  say(['broker-0', 'backing-off', 0], ['demo', 'backing-off', 0]);
  say(['broker-0', 'running', 1], ['demo', 'running', 1]);
  await expect.poll(() => calls).toBe(2);
});

it('does without where there is no supervisor', async () => {
  end = await followBrokerProcesses(path.join(data, 'nowhere'), () => (calls += 1));
  expect(calls).toBe(0);
});
