/**
 * The power of one broker, or of all at the same instant, is cut: what was not forced to its disk is gone. One broker's loss
 * is made good by the others. With all of them gone only what was forced is certain: where all are told to force before they
 * answer nothing may be missing, else a beginning of each log is left, and no less than any of the disks has.
 */
import { describe, it } from 'vitest';
import { needs } from '../abilities.ts';
import { timesOf } from '../campaign.ts';
import { clusterOn, cutPower, threeDisks } from './power-switch.ts';
import { underLoad } from './under-load.ts';

const CUTS = timesOf(2);
const CUT_LIMIT_MS = 40_000;

describe('power cuts', () => {
  it('makes good what one broker lost', { timeout: 120_000 + CUTS * CUT_LIMIT_MS }, async (context) => {
    needs(context, 'mounts', 'loop devices');
    const disks = threeDisks();
    const cluster = await clusterOn(disks);
    await underLoad(cluster, {}, async ({ leaders, progress }) => {
      for (let cut = 0; cut < CUTS; cut++) {
        const victim = (await leaders())[cut % 6] ?? 0;
        await cutPower(cluster, disks, [victim]);
        await progress(100, 20_000);
        await cluster.start(victim);
        await progress(100, 20_000);
      }
    });
  });

  it(
    'keeps all that was forced before it was answered when every broker loses power',
    { timeout: 120_000 + CUTS * CUT_LIMIT_MS },
    async (context) => {
      needs(context, 'mounts', 'loop devices');
      const disks = threeDisks();
      const cluster = await clusterOn(disks);
      const topicConfigs = { 'flush.messages': '1' };
      await underLoad(cluster, { topicConfigs, intervalMs: 50 }, async ({ progress }) => {
        for (let cut = 0; cut < CUTS; cut++) {
          await cutPower(cluster, disks, [0, 1, 2]);
          await Promise.all(cluster.nodes.map(({ id }) => cluster.start(id)));
          await progress(100, 30_000);
        }
      });
    },
  );

  it('never takes the shorter log of the last replica that stood', { timeout: 180_000 }, async (context) => {
    needs(context, 'mounts', 'loop devices');
    const disks = threeDisks();
    const cluster = await clusterOn(disks);
    await underLoad(cluster, {}, async ({ leaders, pause, progress }) => {
      const last = (await leaders())[0] ?? 0;
      const others = [0, 1, 2].filter((node) => node !== last);
      for (const node of others) {
        cluster.links.isolate(node, [0, 1, 2]);
        await pause(5_000);
      }
      await cutPower(cluster, disks, [last]);
      cluster.links.mend();
      await cluster.start(last);
      await progress(100, 40_000);
    });
  });
});
