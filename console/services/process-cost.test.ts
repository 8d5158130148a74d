/** CPU, memory and writes of this process, against what the system itself counts of it. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { processCost } from './process-cost.ts';

it('says of its own process what the system says', () => {
  const before = systemFigures();
  const uptimeBefore = process.uptime();
  const { cpuPercent, memoryBytes, diskBytesPerHour } = processCost();
  const uptimeAfter = process.uptime();
  const after = systemFigures();
  if (before === null || after === null) return;
  // The mean was taken at a moment between the two; the system counts in hundredths of a second.
  expect((cpuPercent / 100) * uptimeAfter).toBeGreaterThan(before.cpuSeconds - 0.05);
  expect((cpuPercent / 100) * uptimeBefore).toBeLessThan(after.cpuSeconds + 0.05);
  expect(memoryBytes).toBeGreaterThan(before.memoryBytes * 0.5);
  expect(memoryBytes).toBeLessThan(after.memoryBytes * 2);
  expect(diskBytesPerHour).not.toBeNull();
});

/** Of proc(5); null where there is none. */
function systemFigures(): { readonly cpuSeconds: number; readonly memoryBytes: number } | null {
  try {
    const fields = readFileSync('/proc/self/stat', 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
    const [user, system, pages] = [fields[11], fields[12], fields[21]].map(Number);
    return { cpuSeconds: ((user ?? 0) + (system ?? 0)) / 100, memoryBytes: (pages ?? 0) * 4_096 };
  } catch {
    return null;
  }
}
