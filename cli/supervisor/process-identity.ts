/**
 * Tells a process from a later one that was given the same id: by when it was started. Process ids come round, and a
 * pid file outlives its process after a power cut.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Opaque text that is the same as long as the same process has this id; null when there is none. */
export function processIdentity(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      // Field 22 is the start time in ticks since boot; the name in parentheses may hold spaces. A zombie is gone.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return null;
      return `${fields[19] ?? ''}@${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}`;
    } catch {
      return null;
    }
  }
  if (!isAlive(pid)) return null;
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}
