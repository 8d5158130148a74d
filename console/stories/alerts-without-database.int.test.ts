/**
 * A database that fails under a running console: alerts fire, are sent and are told to be over all the same, the console says what is wrong,
 * and afterwards the database has what happened, with the times at which it happened. Nothing is told twice, nothing is made up.
 * A real process and mail server; the clock runs twenty times as fast.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { needs } from '../../faults/abilities.ts';
import { mountTmpfs } from '../../faults/mounted-disk.ts';
import { readIncidents } from '../store/incidents.ts';
import { openStory, type ConsoleProcess, type Story } from './testing/console-process.ts';
import { openMailGate, toldBy, type MailGate } from './testing/mail-gate.ts';

const SPEED = 20;
const PATIENCE = { timeout: 100_000, interval: 50 };
const LIMIT_MS = 400_000;
const DISK_MEGABYTES = 24;
const lockProgram = fileURLToPath(new URL('../store/testing/hold-write-lock.ts', import.meta.url));
/** The lock is given up by then whatever happens. */
const LOCK_MAX_MS = 300_000;

let story: Story;
let gate: MailGate;
const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(databaseDirectory?: string): Promise<ConsoleProcess> {
  gate = await openMailGate();
  cleanups.push(() => gate.close());
  const where = databaseDirectory === undefined ? {} : { databaseDirectory };
  story = await openStory({ smtpUrl: gate.url, speed: SPEED, ...where });
  cleanups.push(() => story.close());
  return story.start();
}

const told = (): string[] => toldBy(gate.mails).map(({ group, kind }) => `${group} ${kind}`);
const heard = (...what: string[]) => expect.poll(told, PATIENCE).toEqual(what);
const incidents = async () =>
  Object.fromEntries((await readIncidents(story.database)).map((each) => [each.group ?? '', each]));

/** Writes until nothing fits any more. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(4_096));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** `fail` makes the database fail and says how to end that. */
async function play(running: ConsoleProcess, fail: () => Promise<() => Promise<void> | void>): Promise<void> {
  story.lag({ before: 500 });
  await heard('before firing');
  await expect.poll(() => story.database.delivery.count({ where: { state: 'pending' } }), PATIENCE).toBe(0);

  const restore = await fail();
  const failedAtMs = story.nowMs();
  story.lag({ during: 700 });
  await heard('before firing', 'during firing');
  story.lag({ before: 0 });
  await heard('before firing', 'during firing', 'before resolved');
  await expect.poll(() => running.output(), PATIENCE).toContain('database failing');
  expect(Object.keys(await incidents())).toEqual(['before']);
  await restore();
  const restoredAtMs = story.nowMs();
  const states = async () =>
    Object.values(await incidents())
      .map(({ group, state }) => `${group ?? ''} ${state}`)
      .sort();
  await expect.poll(states, PATIENCE).toEqual(['before resolved', 'during firing']);
  await expect.poll(() => running.output(), PATIENCE).toMatch(/database failing[\s\S]*database ok/);

  const { before, during } = await incidents();
  expect(during).toMatchObject({ state: 'firing', value: 700, peakValue: 700, resolvedAt: null });
  const kept = (atMs: number | undefined): void => {
    expect(atMs).toBeGreaterThanOrEqual(failedAtMs);
    expect(atMs).toBeLessThanOrEqual(restoredAtMs);
  };
  kept(before?.resolvedAt?.getTime());
  kept(during?.startedAt.getTime());
  const deliveries = async () => {
    const found = Object.values(await incidents()).flatMap((each) => each.deliveries);
    return found.map(({ kind, state }) => `${kind} ${state}`).sort();
  };
  await expect.poll(deliveries, PATIENCE).toEqual(['firing sent', 'firing sent', 'resolved sent']);
  // What was sent is written a turn after what happened.
  const { deliveries: sent } = (await incidents())['during'] ?? { deliveries: [] };
  expect(sent).toHaveLength(1);
  for (const { createdAt, sentAt, lastError } of sent) {
    kept(createdAt.getTime());
    kept(sentAt?.getTime());
    expect(lastError).toBeNull();
  }

  // Another process goes on from what was written.
  await running.signal('SIGKILL');
  await story.start();
  story.lag({ after: 300 });
  await heard('before firing', 'during firing', 'before resolved', 'after firing');
  story.lag({ during: 0, after: 0 });
  await expect.poll(() => told().slice(4).sort(), PATIENCE).toEqual(['after resolved', 'during resolved']);
  expect(new Set(gate.mails.map(({ messageId }) => messageId)).size).toBe(gate.mails.length);
}

describe('a database that', () => {
  it(
    'another program keeps locked',
    async () => {
      const running = await open();
      await play(running, async () => {
        const file = path.join(story.directory, 'aquila.db');
        const argv = ['--import', 'tsx', lockProgram, file, String(LOCK_MAX_MS)];
        const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
        const end = async (): Promise<void> => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          child.kill('SIGKILL');
          await once(child, 'close');
        };
        cleanups.push(end);
        await once(child.stdout, 'data');
        return end;
      });
    },
    LIMIT_MS,
  );

  it(
    'has no space left',
    async (context) => {
      needs(context, 'mounts');
      const disk = mountTmpfs(DISK_MEGABYTES);
      const running = await open(disk);
      await play(running, () => {
        const ballast = path.join(disk, 'ballast');
        fill(ballast);
        return Promise.resolve(() => rmSync(ballast));
      });
    },
    LIMIT_MS,
  );
});
