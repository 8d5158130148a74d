/** How long a stop takes that waits for others: on virtual time, with nodes that are told to stop together or alone. */
import { describe, expect, it } from 'vitest';
import { IDS, type NodeId, ThreeNodes } from './testing/three-nodes.ts';

async function msToStop(nodes: ThreeNodes, ids: readonly NodeId[]): Promise<number> {
  const startedMs = nodes.time.monotonicMs();
  await nodes.until(Promise.all(ids.map((id) => nodes.stop(id))));
  return nodes.time.monotonicMs() - startedMs;
}

describe('a stop', () => {
  it('of all nodes at one time takes as long as their leaving one after another', async () => {
    const nodes = await ThreeNodes.started();
    expect(await msToStop(nodes, IDS)).toBeLessThan(1_500);
    expect(nodes.lines.join('\n')).not.toContain('could not be handed over');
  });

  it('of one node, then another, then the last waits for nobody who is gone', async () => {
    const nodes = await ThreeNodes.started();
    for (const id of [1, 0, 2] as const) expect(await msToStop(nodes, [id])).toBeLessThan(1_500);
    expect(nodes.lines.join('\n')).not.toContain('could not be handed over');
  });
});
