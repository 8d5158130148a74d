/** `npm run docs:pictures`: prepares, starts the product with its demo, and takes the docs' pictures of its pages (e2e/pictures.ts). */
import { spawnSync } from 'node:child_process';
import { prepareOrExit, root } from './prepare/prepare.mjs';

await prepareOrExit({ console: true });
const { findChromium, howToGetChromium } = await import('./testing/chromium.mjs');
const { bin } = await import('./testing/run-tool.mjs');
const chromium = await findChromium();
if (chromium === null) {
  process.stderr.write(`${howToGetChromium}\n`);
  process.exit(1);
}
const args = [bin('@playwright', 'test', 'cli.js'), 'test', '--config', 'e2e/pictures.config.ts'];
const env = { ...process.env, CHROMIUM: chromium };
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
process.exit(status ?? 1);
