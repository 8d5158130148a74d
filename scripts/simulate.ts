/**
 * Runs seeded lives of a simulated cluster, any number of them, until one fails or all are done:
 *
 *   npm run simulate -- [--seeds N] [--from S] [--troubles NAME,NAME...] [--transactions always|never] [--trace]
 *
 * N defaults to 200, S to 1. `--troubles` gives each life these (broker/simulation/troubles.ts) instead of what its seed
 * says. Some clients have transactions in every second life, or with `--transactions` in all or in none. `--trace` prints every event. A seed that fails is printed with what happened last; the
 * exit status is 1 then.
 */
import { parseArgs } from 'node:util';
import { FailedSeed, runSeed } from '../broker/simulation/run-seed.ts';
import { troubles } from '../broker/simulation/troubles.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
    troubles: { type: 'string' },
    transactions: { type: 'string' },
  },
});
const seeds = Number(values.seeds);
const from = Number(values.from);
if (!Number.isSafeInteger(seeds) || seeds < 1 || !Number.isSafeInteger(from) || from < 0) {
  process.stderr.write(
    '--seeds and --from take whole numbers, as in: npm run simulate -- --seeds 1000 --from 1\n',
  );
  process.exit(2);
}

const kinds = values.troubles?.split(',');
const unknown = kinds?.filter((kind) => !(kind in troubles)) ?? [];
if (unknown.length > 0) {
  process.stderr.write(`--troubles: ${unknown.join()} is none of ${Object.keys(troubles).join()}\n`);
  process.exit(2);
}

const { transactions } = values;
if (transactions !== undefined && transactions !== 'always' && transactions !== 'never') {
  process.stderr.write(`--transactions: ${transactions} is neither always nor never\n`);
  process.exit(2);
}

const write = (line: string): void => void process.stdout.write(`${line}\n`);
const startedMs = performance.now();
const sums = new Map<string, number>();
let failed = 0;
for (let seed = from; seed < from + seeds; seed++) {
  try {
    const result = await runSeed({
      seed,
      ...(values.trace && { trace: write }),
      ...(kinds !== undefined && { troubles: kinds }),
      ...(transactions !== undefined && { transactions: transactions === 'always' }),
    });
    for (const [name, value] of Object.entries(result)) {
      sums.set(name, (sums.get(name) ?? 0) + Number(value));
    }
  } catch (error) {
    failed += 1;
    write(error instanceof FailedSeed ? error.message : String(error));
  }
}
const seconds = (performance.now() - startedMs) / 1000;
write(
  `${String(seeds)} seeds in ${seconds.toFixed(1)} s (${(seeds / seconds).toFixed(2)} a second), ${String(failed)} failed.`,
);
write([...sums].map(([name, sum]) => `${name} ${String(Math.round(sum))}`).join(', '));
process.exit(failed === 0 ? 0 : 1);
