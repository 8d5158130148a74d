/**
 * Makes system calls of a running process on one file fail, with strace. The process and its threads are slowed down as long as
 * this lasts, so it is taken away again as soon as it has done its work.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { programPath } from './abilities.ts';

const WRITES = ['pwrite64', 'pwritev', 'write', 'writev'];
const SYNCS = ['fsync', 'fdatasync'];

export interface FailingCalls {
  /** Calls work again from here on. */
  stop(): Promise<void>;
}

/** `which`, as strace counts: `1` is the first call of each thread, `1+` every one. */
export async function failCalls(
  pid: number,
  path: string,
  kind: 'writes' | 'syncs',
  code: 'EIO' | 'ENOSPC',
  which: string,
): Promise<FailingCalls> {
  const calls = (kind === 'writes' ? WRITES : SYNCS).join(',');
  const inject = `inject=${calls}:error=${code}:when=${which}`;
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
