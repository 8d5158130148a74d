/**
 * Test support: runs clusters with one rule broken until a seed notices. Seeds that noticed a variant first stand beside
 * it in time: few are needed for each.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Exchange, KnownBadVariant } from '../known-bad-variants.ts';

const SEEDS_TO_NOTICE = 60;

function pathOf(module: Exchange['module']): string {
  return new URL(`../${module}`, import.meta.url).pathname;
}

/** `transactions`: whether some clients have them. */
export function describeKnownBad(variants: readonly KnownBadVariant[], transactions: boolean): void {
  afterEach(() => {
    vi.resetModules();
    vi.restoreAllMocks();
  });

  describe('the simulation notices that', () => {
    it.each(variants)('$name', async ({ troubles, from = 1, also, ...first }) => {
      vi.resetModules();
      const exchanges = also === undefined ? [first] : [first, also];
      for (const { module, replace } of exchanges)
        vi.doMock(pathOf(module), async (importOriginal) => {
          const original = await importOriginal<never>();
          return { ...(original as object), ...replace(original) };
        });
      try {
        const { runSeed } = await import('../run-seed.ts');
        let noticed: string | null = null;
        for (let seed = from; seed < from + SEEDS_TO_NOTICE && noticed === null; seed++) {
          await runSeed({ seed, transactions, ...(troubles && { troubles }) }).catch((error: unknown) => {
            noticed = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
          });
        }
        expect(noticed).not.toBeNull();
      } finally {
        for (const { module } of exchanges) vi.doUnmock(pathOf(module));
      }
    });
  });
}
