/** A hundred lives, those that failed once, and that a seed is a life: the other hundred runs beside it. */
import { expect, it } from 'vitest';
import { failedSeeds } from './failed-seeds.ts';
import { runSeed } from './run-seed.ts';
import { describeSeededLives } from './testing/seeded-lives.ts';

describeSeededLives(1, 100);

it.each(failedSeeds)('seed $seed, where once $because', async ({ seed }) => {
  await runSeed({ seed, transactions: false });
});

it('looks at nodes from the moment in which they open their logs, not only when they serve', async () => {
  const { starts, startsSeen } = await runSeed({ seed: 3, troubles: ['kill'] });
  expect(starts).toBeGreaterThan(4);
  expect(startsSeen).toBeGreaterThan(1);
});

it('lives the same life again from the same seed', async () => {
  const trace = async (seed: number): Promise<string> => {
    const lines: string[] = [];
    await runSeed({ seed, trace: (line) => lines.push(line) });
    return lines.join('\n');
  };
  const first = await trace(7);
  expect(await trace(7)).toBe(first);
  expect(await trace(8)).not.toBe(first);
});
