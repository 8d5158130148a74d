/**
 * The programs that a comparison starts: each has a time limit, and none outlives the bench, however that ends. Clusters
 * enter themselves here, too, because Apache Kafka's brokers run in sessions of their own.
 */
import { spawn } from 'node:child_process';

const endings = new Set<() => void>();
let watching = false;

/** `end` must work at once, without waiting for anything; called when the bench ends before `forget`, the newest first. */
export function endWithBench(end: () => void): () => void {
  if (!watching) {
    watching = true;
    process.once('exit', () => [...endings].reverse().forEach((each) => each()));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => process.exit(1));
  }
  endings.add(end);
  return () => endings.delete(end);
}

/** What it printed. Throws with the end of what it said when it fails or takes longer than `limitSeconds`. */
export function outputOf(
  program: string,
  args: readonly string[],
  { limitSeconds }: { readonly limitSeconds: number },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const forget = endWithBench(() => child.kill('SIGKILL'));
    let [output, errors, late] = ['', '', false];
    const limit = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, limitSeconds * 1000);
    const ended = (): void => {
      clearTimeout(limit);
      forget();
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-500)));
    child.once('error', (error) => {
      ended();
      reject(error);
    });
    child.once('close', (code, signal) => {
      ended();
      const how = late ? `took more than ${limitSeconds} s` : `ended with ${String(code ?? signal)}`;
      if (code === 0 && !late) resolve(output);
      else
        reject(
          new Error(`${program} ${args[1] ?? ''} ${how}: ${errors.trim() || output.slice(-300).trim()}`),
        );
    });
  });
}

/** A program of ours beside this file, in a process of its own: the bench's own age and load must not tell in it. */
export function ownProgram(file: string, args: readonly string[], limitSeconds: number): Promise<string> {
  return outputOf(process.execPath, [...process.execArgv, `${import.meta.dirname}/${file}`, ...args], {
    limitSeconds,
  });
}
