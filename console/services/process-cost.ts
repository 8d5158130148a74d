/** What the console's own process takes: CPU and memory, and what it wrote to this machine's disks. */
import { readFileSync } from 'node:fs';

export interface ProcessCost {
  /** Mean since the start, of one CPU: 100 is one whole CPU. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  /** Mean since the start; null where the system does not tell it. With a database elsewhere, its writes are not in it. */
  readonly diskBytesPerHour: number | null;
}

export function processCost(): ProcessCost {
  const cpu = process.cpuUsage();
  const uptime = process.uptime();
  const written = diskBytesWritten();
  return {
    cpuPercent: (cpu.user + cpu.system) / 1e4 / uptime,
    memoryBytes: process.memoryUsage.rss(),
    diskBytesPerHour: written === null ? null : (written * 3_600) / uptime,
  };
}

/** Linux tells it (proc(5), /proc/pid/io, write_bytes). */
export function diskBytesWritten(): number | null {
  try {
    const bytes = /^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1];
    return bytes === undefined ? null : Number(bytes);
  } catch {
    return null;
  }
}
