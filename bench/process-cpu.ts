/** What Linux says of CPU time, which on a busy machine is more certain than time that has passed. */
import { readdirSync, readFileSync } from 'node:fs';

/** Over all threads of a process; null where the system does not say. */
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

/** Milliseconds of CPU time of the calling thread so far; NaN where the system does not say. */
export function threadCpuMs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}
