/** How long a stop takes that waits for others: on virtual time, with nodes that are told to stop together or alone. */
import { describe, expect, it } from 'vitest';
import { MemoryNetwork } from '../platform/memory/memory-network.ts';
import { MemoryTime, SeededRandom, settle } from '../platform/memory/memory-time.ts';
import { NodeMachine } from '../platform/memory/node-machine.ts';
import type { ClusterShape } from './simulated-cluster.ts';
import { nodeName, type StartedNode } from './simulated-node.ts';
import { startSimulatedNode } from './start-simulated-node.ts';

const IDS = [0, 1, 2];
const FORMING_MS = 20_000;

async function threeNodes() {
  const time = new MemoryTime(1_767_225_600_000);
  const network = new MemoryNetwork({
    time,
    random: new SeededRandom(5),
    delay: { leastMs: 1, jitterMs: 0 },
  });
  const addresses = (port: number) => new Map(IDS.map((id) => [id, { host: nodeName(id), port }]));
  const shape: ClusterShape = {
    ...{ nodeIds: IDS, voters: IDS, dataDirectories: ['/data'] },
    ...{ clientAddresses: addresses(9092), controllerAddresses: addresses(9093) },
    listen: (id, address, serve) => network.listen(nodeName(id), address, serve),
  };
  const lines: string[] = [];
  const starting = IDS.map((nodeId) => {
    const machine = new NodeMachine({ name: nodeName(nodeId), time, network, seed: nodeId + 1 });
    return startSimulatedNode(shape)({
      ...{ nodeId, platform: machine.boot(), onInspection: () => undefined },
      onFatal: (message) => lines.push(message),
      log: (line) => lines.push(line),
    });
  });
  /** Lets time pass until it is so. */
  const until = async <T>(promise: Promise<T>): Promise<T> => {
    let isDone = false;
    promise.then(
      () => (isDone = true),
      () => (isDone = true),
    );
    const endMs = time.monotonicMs() + FORMING_MS;
    await settle();
    while (!isDone && time.fireNext(endMs)) await settle();
    return promise;
  };
  const nodes: StartedNode[] = await until(Promise.all(starting));
  const stop = async (ids: readonly number[]): Promise<number> => {
    const startedMs = time.monotonicMs();
    await until(Promise.all(ids.map((id) => nodes[id]?.stop() ?? Promise.reject(new Error('no such node')))));
    return time.monotonicMs() - startedMs;
  };
  return { nodes, lines, stop };
}

describe('a stop', () => {
  it('of all nodes at one time takes as long as their leaving one after another', async () => {
    const { lines, stop } = await threeNodes();
    expect(await stop(IDS)).toBeLessThan(1_500);
    expect(lines.join('\n')).not.toContain('could not be handed over');
  });

  it('of one node, then another, then the last waits for nobody who is gone', async () => {
    const { lines, stop } = await threeNodes();
    for (const id of [1, 0, 2]) expect(await stop([id])).toBeLessThan(1_500);
    expect(lines.join('\n')).not.toContain('could not be handed over');
  });
});
