/**
 * One run of several parts: shows each with its counts and time, the output of those that failed, then what was skipped
 * and why, what needed a second try, and as the very last line the sums. Temporary files of all parts lie in one directory that goes away with it.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { root } from '../prepare/prepare.mjs';
import { leftProcesses, runVariable } from './left-processes.mjs';
import { endTools } from './run-tool.mjs';

function show(part, result, seconds) {
  const mark = result.failed > 0 ? '✗' : '✓';
  const skipped = result.skipped.length === 0 ? '' : `, ${result.skipped.length} skipped`;
  console.log(
    `${mark} ${part.name.padEnd(22)} ${`${result.passed} passed, ${result.failed} failed${skipped}`.padEnd(36)} ${seconds.toFixed(1).padStart(7)} s`,
  );
  if (result.output !== '') console.log(`\n${result.output.trimEnd()}\n`);
}

async function runPart(part) {
  const started = performance.now();
  let result;
  try {
    result = await part.run();
  } catch (error) {
    result = { passed: 0, failed: 1, skipped: [], output: error.stack ?? String(error) };
  }
  show(part, result, (performance.now() - started) / 1000);
  return result;
}

/** Runs the parts in order, `width` of them at once. */
async function runAll(parts, width) {
  const results = [];
  const waiting = [...parts];
  const lane = async () => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift())
      results.push(await runPart(part));
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}

/**
 * @param {(temporary: string) => readonly { width: number, parts: readonly { name: string, run: () => Promise<unknown> }[] }[]} stagesOf
 * @returns {Promise<number>} exit status
 */
export async function testRun(stagesOf) {
  const temporary = mkdtempSync(path.join(tmpdir(), 'aquila-test-'));
  // Servers that refuse to run as root go through it to a directory of their own.
  chmodSync(temporary, 0o711);
  const name = randomUUID();
  process.env.TMPDIR = temporary;
  process.env[runVariable] = name;
  process.env.AQUILA_TEST_BROKER = path.join(root, 'dist', 'broker.mjs');
  process.once('exit', () => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 }));
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      endTools(signal);
      setTimeout(() => process.exit(1), 5_000);
    });
  }
  const results = [];
  for (const { width, parts } of stagesOf(temporary)) results.push(...(await runAll(parts, width)));
  results.push(await runPart(leftProcesses(name)));
  const skipped = results.flatMap((result) => result.skipped);
  const shaky = results.flatMap((result) => result.shaky ?? []);
  const list = (title, lines) => {
    if (lines.length > 0) console.log(`\n${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`);
  };
  list('Skipped', skipped);
  list('Failed first and passed the second time, alone', shaky);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const failed = sum('failed');
  console.log(`\n${sum('passed')} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
