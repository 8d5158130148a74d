/** How long producers are without any acknowledgement when a leader, or leader and active controller, is killed. */
import { expect, it } from 'vitest';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { underLoad } from './under-load.ts';

it('goes on soon after a kill, with default timeouts', { timeout: 180_000 }, async () => {
  const cluster = await ClusterUnderFault.start();
  await underLoad(cluster, { members: 0 }, async ({ history, progress, pause }) => {
    for (const victim of [0, 1, 2]) {
      await pause(1_000);
      const before = history.acknowledged.length;
      const killedMs = performance.now();
      await cluster.kill(victim);
      const seen = new Map<number, number>();
      const endMs = killedMs + 15_000;
      while (seen.size < 6 && performance.now() < endMs) {
        for (const { partition, atMs } of history.acknowledged.slice(before))
          if (atMs > killedMs + 5 && !seen.has(partition)) seen.set(partition, atMs - killedMs);
        await pause(5);
      }
      console.log(
        `killed ${String(victim)}: acknowledged again after`,
        [...seen].map(([partition, ms]) => `${String(partition)}: ${ms.toFixed(0)} ms`).join(', '),
      );
      expect(seen.size).toBe(6);
      await cluster.start(victim);
      await progress(500, 20_000);
      await pause(2_000);
    }
  });
});
