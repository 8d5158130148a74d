/** The processes that tests over HTTP are made of: started, waited for, ended; nothing of them outlives the test. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const root = path.resolve(import.meta.dirname, '..', '..', '..');

const readyTriesMax = 1_000;

export async function waitFor(
  what: string,
  isReady: () => Promise<boolean>,
  child: ChildProcess,
  log: () => string,
): Promise<void> {
  for (let waited = 0; waited < readyTriesMax; waited += 1) {
    if (child.exitCode !== null) throw new Error(`${what} ended with status ${child.exitCode}:\n${log()}`);
    if (await isReady().catch(() => false)) return;
    await pause(100);
  }
  throw new Error(`${what} did not get ready:\n${log()}`);
}

/** What it writes is kept, for when it fails. */
export function start(
  args: string[],
  environment: Record<string, string>,
): { child: ChildProcess; log: () => string } {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, log: () => text };
}

/** By SIGTERM, by force after twelve seconds. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 12_000);
  await ended;
  clearTimeout(killer);
}

/** Whether somebody has this port of the loopback address. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(true))
      .once('listening', () => probe.close(() => resolve(false)));
    probe.listen(port, '127.0.0.1');
  });
}
