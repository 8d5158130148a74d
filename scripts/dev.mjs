/**
 * `npm run dev`: the product with the console under `next dev`, which shows an edit at once. Broker, workload and
 * database are the real ones, under the same options as `npm start`.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepareOrExit, root } from './prepare/prepare.mjs';

await prepareOrExit({ console: false });
const { runCommandLine } = await import(pathToFileURL(path.join(root, 'dist', 'cli.mjs')).href);
process.exitCode = await runCommandLine(['start', '--foreground', '--hot-reload', ...process.argv.slice(2)], {
  root,
});
