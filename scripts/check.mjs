/** `npm run check`: what one wants to know every few minutes: types, lint, imports, sizes and unit tests. */
import { prepareOrExit } from './prepare/prepare.mjs';

await prepareOrExit({ console: false });
const { checks } = await import('./testing/checks.mjs');
const { testRun } = await import('./testing/test-run.mjs');
const { vitestProject } = await import('./testing/vitest.mjs');

process.exit(
  await testRun((temporary) => [{ width: 2, parts: [...checks, vitestProject('unit', temporary)] }]),
);
