/**
 * The campaign in short: one cluster of three processes under one load, and one blow after another:
 * killed, paused, cut off, wiped, stopped in good order, all killed at once. The campaign's files do each for longer.
 */
import { expect, it } from 'vitest';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { IMPATIENT } from './impatient-settings.ts';
import { underLoad } from './under-load.ts';

const ALL = [0, 1, 2];
const STILL_MS = 5_000;

it(
  'loses nothing, doubles nothing and goes on, whatever is done to its brokers',
  { timeout: 240_000 },
  async () => {
    const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
    const report = await underLoad(cluster, {}, async ({ leaders, isrs, progress, pause }) => {
      const someLeader = async (): Promise<number> => (await leaders()).find((leader) => leader >= 0) ?? 0;
      const recovered = async (): Promise<void> => {
        await progress(100, 30_000);
        await expect
          .poll(async () => (await isrs()).every((isr) => isr.length === 3), {
            timeout: 30_000,
            interval: 100,
          })
          .toBe(true);
      };

      const killed = await someLeader();
      await cluster.kill(killed);
      await progress(100, 20_000);
      await cluster.start(killed);
      await recovered();

      const paused = await someLeader();
      cluster.signal(paused, 'SIGSTOP');
      await pause(STILL_MS);
      await progress(100, 20_000);
      cluster.signal(paused, 'SIGCONT');
      await recovered();

      cluster.links.isolate(await someLeader(), ALL);
      await pause(STILL_MS);
      await progress(100, 20_000);
      cluster.links.mend();
      await recovered();

      const wiped = await someLeader();
      await cluster.kill(wiped);
      cluster.wipe(wiped);
      await cluster.start(wiped);
      await recovered();

      const stopped = await someLeader();
      expect(await cluster.end(stopped, 'SIGTERM')).toBe(0);
      await progress(100, 20_000);
      await cluster.start(stopped);
      await recovered();

      await Promise.all(ALL.map((node) => cluster.kill(node)));
      await Promise.all(ALL.map((node) => cluster.start(node)));
      await recovered();
    });
    expect(report.acknowledgedRecords).toBeGreaterThan(2_000);
  },
);
