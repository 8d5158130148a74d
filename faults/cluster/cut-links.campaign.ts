/** Networks that fail between the nodes while clients still reach all of them. */
import { describe, expect, it } from 'vitest';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { IMPATIENT, PAUSE_MS } from './impatient-settings.ts';
import { underLoad } from './under-load.ts';

const ALL = [0, 1, 2];

describe('networks that are cut', () => {
  it('acknowledges nothing on a leader that is alone', { timeout: 180_000 }, async () => {
    const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
    await underLoad(cluster, {}, async ({ leaders, progress, pause }) => {
      const alone = (await leaders())[0] ?? 0;
      cluster.links.isolate(alone, ALL);
      await pause(PAUSE_MS);
      await progress(200, 20_000);
      cluster.links.mend();
      await progress(200, 20_000);
    });
  });

  it.each([
    [
      'what it says does not arrive',
      (cluster: ClusterUnderFault, node: number, other: number) => cluster.links.cut(node, other),
    ],
    [
      'what it is told does not arrive',
      (cluster: ClusterUnderFault, node: number, other: number) => cluster.links.cut(other, node),
    ],
  ])('survives a node of which only one direction works: %s', { timeout: 180_000 }, async (_name, cut) => {
    const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
    await underLoad(cluster, {}, async ({ leaders, progress, pause }) => {
      const half = (await leaders())[0] ?? 0;
      for (const other of ALL) if (other !== half) cut(cluster, half, other);
      await pause(PAUSE_MS);
      await progress(200, 20_000);
      cluster.links.mend();
      await progress(200, 20_000);
    });
  });

  it('keeps serving what it knows while the controllers have no majority', { timeout: 180_000 }, async () => {
    const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
    const report = await underLoad(cluster, {}, async ({ pause }) => {
      for (const node of ALL) cluster.links.isolate(node, ALL);
      await pause(PAUSE_MS);
      cluster.links.mend();
    });
    expect(report.acknowledgedRecords).toBeGreaterThan(500);
  });

  it('does not storm when a link comes and goes', { timeout: 180_000 }, async () => {
    const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
    await underLoad(cluster, {}, async ({ leaders, progress, pause }) => {
      const shaky = (await leaders())[0] ?? 0;
      for (let round = 0; round < 8; round++) {
        cluster.links.isolate(shaky, ALL);
        await pause(1_000);
        cluster.links.mend();
        await pause(1_000);
      }
      await progress(200, 20_000);
    });
  });
});
