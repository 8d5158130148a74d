/** Test support: seeded lives of a whole cluster, some in one test. A life that fails says how to play it again. */
import { describe, expect, it } from 'vitest';
import { runSeed } from '../run-seed.ts';

/** So many in one test, for the report. */
const SEEDS_A_TEST = 10;

export function describeSeededLives(firstSeed: number, count: number): void {
  const groups = Array.from({ length: count / SEEDS_A_TEST }, (_, index) => firstSeed + index * SEEDS_A_TEST);
  describe('a cluster in trouble keeps every promise', () => {
    it.each(groups)('seeds from %i on', async (from) => {
      let acknowledged = 0;
      let read = 0;
      let leaderChanges = 0;
      let transactions = 0;
      let leftOut = 0;
      for (let seed = from; seed < from + SEEDS_A_TEST; seed++) {
        const result = await runSeed({ seed });
        acknowledged += result.acknowledgedRecords;
        read += result.readRecords;
        leaderChanges += result.leaderChanges;
        transactions += result.transactions;
        leftOut += result.leftOut;
      }
      // Not because nothing happened.
      expect(acknowledged).toBeGreaterThan(SEEDS_A_TEST * 50);
      expect(read).toBeGreaterThan(SEEDS_A_TEST * 50);
      expect(leaderChanges).toBeGreaterThan(SEEDS_A_TEST * 4);
      // In half of them.
      expect(transactions).toBeGreaterThan(SEEDS_A_TEST / 2);
      expect(leftOut).toBeGreaterThan(SEEDS_A_TEST / 2);
    });
  });
}
