/** Brokers that are stopped in good order, one after another, all in a storm, or come back with an empty disk. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lengthOf, timesOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { IMPATIENT } from './impatient-settings.ts';
import { underLoad } from './under-load.ts';

const ROUNDS = timesOf(1);
const ROUND_LIMIT_MS = 60_000;
const STORM_MS = lengthOf(8_000, 120_000);
const BETWEEN_CRASHES_MS = 3_000;
/** What a broker writes of a start and its end is some 5 KB; one that complains of each attempt to reach another writes MBs. */
const LINES_OF_A_CRASH = 400;

describe('brokers that are restarted', () => {
  it('rolls through all of them under load', { timeout: 180_000 + ROUNDS * ROUND_LIMIT_MS }, async () => {
    const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
    await underLoad(cluster, {}, async ({ progress, isrs }) => {
      for (let round = 0; round < ROUNDS; round++) {
        for (const { id } of cluster.nodes) {
          expect(await cluster.end(id, 'SIGTERM')).toBe(0);
          await progress(100, 20_000);
          await cluster.start(id);
          await expect
            .poll(async () => (await isrs()).every((isr) => isr.length === 3), {
              timeout: 30_000,
              interval: 100,
            })
            .toBe(true);
        }
      }
    });
  });

  it('converges after a storm of restarts', { timeout: 240_000 + STORM_MS }, async () => {
    const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
    let crashes = 0;
    await underLoad(cluster, {}, async ({ pause }) => {
      for (const endMs = performance.now() + STORM_MS; performance.now() < endMs; crashes++) {
        await Promise.all(cluster.nodes.map(({ id }) => cluster.kill(id)));
        await Promise.all(cluster.nodes.map(({ id }) => cluster.launch(id)));
        await pause(BETWEEN_CRASHES_MS);
      }
    });
    for (const { directory } of cluster.nodes) {
      const lines = readFileSync(join(directory, 'output.log'), 'utf8').split('\n').length;
      expect(lines).toBeLessThan(LINES_OF_A_CRASH * (crashes + 1));
    }
  });

  it(
    'refills a broker whose disk was wiped, and does not count it before',
    { timeout: 180_000 },
    async () => {
      const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
      await underLoad(cluster, {}, async ({ leaders, isrs, progress }) => {
        for (let round = 0; round < ROUNDS + 1; round++) {
          const victim = (await leaders())[round % 6] ?? 0;
          await cluster.kill(victim);
          cluster.wipe(victim);
          await progress(200, 20_000);
          await cluster.start(victim);
          // Two empty disks at a time are more than min.insync.replicas bears.
          await expect
            .poll(async () => (await isrs()).every((isr) => isr.length === 3), {
              timeout: 30_000,
              interval: 100,
            })
            .toBe(true);
        }
      });
    },
  );
});
