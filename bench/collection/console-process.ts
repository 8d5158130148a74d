/**
 * The whole console, pages and database and all, while it watches a cluster: memory of its process after some rounds, and what it
 * says itself that a round costs. It is the build in .next; without one nothing is measured.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { adminPassword, buildDirectory, startConsole } from '../../app/api/testing/console-server.ts';
import { consoleEnvironment, consoleNodeFlags } from '../../cli/supervisor/plan/process-memory.ts';
import { figure } from '../figure.ts';
import { cpuSecondsOf } from '../process-cpu.ts';

const INTERVAL_MS = 3_000;
const ROUNDS = 24;
const LIMIT_MS = 170_000;
const costSchema = z.object({
  rounds: z.number(),
  perMinute: z.object({ seconds: z.number(), cpuSeconds: z.number() }),
});

export async function benchConsoleProcess(bootstrap: string, move: () => Promise<void>): Promise<void> {
  try {
    buildDirectory();
  } catch {
    figure('  whole console process', 'not measured: there is no build of it (npx next build)');
    return;
  }
  const environment = {
    ...{ AQUILA_BOOTSTRAP: bootstrap, AQUILA_COLLECT_INTERVAL_MS: String(INTERVAL_MS) },
    // As the supervisor starts it.
    ...consoleEnvironment,
    NODE_OPTIONS: consoleNodeFlags.join(' '),
  };
  const running = await startConsole({ environment });
  try {
    const { cookie } = await running.signIn('admin', adminPassword);
    const startedAt = performance.now();
    const cpuBefore = cpuSecondsOf(running.pid) ?? NaN;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
      await move();
      const answer = await running.request('/api/v1/clusters/kafka/cost', { cookie });
      const cost = answer.status === 200 ? costSchema.parse(answer.json()) : null;
      const elapsedMs = performance.now() - startedAt;
      if ((cost?.rounds ?? 0) < ROUNDS && elapsedMs < LIMIT_MS) continue;
      const rounds = cost?.rounds ?? NaN;
      const [now, most] = [statusMiB(running.pid, 'VmRSS'), statusMiB(running.pid, 'VmHWM')];
      figure(`  whole console process after ${String(rounds)} rounds: memory, most`, `${now}, ${most} MiB`);
      const perRound = (((cpuSecondsOf(running.pid) ?? NaN) - cpuBefore) * 1_000) / rounds;
      figure('  whole console process: CPU for each round, all threads', `${perRound.toFixed(0)} ms`);
      return;
    }
  } finally {
    await running.stop();
  }
}

function statusMiB(pid: number, field: string): string {
  const kib = new RegExp(`${field}:\\s+(\\d+) kB`).exec(
    readFileSync(`/proc/${String(pid)}/status`, 'utf8'),
  )?.[1];
  return kib === undefined ? '?' : (Number(kib) / 1024).toFixed(0);
}
