/**
 * Two hundred seeded lives of a whole cluster. A life that fails says how to play it again.
 */
import { describe, expect, it } from 'vitest';
import { failedSeeds } from './failed-seeds.ts';
import { runSeed } from './run-seed.ts';

const SEEDS = 200;
/** So many in one test, for the report. */
const SEEDS_A_TEST = 10;

const groups = Array.from({ length: SEEDS / SEEDS_A_TEST }, (_, index) => index * SEEDS_A_TEST + 1);

describe('a cluster in trouble keeps every promise', () => {
  it.each(groups)('seeds from %i on', async (from) => {
    let acknowledged = 0;
    let read = 0;
    let leaderChanges = 0;
    for (let seed = from; seed < from + SEEDS_A_TEST; seed++) {
      const result = await runSeed({ seed });
      acknowledged += result.acknowledgedRecords;
      read += result.readRecords;
      leaderChanges += result.leaderChanges;
    }
    // Not because nothing happened.
    expect(acknowledged).toBeGreaterThan(SEEDS_A_TEST * 50);
    expect(read).toBeGreaterThan(SEEDS_A_TEST * 50);
    expect(leaderChanges).toBeGreaterThan(SEEDS_A_TEST * 8);
  });

  it.each(failedSeeds)('seed $seed, where once $because', async ({ seed }) => {
    await runSeed({ seed });
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
});
