/** Acknowledgements that never arrive: what is sent again must be stored once, in order, at the offset it had (KIP-98). */
import { expect, it, onTestFinished } from 'vitest';
import { lengthOf } from '../campaign.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { LosingRelay } from './losing-relay.ts';
import { underLoad } from './under-load.ts';

const SECONDS = lengthOf(20_000, 300_000) / 1_000;
const EVERY = 7;

it(
  'stores nothing twice when every seventh answer is lost',
  { timeout: 120_000 + SECONDS * 2_000 },
  async () => {
    const relays: LosingRelay[] = [];
    onTestFinished(() => {
      for (const relay of relays) relay.close();
    });
    const cluster = await ClusterUnderFault.start({
      clientPortOf: async (_node, port) => {
        const relay = await LosingRelay.start(port, EVERY);
        relays.push(relay);
        return relay.port;
      },
    });
    await underLoad(cluster, {}, async ({ pause, leaders, progress }) => {
      await pause((SECONDS * 1_000) / 2);
      // What the followers learnt of the producers must be enough for the next leader.
      const victim = (await leaders())[0] ?? 0;
      await cluster.kill(victim);
      await progress(100, 20_000);
      await cluster.start(victim);
      await pause((SECONDS * 1_000) / 2);
    });
    expect(relays.reduce((sum, { lost }) => sum + lost, 0)).toBeGreaterThan(SECONDS);
  },
);
