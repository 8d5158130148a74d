/** What Linux says a process has used: nanoseconds of CPU time over all its threads, null where it does not say. */
import { readdirSync, readFileSync } from 'node:fs';

export function cpuSecondsOf(pid: number): number | null {
  try {
    let nanoseconds = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      // Time on a CPU, time waiting for one, time slices.
      const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
      nanoseconds += Number(text.split(' ')[0]);
    }
    return nanoseconds / 1e9;
  } catch {
    return null;
  }
}
