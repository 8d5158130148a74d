/**
 * `npm run test:faults -- [--times N] [name ...]`: everything that is done to real brokers on real disks and networks, N times
 * (default 3) where it strikes at random. With names, only files whose path has one of them. Needs no fixed port; what the
 * machine cannot do (mounting without root) is named at the end.
 */
import { prepareOrExit } from './prepare/prepare.mjs';

const usage = 'Usage: npm run test:faults -- [--times N] [name ...]';
const args = process.argv.slice(2);
const names = [];
let times = '3';
for (let index = 0; index < args.length; index += 1) {
  const argument = args[index];
  if (argument === '--times') times = args[(index += 1)] ?? '';
  else if (argument.startsWith('--times=')) times = argument.slice('--times='.length);
  else if (argument.startsWith('-')) {
    console.error(`${argument} is not an option. ${usage}`);
    process.exit(2);
  } else names.push(argument);
}
if (!/^[1-9]\d{0,5}$/.test(times)) {
  console.error(`--times is "${times}": give a whole number from 1 to 999999. ${usage}`);
  process.exit(2);
}

await prepareOrExit({ console: false });
process.env.AQUILA_FAULT_TIMES = times;
const { testRun } = await import('./testing/test-run.mjs');
const { vitestProject } = await import('./testing/vitest.mjs');
const status = await testRun((temporary) => [
  {
    width: 1,
    // One after another: each has three brokers and their clients to itself.
    parts: ['campaign', 'faults'].map((project) =>
      vitestProject(project, temporary, {
        extra: ['--no-file-parallelism', '--passWithNoTests', ...names],
      }),
    ),
  },
]);
process.exit(status);
