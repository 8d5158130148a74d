/**
 * Makes system calls of a running process on one file fail or take long, with strace. The process and its threads are slowed down as long as
 * this lasts, so it is taken away again as soon as it has done its work.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { programPath } from './abilities.ts';

const WRITES = ['pwrite64', 'pwritev', 'write', 'writev'];
const SYNCS = ['fsync', 'fdatasync'];

export interface TamperedCalls {
  /** Calls are as usual again from here on. */
  stop(): Promise<void>;
}

/** `which`, as strace counts: `1` is the first call of each thread, `1+` every one. */
export function failCalls(
  pid: number,
  path: string,
  kind: 'writes' | 'syncs',
  code: 'EIO' | 'ENOSPC',
  which: string,
): Promise<TamperedCalls> {
  return tamper(pid, path, kind === 'writes' ? WRITES : SYNCS, `error=${code}:when=${which}`);
}

/** Each sync of the file or folder begins so much later. */
export function delaySyncs(pid: number, path: string, delayMs: number): Promise<TamperedCalls> {
  return tamper(pid, path, SYNCS, `delay_enter=${String(delayMs * 1_000)}`);
}

async function tamper(
  pid: number,
  path: string,
  names: readonly string[],
  how: string,
): Promise<TamperedCalls> {
  const calls = names.join(',');
  const inject = `inject=${calls}:${how}`;
  const args = ['-f', '-p', String(pid), '-P', path, '-o', '/dev/null', '-e', `trace=${calls}`, '-e', inject];
  const child = spawn(programPath('strace') ?? 'strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    await ended;
  };
  onTestFinished(stop);
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/attached/.test(said)) resolve();
    });
    void ended.then(() => reject(new Error(`strace ended: ${said}`)));
  });
  return { stop };
}
