/**
 * Runs one tool of the test run to its end and keeps what it said: shown when it failed, thrown away when it passed. While
 * it runs, a line now and then says that it is still alive.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from '../prepare/prepare.mjs';

const aliveEveryMs = 30_000;
const outputKeptBytes = 4 * 1024 * 1024;

export const bin = (...parts) => path.join(root, 'node_modules', ...parts);
export const tsx = bin('tsx', 'dist', 'cli.mjs');

/** What is running now: ended when the run is. */
const running = new Set();
export function endTools(signal) {
  for (const child of running) child.kill(signal);
}

/**
 * @param {string} name @param {readonly string[]} args arguments to node
 * @param {{ env?: NodeJS.ProcessEnv, command?: string, limitMs?: number }} [options]
 * @returns {Promise<{ ok: boolean, output: string, seconds: number }>}
 */
export function runTool(name, args, options = {}) {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  return new Promise((resolve) => {
    const child = spawn(options.command ?? process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-outputKeptBytes);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const alive = setInterval(() => console.log(`  ... ${name} (${Math.round(seconds())} s)`), aliveEveryMs);
    const limit =
      options.limitMs === undefined ? null : setTimeout(() => child.kill('SIGKILL'), options.limitMs);
    const end = (ok) => {
      running.delete(child);
      clearInterval(alive);
      if (limit !== null) clearTimeout(limit);
      resolve({ ok, output, seconds: seconds() });
    };
    child.once('error', (error) => {
      output += error.message;
      end(false);
    });
    child.once('close', (code, signal) => {
      if (signal !== null) output += `\nended by ${signal}`;
      end(code === 0);
    });
  });
}
