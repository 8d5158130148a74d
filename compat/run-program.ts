/** Runs a foreign program to its end, with a limit on its time. */
import { spawn } from 'node:child_process';

export interface ProgramResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramPlace {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly limitMs?: number;
}

/** Of one that hangs. A tool of Java takes a second to start, and a minute on a machine that is busy with much else. */
const LIMIT_MS = 300_000;

export async function runProgram(
  command: string,
  argv: readonly string[],
  input = '',
  { limitMs = LIMIT_MS, ...place }: ProgramPlace = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, { stdio: 'pipe', ...place });
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => {
      clearTimeout(limit);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      if (signal) reject(new Error(`${command} was ended by ${signal}: ${stderr}${stdout}`));
      else resolve({ status: code ?? -1, stdout, stderr });
    });
    child.stdin.end(input);
  });
}

/** Standard output of a program that must succeed. */
export async function outputOf(
  command: string,
  argv: readonly string[],
  input = '',
  place: ProgramPlace = {},
): Promise<string> {
  const { status, stdout, stderr } = await runProgram(command, argv, input, place);
  if (status !== 0)
    throw new Error(`${command} ${argv.join(' ')} ended with status ${String(status)}: ${stderr}${stdout}`);
  return stdout;
}

export async function isInstalled(
  command: string,
  argv: readonly string[],
  place: ProgramPlace = {},
): Promise<boolean> {
  return runProgram(command, argv, '', place).then(
    ({ status }) => status === 0,
    () => false,
  );
}

export function numbers(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_unused, index) => `${String(from + index)}\n`).join('');
}

/** Lines in numeric order: what a topic of several partitions comes down to. */
export function sorted(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  return `${lines.sort((left, right) => Number(left) - Number(right)).join('\n')}\n`;
}

export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected)
    throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}
