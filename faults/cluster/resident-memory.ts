/** What a process has in memory, as Linux tells it. */
import { readFileSync } from 'node:fs';

export function residentMebibytes(pid: number | undefined): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'latin1');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024;
}
