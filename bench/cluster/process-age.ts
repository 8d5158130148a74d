/** How long ago a process began, from Linux's own record: of one that was started by another program. */
import { readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** Milliseconds, to a hundredth of a second; 0 where the system does not say. */
export function sinceStartedMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const uptimeSeconds = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    return (uptimeSeconds - Number(fields[19]) / ticksPerSecond) * 1000;
  } catch {
    return 0;
  }
}
