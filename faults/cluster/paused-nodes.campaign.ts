/**
 * Processes that stand still (SIGSTOP) for longer than the cluster waits for them, and then go on as if nothing had been: a
 * leader that has been replaced meanwhile must acknowledge nothing more, and a follower must not be counted.
 */
import { describe, expect, it } from 'vitest';
import { lengthOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { IMPATIENT, PAUSE_MS } from './impatient-settings.ts';
import { underLoad } from './under-load.ts';

const STILL_MS = lengthOf(PAUSE_MS, 60_000);

describe('brokers that stand still', () => {
  it(
    'goes on without a paused follower, and counts it again after it has caught up',
    { timeout: 180_000 },
    async () => {
      const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
      await underLoad(cluster, {}, async ({ leaders, isrs, progress, pause }) => {
        const leader = (await leaders())[0] ?? 0;
        const follower = (leader + 1) % 3;
        cluster.signal(follower, 'SIGSTOP');
        await progress(200, 20_000);
        await pause(STILL_MS);
        expect((await isrs()).every((isr) => !isr.includes(follower))).toBe(true);
        cluster.signal(follower, 'SIGCONT');
        await progress(200, 20_000);
      });
    },
  );

  it('takes nothing from a leader that was replaced while it was paused', { timeout: 180_000 }, async () => {
    const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
    await underLoad(cluster, {}, async ({ leaders, progress, pause }) => {
      const before = await leaders();
      const zombie = before[0] ?? 0;
      cluster.signal(zombie, 'SIGSTOP');
      await pause(STILL_MS);
      await progress(200, 20_000);
      const after = await leaders();
      expect(after.every((leader) => leader !== zombie && leader >= 0)).toBe(true);
      // What clients had sent to it is still in its sockets.
      cluster.signal(zombie, 'SIGCONT');
      await progress(200, 20_000);
    });
  });
});
