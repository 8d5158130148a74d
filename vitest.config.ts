/**
 * Five runs of one runner: `unit` beside the code, `integration` with real sockets, disks and processes, `simulation` with
 * whole clusters on virtual time, `faults`, where a disk is crashed, damaged, filled up and failed: in memory below
 * broker/log/faults/, for real below faults/. And `campaign`, not part of `npm test` but of `npm run test:faults`: what
 * goes on for longer.
 */
import { defineConfig } from 'vitest/config';
import { fileURLToPath } from 'node:url';

const alias = {
  '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, ''),
  // The package throws outside a React Server bundle; tests run in plain Node.
  'server-only': fileURLToPath(new URL('./scripts/empty-module.ts', import.meta.url)),
};
const excluded = ['node_modules/**', '.next*/**', 'dist/**', 'e2e/**', 'compat/**', 'data/**'];
const simulation = ['broker/simulation/*-seeds.test.ts', 'broker/simulation/known-bad.test.ts'];
const faults = ['broker/log/faults/**/*.test.ts', 'faults/**/*.test.ts'];

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx', 'scripts/**/*.test.mjs'],
          exclude: [...excluded, '**/*.int.test.ts', ...simulation, ...faults],
          testTimeout: 20_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'integration',
          include: ['**/*.int.test.ts'],
          exclude: excluded,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'simulation',
          include: simulation,
          exclude: excluded,
          testTimeout: 300_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'campaign',
          include: ['faults/**/*.campaign.ts'],
          exclude: excluded,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'faults',
          include: faults,
          exclude: excluded,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
