/**
 * The simulation can fail: each rule of the cluster is broken once, and some seed must notice. The seeds that noticed a
 * variant first stand beside it in time: few are needed for each.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { knownBadVariants } from './known-bad-variants.ts';

const SEEDS_TO_NOTICE = 60;

afterEach(() => {
  vi.resetModules();
  vi.restoreAllMocks();
});

describe('the simulation notices that', () => {
  it.each(knownBadVariants)('$name', async ({ module, replace, troubles, from = 1 }) => {
    vi.resetModules();
    vi.doMock(module, async (importOriginal) => {
      const original = await importOriginal<never>();
      return { ...(original as object), ...replace(original) };
    });
    try {
      const { runSeed } = await import('./run-seed.ts');
      let noticed: string | null = null;
      for (let seed = from; seed < from + SEEDS_TO_NOTICE && noticed === null; seed++) {
        await runSeed({ seed, ...(troubles && { troubles }) }).catch((error: unknown) => {
          noticed = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
        });
      }
      expect(noticed).not.toBeNull();
    } finally {
      vi.doUnmock(module);
    }
  });
});
