/** A SQLite file that is locked by another process, on a full disk, or gone: bounded waits, words, and no history made up. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { needs } from '../../faults/abilities.ts';
import { planRetention } from '../model/retention.ts';
import type { Sample } from '../model/testing/listed-samples.ts';
import { touchToken } from './api-tokens.ts';
import { databaseHealth } from './database-health.ts';
import { openDatabase, type Database } from './database.ts';
import { readHistory } from './history.ts';
import { ListedWriter } from './testing/listed-writer.ts';
import { touchSession } from './sessions.ts';
import { readSetting, writeSetting } from './settings.ts';

const start = Date.UTC(2026, 0, 5);
const STEP = 10_000;
/** A write gives up after four seconds. */
const LOCKED_ROUNDS = 5;
const WAIT = { timeout: 60_000, interval: 50 };

let directory = '';
let file = '';
let database: Database;
let holder: ChildProcess | null = null;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'aquila-failing-'));
  file = path.join(directory, 'aquila.db');
});
afterEach(async () => {
  holder?.kill('SIGKILL');
  holder = null;
  await database.$disconnect().catch(() => undefined);
  rmSync(directory, { recursive: true, force: true });
});

const lag = (value: number, group = 'g'): Sample => ({
  name: 'group.lag',
  labels: { topic: '', group, broker: '', partition: '' },
  value,
});

async function valuesOf(group: string, rounds: number): Promise<(number | null | undefined)[]> {
  const request = {
    ...{ clusterId: 'local', name: 'group.lag', group, byPartition: false },
    ...{ fromMs: start, toMs: start + rounds * STEP, points: 300 },
  };
  const frame = { plan: planRetention(30), rawMs: STEP, nowMs: start + 3_600_000 };
  return (await readHistory(database, request, frame)).series[0]?.points.map(([, value]) => value) ?? [];
}

/** Another process that holds the write lock from when this resolves. */
async function holdLock(): Promise<() => Promise<void>> {
  const program = fileURLToPath(new URL('testing/hold-write-lock.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, file, '120000'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  holder = child;
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error('the lock was not taken')));
  });
  return async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin.end();
    await ended;
  };
}

it('waits for a lock of another process without stopping this one, gives up in words, and leaves a gap', async () => {
  database = await openDatabase(`file:${file}`);
  const writer = new ListedWriter(database);
  await writer.write('local', start, [lag(7), lag(1, 'goes')]);
  const release = await holdLock();
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 20);
  for (let round = 1; round <= LOCKED_ROUNDS; round++) {
    await expect(writer.write('local', start + round * STEP, [lag(7)])).rejects.toMatchObject({
      ...{ name: 'StoreError', kind: 'busy', retriable: true },
    });
  }
  clearInterval(ticking);
  // A driver that waits by itself lets none of them through.
  expect(ticks).toBeGreaterThan(LOCKED_ROUNDS * 10);
  expect(databaseHealth()).toMatchObject({
    state: 'failing',
    reason: expect.stringMatching(/is locked by another program/) as string,
  });
  // What was kept is still read, and that alone does not make it well.
  expect(await readSetting(database, 'x')).toBeNull();
  expect(databaseHealth().state).toBe('failing');
  // Nobody who reads waits for what is not worth it.
  await touchToken(database, 'any', new Date(start));
  await touchSession(database, 'any', new Date(start));
  await release();
  await writer.write('local', start + 6 * STEP, [lag(7)]);
  await writer.write('local', start + 7 * STEP, [lag(8)]);
  expect(databaseHealth()).toEqual({ state: 'ok' });
  expect(await valuesOf('g', 8)).toEqual([7, null, null, null, null, null, 7, 8]);
  expect(await valuesOf('goes', 8)).toEqual([1, null, null, null, null, null, null, null]);
});

it('keeps what every one of many writers wrote who waited for a lock', async () => {
  database = await openDatabase(`file:${file}`);
  const release = await holdLock();
  const key = (index: number): string => String(index);
  const writes = Array.from({ length: 20 }, (_, index) =>
    // On a busy machine the other process may take longer to end than a write waits.
    vi.waitFor(() => writeSetting(database, key(index), 'x', new Date(start)), WAIT),
  );
  await release();
  await Promise.all(writes);
  // Of another connection: what is not committed is there for its own.
  const other = await openDatabase(`file:${file}`);
  expect(await other.setting.count()).toBe(20);
  await other.$disconnect();
});

it('says that the disk is full, still reads, and goes on when there is space again', async (context) => {
  needs(context, 'mounts');
  const mounted = path.join(directory, 'disk');
  spawnSync('mkdir', [mounted]);
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', mounted]).status).toBe(0);
  try {
    file = path.join(mounted, 'aquila.db');
    database = await openDatabase(`file:${file}`);
    const writer = new ListedWriter(database);
    await writer.write('local', start, [lag(7)]);
    const filler = path.join(mounted, 'filler');
    const { bavail, bsize } = statfsSync(mounted);
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 8_192)));
    const many = Array.from({ length: 5_000 }, (_, index) => lag(index, `g${String(index)}`));
    await expect(writer.write('local', start + STEP, [lag(8), ...many])).rejects.toMatchObject({
      kind: 'full',
    });
    expect(databaseHealth()).toMatchObject({
      state: 'failing',
      reason: expect.stringMatching(/no space left.*Free some/) as string,
    });
    expect(await valuesOf('g', 2)).toEqual([7, null]);
    expect(databaseHealth().state).toBe('failing');
    rmSync(filler);
    await writer.write('local', start + 2 * STEP, [lag(9)]);
    expect(databaseHealth()).toEqual({ state: 'ok' });
    expect(await valuesOf('g', 3)).toEqual([7, null, 9]);
    expect(JSON.stringify(await database.$queryRaw`PRAGMA integrity_check`)).toContain('"ok"');
    await database.$disconnect();
  } finally {
    spawnSync('umount', ['-l', mounted]);
  }
});

it('says that the file was taken away, writes nothing into the void, and goes on when it is back', async () => {
  database = await openDatabase(`file:${file}`);
  await writeSetting(database, 'kept', '1', new Date(start));
  renameSync(file, `${file}.away`);
  await vi.waitFor(async () => {
    await expect(writeSetting(database, 'lost', '1', new Date(start))).rejects.toMatchObject({ kind: 'io' });
  }, WAIT);
  expect(databaseHealth()).toMatchObject({
    state: 'failing',
    reason: expect.stringMatching(/deleted or replaced/) as string,
  });
  writeFileSync(file, '');
  await expect(readSetting(database, 'kept')).rejects.toMatchObject({ kind: 'io' });
  renameSync(`${file}.away`, file);
  await writeSetting(database, 'after', '1', new Date(start));
  expect(await readSetting(database, 'kept')).toBe('1');
  expect(databaseHealth()).toEqual({ state: 'ok' });
});
