/**
 * Other programs that watch, for whoever has them: AQUILA_BENCH_RIVALS names a JSON file with a list of
 * `{"name": "kafka_exporter", "command": ["/path/to/kafka_exporter", "--kafka.server={bootstrap}", "--web.listen-address=127.0.0.1:{port}"],
 * "ask": "http://127.0.0.1:{port}/metrics"}`. The address of the cluster and a free port are put in; one answer to `ask` is a round. A
 * program that asks the cluster by itself, at its own times, has `"seconds": 10` instead of counting its answer. What it reads from
 * files is written first, into a folder of its own: `"files": {"burrow.toml": ["[client-profile.x]", ...]}`, named `{dir}` in the command;
 * `{bootstrapList}` is the addresses as a list of strings. `rivals-burrow.json` is an example, for the package `burrow` of Debian.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { freePorts } from '../../scripts/testing/free-ports.ts';
import { cpuSecondsOf } from '../process-cpu.ts';
import type { Watcher } from './watcher.ts';

const rivalSchema = z.strictObject({
  name: z.string(),
  command: z.array(z.string()).min(1),
  ask: z.string(),
  seconds: z.number().positive().optional(),
  files: z.record(z.string(), z.array(z.string())).default({}),
  env: z.record(z.string(), z.string()).default({}),
});
type Rival = z.infer<typeof rivalSchema>;

const START_LIMIT_MS = 60_000;
const ROUND_LIMIT_MS = 600_000;

export function knownRivals(): Rival[] {
  const file = process.env['AQUILA_BENCH_RIVALS'];
  return file === undefined ? [] : z.array(rivalSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
}

export async function startRival(rival: Rival, bootstrap: string): Promise<Watcher> {
  const [port = 0] = await freePorts(1);
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-rival-'));
  const addresses = JSON.stringify(bootstrap.split(','));
  const filled = (text: string): string =>
    text
      .replaceAll('{bootstrap}', bootstrap)
      .replaceAll('{bootstrapList}', addresses)
      .replaceAll('{dir}', directory)
      .replaceAll('{port}', String(port));
  for (const [name, lines] of Object.entries(rival.files)) {
    writeFileSync(path.join(directory, name), filled(lines.join('\n')));
  }
  const [program = '', ...args] = rival.command.map(filled);
  const env = Object.fromEntries(Object.entries(rival.env).map(([name, value]) => [name, filled(value)]));
  const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  const pid = child.pid ?? 0;
  const ask = async (limitMs: number): Promise<void> => {
    const answer = await fetch(filled(rival.ask), { signal: AbortSignal.timeout(limitMs) });
    if (!answer.ok) throw new Error(`${rival.name} answered ${String(answer.status)}`);
    await answer.arrayBuffer();
  };
  const deadline = Date.now() + START_LIMIT_MS;
  for (;;) {
    if (child.pid === undefined || child.exitCode !== null) {
      await stop();
      throw new Error(`${rival.name} ended while it started`);
    }
    try {
      await ask(START_LIMIT_MS);
      break;
    } catch (error) {
      if (Date.now() > deadline) {
        await stop();
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
  return {
    name: rival.name,
    stop,
    async round() {
      const [cpu, startedAt] = [cpuSecondsOf(pid) ?? NaN, performance.now()];
      if (rival.seconds === undefined) await ask(ROUND_LIMIT_MS);
      else await new Promise((resolve) => setTimeout(resolve, (rival.seconds ?? 0) * 1_000));
      const wallMs = performance.now() - startedAt;
      return { wallMs, cpuMs: ((cpuSecondsOf(pid) ?? NaN) - cpu) * 1_000, lag: null };
    },
  };
}
