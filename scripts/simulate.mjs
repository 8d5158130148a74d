/**
 * `npm run simulate -- [--seeds N] [--from S] [--trace]`: seeded lives of a simulated cluster (scripts/simulate.ts). Says
 * of a failing one how to play it again.
 */
import { spawnSync } from 'node:child_process';
import { prepareOrExit } from './prepare/prepare.mjs';

await prepareOrExit({ console: false });
const { tsx } = await import('./testing/run-tool.mjs');
const { status } = spawnSync(process.execPath, [tsx, 'scripts/simulate.ts', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
