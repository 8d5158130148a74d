/** The checks that look at the code without running it: each is one tool and counts as one test. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from '../prepare/prepare.mjs';
import { bin, runTool, tsx } from './run-tool.mjs';

const folders = [
  'protocol',
  'kafka-client',
  'broker',
  'console',
  'app',
  'components',
  'cli',
  'demo',
  'e2e',
  'compat',
  'bench',
  'faults',
  'scripts',
];
const existing = () => folders.filter((folder) => existsSync(path.join(root, folder)));

const tools = {
  types: () => [bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', '.'],
  lint: () => ['--max-old-space-size=4096', bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0'],
  imports: () => [
    bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.cjs',
    ...existing(),
  ],
  'file sizes': () => [tsx, 'scripts/check-file-size.ts'],
  'version floors': () => [tsx, 'scripts/check-floors.ts'],
  format: () => [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'],
};

/** What needs a built console, too. */
const toolsOfBuild = {
  'page scripts': () => [tsx, 'scripts/check-page-scripts.ts'],
};

const partsOf = (all) =>
  Object.entries(all).map(([name, args]) => ({
    name,
    async run() {
      const { ok, output } = await runTool(name, args());
      return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: [], output: ok ? '' : output };
    },
  }));

/** One after the other or two at a time, as the machine allows. */
export const checks = partsOf(tools);
export const checksOfBuild = partsOf(toolsOfBuild);
