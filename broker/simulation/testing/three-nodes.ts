/** Three nodes on virtual time that a test handles itself: started, ended, put on new disks and cut off, without drawn troubles. */
import { MemoryNetwork } from '../../platform/memory/memory-network.ts';
import { MemoryTime, SeededRandom, settle } from '../../platform/memory/memory-time.ts';
import { NodeMachine } from '../../platform/memory/node-machine.ts';
import type { NodeInspection } from '../inspection.ts';
import type { ClusterShape } from '../simulated-cluster.ts';
import { nodeName, type StartedNode } from '../simulated-node.ts';
import { startSimulatedNode } from '../start-simulated-node.ts';

export const IDS = [0, 1, 2] as const;
export type NodeId = (typeof IDS)[number];
/** Longer than anything takes that is waited for. */
const LIMIT_MS = 20_000;

export class ThreeNodes {
  readonly time = new MemoryTime(1_767_225_600_000);
  readonly network = new MemoryNetwork({
    time: this.time,
    random: new SeededRandom(5),
    delay: { leastMs: 1, jitterMs: 0 },
  });
  /** What all of them logged, and what ended one. */
  readonly lines: string[] = [];
  readonly #machines = IDS.map(
    (id) => new NodeMachine({ name: nodeName(id), time: this.time, network: this.network, seed: id + 1 }),
  );
  readonly #inspections = new Map<NodeId, NodeInspection>();
  readonly #nodes = new Map<NodeId, StartedNode>();

  /** All of them serve. */
  static async started(): Promise<ThreeNodes> {
    const nodes = new ThreeNodes();
    await nodes.until(Promise.all(IDS.map((id) => nodes.start(id))));
    return nodes;
  }

  /** Resolves when the node serves; time must be let pass. */
  async start(nodeId: NodeId): Promise<void> {
    const node = await startSimulatedNode(this.#shape())({
      ...{ nodeId, platform: this.#machine(nodeId).boot() },
      onInspection: (inspection) => this.#inspections.set(nodeId, inspection),
      onFatal: (message) => this.lines.push(message),
      log: (line) => this.lines.push(line),
    });
    this.#nodes.set(nodeId, node);
  }

  async stop(nodeId: NodeId): Promise<void> {
    await this.#nodes.get(nodeId)?.stop();
  }

  /** Its process is killed, and its disk is another one. */
  wipe(nodeId: NodeId): void {
    const machine = this.#machine(nodeId);
    machine.end({});
    machine.replaceDisk();
  }

  /** Lets time pass until it is settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isDone = false;
    const note = (): void => {
      isDone = true;
    };
    promise.then(note, note);
    const endMs = this.time.monotonicMs() + LIMIT_MS;
    await settle();
    while (!isDone && this.time.fireNext(endMs)) await settle();
    return promise;
  }

  inspect(nodeId: NodeId): NodeInspection {
    const inspection = this.#inspections.get(nodeId);
    if (inspection === undefined) throw new Error(`node ${String(nodeId)} was never started`);
    return inspection;
  }

  /** Who leads the metadata. */
  controllerId(): NodeId {
    const leader = IDS.find((id) => this.inspect(id).quorum()?.isLeader === true);
    if (leader === undefined) throw new Error('nobody leads the metadata');
    return leader;
  }

  #machine(nodeId: NodeId): NodeMachine {
    const machine = this.#machines[nodeId];
    if (machine === undefined) throw new Error(`there is no node ${String(nodeId)}`);
    return machine;
  }

  #shape(): ClusterShape {
    const addresses = (port: number) => new Map(IDS.map((id) => [id, { host: nodeName(id), port }]));
    return {
      ...{ nodeIds: IDS, voters: IDS, dataDirectories: ['/data'] },
      ...{ clientAddresses: addresses(9092), controllerAddresses: addresses(9093) },
      listen: (id, address, serve) => this.network.listen(nodeName(id), address, serve),
    };
  }
}
