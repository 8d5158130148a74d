/** `npm run test:compat`: prepares, then runs foreign clients against the broker (compat/main.ts). */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { prepareOrExit, root } from './prepare/prepare.mjs';

await prepareOrExit({ console: false });
process.env.AQUILA_TEST_BROKER = path.join(root, 'dist', 'broker.mjs');
const { tsx } = await import('./testing/run-tool.mjs');
const { status } = spawnSync(process.execPath, [tsx, 'compat/main.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
