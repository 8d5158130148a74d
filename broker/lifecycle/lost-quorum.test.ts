/** When a stopping broker may stop waiting for a controller, on a network in memory. */
import { describe, expect, it } from 'vitest';
import { MemoryNetwork } from '../platform/memory/memory-network.ts';
import { MemoryTime, SeededRandom } from '../platform/memory/memory-time.ts';
import { NodeMachine } from '../platform/memory/node-machine.ts';
import { watchForLostQuorum } from './lost-quorum.ts';

const VOTERS = [0, 1, 2].map((id) => ({ id, host: `n${String(id)}`, port: 9093 }));

function watched(nodeId = 0) {
  const time = new MemoryTime(0);
  const network = new MemoryNetwork({ time, random: new SeededRandom(1) });
  const machines = [0, 1, 2, 3].map(
    (id) => new NodeMachine({ name: `n${String(id)}`, time, network, seed: id }),
  );
  const platforms = machines.map((machine) => machine.boot());
  const listen = (id: number) =>
    network.listen(
      `n${String(id)}`,
      { host: `n${String(id)}`, port: 9093 },
      () => ({ frame: Buffer.alloc(0) }) as never,
    );
  const told: (readonly number[])[] = [];
  const platform = platforms[nodeId];
  if (platform === undefined) throw new Error('no such node');
  const watch = () =>
    watchForLostQuorum({ platform, nodeId, voters: VOTERS, onLost: (refusing) => told.push(refusing) });
  return { time, network, listen, told, watch };
}

describe('a quorum', () => {
  it('is lost when the others refuse, and that is told once', async () => {
    const { time, told, watch } = watched();
    watch();
    await time.advance(1_000);
    expect(told).toEqual([[1, 2]]);
  });

  it('is not lost while a majority may answer', async () => {
    const { time, told, watch, listen } = watched();
    listen(2);
    watch();
    await time.advance(5_000);
    expect(told).toEqual([]);
  });

  it('is not lost to who cannot know: an unreachable controller may live', async () => {
    const { time, told, watch, network } = watched();
    network.cut('n0', 'n1');
    watch();
    await time.advance(5_000);
    expect(told).toEqual([]);
  });

  it('is lost for a broker that is no voter when two of three refuse', async () => {
    const { time, told, watch, listen } = watched(3);
    const end = listen(1);
    listen(2);
    watch();
    await time.advance(1_000);
    expect(told).toEqual([]);
    end();
    await time.advance(1_000);
    expect(told).toEqual([[0, 1]]);
  });

  it('is not looked after any more when that is over', async () => {
    const { time, told, watch } = watched();
    watch()();
    await time.advance(5_000);
    expect(told).toEqual([]);
  });
});
