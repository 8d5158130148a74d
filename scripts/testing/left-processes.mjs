/**
 * After everything: is a process of this run still there? Every process of a run carries its name in the environment,
 * which on Linux one can read back. What is found is ended, and the run fails.
 */
import { readFileSync, readdirSync } from 'node:fs';

export const runVariable = 'AQUILA_TEST_RUN';

function processesOf(run) {
  const mark = `${runVariable}=${run}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(mark)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return command === '' ? [] : [{ pid: Number(name), command }];
      } catch {
        return [];
      }
    });
}

const endsWithinMs = 2_000;

export function leftProcesses(run) {
  return {
    name: 'no process left',
    async run() {
      if (process.platform !== 'linux')
        return { passed: 0, failed: 0, skipped: ['no process left: needs /proc'], output: '' };
      const deadline = performance.now() + endsWithinMs;
      while (processesOf(run).length > 0 && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 100));
      const left = processesOf(run);
      for (const { pid } of left) process.kill(pid, 'SIGKILL');
      const output = left.map(({ pid, command }) => `process ${pid} was left running: ${command}`).join('\n');
      return { passed: left.length === 0 ? 1 : 0, failed: left.length === 0 ? 0 : 1, skipped: [], output };
    },
  };
}
