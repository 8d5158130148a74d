/**
 * Five runs of one runner: `unit` beside the code, `integration` with real sockets, disks and processes, `simulation` with
 * whole clusters on virtual time, `faults`, where a disk is crashed, damaged, filled up and failed: in memory below
 * broker/log/faults/, for real below faults/. And `campaign`, not part of `npm test` but of `npm run test:faults`: what
 * goes on for longer.
 */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { fileURLToPath } from 'node:url';

const alias = {
  '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, ''),
  // The package throws outside a React Server bundle; tests run in plain Node.
  'server-only': fileURLToPath(new URL('./scripts/empty-module.ts', import.meta.url)),
};
const excluded = ['node_modules/**', '.next*/**', 'dist/**', 'compat/programs/**', 'data/**'];
// Vitest leaves one processor alone, which on a machine of two is half of it. Tests of sockets and processes mostly wait.
const computing = availableParallelism();
const waiting = computing + 1;
const simulation = ['broker/simulation/*-seeds.test.ts', 'broker/simulation/known-bad*.test.ts'];
const faults = ['broker/log/faults/**/*.test.ts', 'faults/**/*.test.ts'];

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          maxWorkers: computing,
          include: ['**/*.test.ts', '**/*.test.tsx', 'scripts/**/*.test.mjs'],
          exclude: [...excluded, '**/*.int.test.ts', ...simulation, ...faults],
          // Long sequences at random take seconds of a processor, of which a busy machine gives little.
          testTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'integration',
          maxWorkers: waiting,
          // Those of one order run together, and have to be as many at once.
          sequence: { groupOrder: 1 },
          include: ['**/*.int.test.ts'],
          exclude: excluded,
          // Ceilings for a machine that is busy with others; nothing takes so long when it is not.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'simulation',
          maxWorkers: computing,
          include: simulation,
          exclude: excluded,
          testTimeout: 300_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'campaign',
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
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
          maxWorkers: computing,
          include: faults,
          exclude: excluded,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
