/** A broker on a new disk counts when its controller votes again: who then sees all in sync may lose any one node. */
import { describe, expect, it } from 'vitest';
import { nodeName } from './simulated-node.ts';
import { IDS, type NodeId, ThreeNodes } from './testing/three-nodes.ts';

/** One that does not lead the metadata, the one that does, and the third. */
function parts(nodes: ThreeNodes): {
  readonly wiped: NodeId;
  readonly controller: NodeId;
  readonly other: NodeId;
} {
  const controller = nodes.controllerId();
  const [wiped = 0, other = 0] = IDS.filter((id) => id !== controller);
  return { wiped, controller, other };
}

const isFenced = (nodes: ThreeNodes, asked: NodeId, about: NodeId) =>
  nodes.inspect(asked).image()?.brokers.get(about)?.fenced;

describe('a broker on a new disk', () => {
  it('serves once its controller votes again, and then the active controller may go', async () => {
    const nodes = await ThreeNodes.started();
    const { wiped, controller, other } = parts(nodes);
    nodes.wipe(wiped);
    const startedMs = nodes.time.monotonicMs();
    await nodes.until(nodes.start(wiped));
    expect(nodes.time.monotonicMs() - startedMs).toBeLessThan(1_000);
    expect(nodes.inspect(wiped).isJoining()).toBe(false);
    nodes.wipe(controller);
    await nodes.until(nodes.start(controller));
    expect([wiped, other]).toContain(nodes.controllerId());
  });

  it('waits for that for ten seconds, while another controller cannot be reached', async () => {
    const nodes = await ThreeNodes.started();
    const { wiped, controller, other } = parts(nodes);
    nodes.wipe(wiped);
    nodes.network.cut(nodeName(wiped), nodeName(other));
    nodes.network.cut(nodeName(other), nodeName(wiped));
    const startedMs = nodes.time.monotonicMs();
    const start = nodes.start(wiped);
    await nodes.until(new Promise<void>((resolve) => void nodes.time.after(8_000, resolve)));
    expect(isFenced(nodes, controller, wiped)).toBe(true);
    await nodes.until(start);
    expect(nodes.time.monotonicMs() - startedMs).toBeGreaterThan(10_000);
    expect(nodes.inspect(wiped).isJoining()).toBe(true);
    expect(isFenced(nodes, controller, wiped)).toBe(false);
    expect(nodes.lines.join('\n')).toContain('its controller does not vote yet');
  });
});
