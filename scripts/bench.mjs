/** `npm run bench`: prepares, then runs bench/main.ts. */
import { spawnSync } from 'node:child_process';
import { prepareOrExit, root } from './prepare/prepare.mjs';

await prepareOrExit({ console: true });
const { tsx } = await import('./testing/run-tool.mjs');
const { status } = spawnSync(process.execPath, [tsx, 'bench/main.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
