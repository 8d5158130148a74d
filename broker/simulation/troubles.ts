/**
 * What befalls a simulated cluster: each kind by name, struck again and again at moments that the seed decides. A seed
 * has some of the kinds only, so that rare ones are not always drowned by the others.
 */
import type { MemoryNetwork } from '../platform/memory/memory-network.ts';
import type { SeededRandom } from '../platform/memory/memory-time.ts';
import type { MachineEnd } from '../platform/memory/node-machine.ts';
import { nodeName, type SimulatedNode } from './simulated-node.ts';

export interface TroubledCluster {
  readonly nodes: readonly SimulatedNode[];
  readonly network: MemoryNetwork;
  readonly random: SeededRandom;
  readonly log: (line: string) => void;
  /** While trouble lasts only. */
  later(delayMs: number, run: () => void): void;
  /** Who leads the metadata log, if that is known. */
  activeController(): SimulatedNode | null;
  /** Whether a disk may be taken away now: only when all others have everything. */
  mayWipe(node: SimulatedNode): boolean;
}

type Strike = (cluster: TroubledCluster) => void;

const LONGEST_DOWN_MS = 6_000;
const LONGEST_PAUSE_MS = 5_000;
const LONGEST_CUT_MS = 6_000;
const MOST_DISK_CHANGES = 60;
const HOUR_MS = 3_600_000;

function anyNode({ nodes, random }: TroubledCluster): SimulatedNode {
  const node = nodes[random.below(nodes.length)];
  if (node === undefined) throw new Error('a cluster without nodes');
  return node;
}

function killed(random: SeededRandom): MachineEnd {
  const noticeAfterMs = random.below(3) === 0 ? random.below(2_000) : 0;
  return { keep: 'everything', noticeAfterMs };
}

function powerCut(random: SeededRandom): MachineEnd {
  const keep = random.below(3) === 0 ? 'nothing' : 'random';
  return { keep, seed: random.below(1_000_000), isSilent: random.below(2) === 0, namesInOrder: true };
}

function endFor(cluster: TroubledCluster, node: SimulatedNode, end: MachineEnd): void {
  if (!node.machine.isRunning) return;
  node.end(end);
  restartLater(cluster, node);
}

function restartLater(cluster: TroubledCluster, node: SimulatedNode): void {
  cluster.later(50 + cluster.random.below(LONGEST_DOWN_MS), () => {
    node.start();
  });
}

function cutOff(cluster: TroubledCluster, node: SimulatedNode): void {
  const { network, nodes, random, log } = cluster;
  const direction = random.below(3);
  const others = nodes.filter((one) => one !== node);
  const onlyPeer = random.below(2) === 0 ? others[random.below(others.length)] : undefined;
  const cuts: [string, string][] = [];
  for (const peer of onlyPeer === undefined ? others : [onlyPeer]) {
    const one = nodeName(node.nodeId);
    const other = nodeName(peer.nodeId);
    if (direction !== 0) cuts.push([one, other]);
    if (direction !== 1) cuts.push([other, one]);
  }
  log(`cut: ${cuts.map((pair) => pair.join('>')).join(' ')}`);
  for (const [from, to] of cuts) network.cut(from, to);
  cluster.later(200 + random.below(LONGEST_CUT_MS), () => {
    for (const [from, to] of cuts) network.mend(from, to);
  });
}

function pause(cluster: TroubledCluster, node: SimulatedNode): void {
  if (!node.machine.isRunning || node.machine.isPaused) return;
  cluster.log(`node ${String(node.nodeId)} stands still`);
  node.machine.pause();
  cluster.later(100 + cluster.random.below(LONGEST_PAUSE_MS), () => {
    node.machine.resume();
  });
}

export const FAILING_DISK = 'failingDisk';
export const CLOCK_JUMP = 'clockJump';

/** Those that a seed draws from. */
export const drawnTroubles: Readonly<Record<string, Strike>> = {
  kill: (cluster) => {
    endFor(cluster, anyNode(cluster), killed(cluster.random));
  },
  killController: (cluster) => {
    const node = cluster.activeController();
    if (node !== null) endFor(cluster, node, killed(cluster.random));
  },
  /** The active controller goes, and while the others elect they are killed and come back at once, again and again. */
  electionStorm: (cluster) => {
    const { random } = cluster;
    const leader = cluster.activeController();
    if (leader !== null) endFor(cluster, leader, killed(random));
    for (let times = 4 + random.below(8); times > 0; times--) {
      cluster.later(300 + random.below(1_200), () => {
        const node = anyNode(cluster);
        if (!node.machine.isRunning) return;
        node.end({ keep: 'everything' });
        cluster.later(1 + random.below(20), () => {
          node.start();
        });
      });
    }
  },
  killAll: (cluster) => {
    if (cluster.random.below(4) > 0) return;
    for (const node of cluster.nodes) endFor(cluster, node, killed(cluster.random));
  },
  powerCut: (cluster) => {
    endFor(cluster, anyNode(cluster), powerCut(cluster.random));
  },
  powerCutOfMost: (cluster) => {
    if (cluster.random.below(3) > 0) return;
    for (const node of cluster.nodes) {
      if (cluster.random.below(4) > 0) endFor(cluster, node, powerCut(cluster.random));
    }
  },
  diskCrash: (cluster) => {
    const node = anyNode(cluster);
    if (!node.machine.isRunning) return;
    const end = cluster.random.below(2) === 0 ? killed(cluster.random) : powerCut(cluster.random);
    node.endAtChange(1 + cluster.random.below(MOST_DISK_CHANGES), end);
    restartLater(cluster, node);
  },
  wipe: (cluster) => {
    const node = anyNode(cluster);
    if (!cluster.mayWipe(node)) return;
    if (node.machine.isRunning) node.end(killed(cluster.random));
    node.replaceDisk();
    restartLater(cluster, node);
  },
  stop: (cluster) => {
    const node = anyNode(cluster);
    if (!node.isUp || node.machine.isPaused) return;
    node.stop();
    cluster.later(500 + cluster.random.below(LONGEST_DOWN_MS), () => {
      if (node.machine.isRunning) node.end(killed(cluster.random));
      node.start();
    });
  },
  pause: (cluster) => {
    pause(cluster, anyNode(cluster));
  },
  pauseController: (cluster) => {
    const node = cluster.activeController();
    if (node !== null) pause(cluster, node);
  },
  cut: (cluster) => {
    cutOff(cluster, anyNode(cluster));
  },
  cutController: (cluster) => {
    const node = cluster.activeController();
    if (node !== null) cutOff(cluster, node);
  },
  tear: ({ network, nodes, random }) => {
    const node = nodes[random.below(nodes.length)];
    if (node !== undefined) network.breakConnections(nodeName(node.nodeId));
  },
  slow: (cluster) => {
    const [one, other] = [anyNode(cluster), anyNode(cluster)].map(({ nodeId }) => nodeName(nodeId));
    if (one === undefined || other === undefined) return;
    cluster.network.setDelay({ leastMs: 50, jitterMs: 400 }, one, other);
    cluster.later(LONGEST_CUT_MS, () => {
      cluster.network.setDelay({ leastMs: 1, jitterMs: 8 }, one, other);
    });
  },
  [CLOCK_JUMP]: (cluster) => {
    const byMs = cluster.random.below(2 * HOUR_MS) - HOUR_MS;
    anyNode(cluster).machine.jumpWall(byMs);
  },
  /** Where nodes have a second directory. */
  [FAILING_DISK]: (cluster) => {
    const { random } = cluster;
    const node = anyNode(cluster);
    if (!node.machine.isRunning || node.hasFailedDirectory) return;
    node.failDirectory();
    cluster.later(random.below(LONGEST_DOWN_MS), () => {
      node.mendDirectory();
    });
    // Its owner starts it again, sometimes before the device is well.
    cluster.later(500 + random.below(2 * LONGEST_DOWN_MS), () => {
      if (node.hasFailedDirectory && !node.machine.isPaused) endFor(cluster, node, killed(random));
    });
  },
};

/** With those that only come when they are asked for. */
export const troubles: Readonly<Record<string, Strike>> = {
  ...drawnTroubles,
  /** Two that do not hear of each other want to lead, and the one whose vote decides dies and comes back between the two questions. */
  splitVote: (cluster) => {
    const { network, nodes, random } = cluster;
    const decides = cluster.activeController();
    if (decides === null) return;
    const [one, other] = nodes.filter((node) => node !== decides).map(({ nodeId }) => nodeName(nodeId));
    if (one === undefined || other === undefined) return;
    network.cut(one, other);
    network.cut(other, one);
    cluster.later(3_000, () => {
      network.mend(one, other);
      network.mend(other, one);
    });
    for (let afterMs = 0; afterMs < 2_500; afterMs += 20 + random.below(150)) {
      cluster.later(afterMs, () => {
        if (!decides.machine.isRunning) return;
        decides.end({ keep: 'everything' });
        cluster.later(1 + random.below(10), () => {
          decides.start();
        });
      });
    }
  },
};
