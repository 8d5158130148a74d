/**
 * `npm test`: prepares, then runs everything that belongs to a green build. `npm test -- lint "unit tests"` runs only the
 * named parts. Needs no fixed port, leaves no process, and no file outside the clone.
 */
import { prepareOrExit } from './prepare/prepare.mjs';

await prepareOrExit({ console: true });
const { checks, checksOfBuild } = await import('./testing/checks.mjs');
const { journeys } = await import('./testing/journeys.mjs');
const { testRun } = await import('./testing/test-run.mjs');
const { vitestProject } = await import('./testing/vitest.mjs');

const wanted = process.argv.slice(2);
const isWanted = ({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word));
const status = await testRun((temporary) =>
  [
    { width: 2, parts: [...checks, ...checksOfBuild] },
    {
      width: 1,
      parts: [
        vitestProject('unit', temporary),
        vitestProject('integration', temporary, { secondTry: true }),
        vitestProject('simulation', temporary),
        vitestProject('faults', temporary, { secondTry: true }),
        journeys(temporary),
      ],
    },
  ].map(({ width, parts }) => ({ width, parts: parts.filter(isWanted) })),
);
process.exit(status);
