/** `kill -9` of brokers and of the active controller under load: nothing acknowledged is lost, and the others go on. */
import { describe, expect, it } from 'vitest';
import { timesOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { underLoad } from './under-load.ts';

const KILLS = timesOf(3);
const KILL_LIMIT_MS = 30_000;

describe('brokers that are killed', () => {
  it(
    'goes on when the leader is killed, again and again',
    { timeout: 120_000 + KILLS * KILL_LIMIT_MS },
    async () => {
      const cluster = await ClusterUnderFault.start();
      const report = await underLoad(cluster, {}, async ({ leaders, progress }) => {
        for (let kill = 0; kill < KILLS; kill++) {
          const victim = (await leaders())[kill % 6] ?? 0;
          await cluster.kill(victim);
          await progress(200, 20_000);
          await cluster.start(victim);
          await progress(200, 20_000);
        }
      });
      expect(report.acknowledgedRecords).toBeGreaterThan(1_000);
    },
  );

  it(
    'keeps everything when all are killed at once',
    { timeout: 120_000 + KILLS * KILL_LIMIT_MS },
    async () => {
      const cluster = await ClusterUnderFault.start();
      await underLoad(cluster, {}, async ({ progress }) => {
        for (let kill = 0; kill < KILLS; kill++) {
          await Promise.all(cluster.nodes.map(({ id }) => cluster.kill(id)));
          await Promise.all(cluster.nodes.map(({ id }) => cluster.start(id)));
          await progress(200, 30_000);
        }
      });
    },
  );
});
