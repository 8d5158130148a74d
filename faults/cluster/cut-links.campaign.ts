/** Networks that fail between the nodes while clients still reach all of them. */
import { describe, expect, it } from 'vitest';
import { lengthOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { IMPATIENT, PAUSE_MS } from './impatient-settings.ts';
import { type Load, underLoad } from './under-load.ts';

const ALL = [0, 1, 2];
const SHAKY_MS = lengthOf(16_000, 300_000);
/** A partition may change its leader every ten seconds at most; one may be under way. */
const ELECTION_ALLOWANCE = SHAKY_MS / 10_000 + 1;

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

  it.each([
    [
      'a link comes and goes',
      async ({ cluster, pause }: Load, node: number) => {
        for (const endMs = performance.now() + SHAKY_MS; performance.now() < endMs;) {
          cluster.links.isolate(node, ALL);
          await pause(1_000);
          cluster.links.mend();
          await pause(1_000);
        }
      },
    ],
    [
      'a third of the packets gets lost',
      async ({ cluster, pause }: Load, node: number) => {
        cluster.links.lose(node, 0.3);
        await pause(SHAKY_MS);
        cluster.links.mend();
      },
    ],
  ])('does not storm when %s', { timeout: 180_000 + SHAKY_MS }, async (_name, shake) => {
    const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
    await underLoad(cluster, {}, async (load) => {
      const { leaders, epochs, progress } = load;
      const shaky = (await leaders())[0] ?? 0;
      const before = await epochs();
      await shake(load, shaky);
      const after = await epochs();
      for (const [partition, epoch] of after.entries())
        expect(epoch - (before[partition] ?? 0)).toBeLessThanOrEqual(ELECTION_ALLOWANCE);
      await progress(200, 20_000);
    });
  });
});
