/**
 * `npm start`: prepares what is missing or stale, then becomes the supervisor of the whole product in the foreground.
 * Runs on a clone without node_modules, so nothing but node: modules is imported before the preparation is done.
 */
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { prepareOrExit, root } from './prepare/prepare.mjs';

await prepareOrExit({ console: true });
const { runCommandLine } = await import(pathToFileURL(path.join(root, 'dist', 'cli.mjs')).href);
process.exitCode = await runCommandLine(['start', '--foreground', ...process.argv.slice(2)], { root });
