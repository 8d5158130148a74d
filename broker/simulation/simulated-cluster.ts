/**
 * A whole cluster in one thread on virtual time, from one seed: real nodes over a network and disks in memory, clients
 * that produce, consume, commit and administer, and troubles of every kind. After every event the promises are held
 * against the nodes themselves. After a while all trouble ends, and everything must come right within a bounded time.
 */
import type { NodeAddress } from '../platform/transport.ts';
import { MemoryNetwork, type ServeFrame } from '../platform/memory/memory-network.ts';
import { MemoryTime, SeededRandom, settle } from '../platform/memory/memory-time.ts';
import { NodeMachine } from '../platform/memory/node-machine.ts';
import { Administrator } from './administering.ts';
import { BrokenPromise } from './broken-promise.ts';
import { clusterPicture } from './cluster-picture.ts';
import { areReplicasInSync, missingIn } from './convergence.ts';
import { DeviceLosses } from './device-losses.ts';
import { MetadataWatch } from './metadata-watch.ts';
import { PartitionWatch } from './partition-watch.ts';
import { SimulatedClient } from './simulated-client.ts';
import { DATA_DIRECTORIES, nodeName, SimulatedNode, type StartNode } from './simulated-node.ts';
import { CLOCK_JUMP, drawnTroubles, FAILING_DISK, type TroubledCluster, troubles } from './troubles.ts';
import { type Actor, TRANSACTIONS_END_MS, Workload } from './workload.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** Starts a node of a cluster whose brokers listen at the addresses. */
  readonly startNode: (shape: ClusterShape) => StartNode;
  readonly troubleMs?: number;
  /** Default: three or four, as the seed says. */
  readonly nodeCount?: number;
  /** By name; default: some, as the seed says. */
  readonly troubles?: readonly string[];
  /** Whether some clients have transactions; default: in every second life, as the seed says. */
  readonly transactions?: boolean;
  /** Told of every event that a reader of a failed run wants to see. */
  readonly trace?: (line: string) => void;
}

export interface ClusterShape {
  readonly nodeIds: readonly number[];
  readonly voters: readonly number[];
  /** log.dirs of every node. */
  readonly dataDirectories: readonly string[];
  readonly clientAddresses: ReadonlyMap<number, NodeAddress>;
  readonly controllerAddresses: ReadonlyMap<number, NodeAddress>;
  /** Binds an address of a node. Returns what ends it. */
  listen(nodeId: number, address: NodeAddress, serve: ServeFrame): () => void;
}

export interface SimulationResult {
  readonly events: number;
  readonly virtualMs: number;
  readonly acknowledgedRecords: number;
  readonly readRecords: number;
  readonly commits: number;
  readonly transactions: number;
  /** Records in transactions that readers of committed records were given, and left out. */
  readonly readInTransactions: number;
  readonly leftOut: number;
  readonly leaderChanges: number;
  readonly metadataLeaders: number;
  readonly excusedPartitions: number;
  readonly starts: number;
  /** Starts in which replicas were looked at before the node served. */
  readonly startsSeen: number;
}

const VOTERS = 3;
const FORMING_MS = 30_000;
const TROUBLE_MS = 12_000;
const OPERATOR_LOOKS_MS = 4_000;
const HEALING_MS = 60_000;
const LONGEST_STALL_MS = 3_000;
const KINDS_OF_TROUBLE = 5;
/** Every so many-th seed's nodes have two directories, of which one may fail. */
const LIVES_PER_SECOND_DIRECTORY = 5;
/** Every so many-th seed's clients have transactions. */
const LIVES_PER_TRANSACTIONS = 2;
/** A life has some 5,000. */
const MAX_EVENTS = 80_000;

export class SimulatedCluster {
  readonly #options: SimulationOptions;
  readonly #random: SeededRandom;
  readonly #time = new MemoryTime(1_767_225_600_000);
  readonly #network: MemoryNetwork;
  readonly #nodes: readonly SimulatedNode[];
  readonly #shape: ClusterShape;
  readonly #partitions = new PartitionWatch();
  readonly #metadata = new MetadataWatch((line) => this.#log(line));
  readonly #workload: Workload;
  readonly #administrator: Administrator;
  readonly #losses: DeviceLosses;
  readonly #startsSeen = new Set<string>();
  #broken: Error | null = null;
  #events = 0;
  #troubleEndsMs = 0;
  #clocksJump = false;

  constructor(options: SimulationOptions) {
    this.#options = options;
    const random = new SeededRandom(options.seed);
    this.#random = random;
    this.#network = new MemoryNetwork({
      time: this.#time,
      random: new SeededRandom(random.below(0x7fff_ffff)),
      delay: { leastMs: 1, jitterMs: random.below(2) * 8 },
    });
    this.#shape = shapeOf(
      options.nodeCount ?? VOTERS + random.below(2),
      DATA_DIRECTORIES.slice(0, hasSecondDirectory(options) ? 2 : 1),
      this.#network,
    );
    const startNode = options.startNode(this.#shape);
    this.#nodes = this.#shape.nodeIds.map((nodeId) => this.#makeNode(nodeId, startNode));
    const nodes = new Map(this.#nodes.map((node) => [node.nodeId, node]));
    this.#losses = new DeviceLosses(this.#partitions, nodes, (line) => this.#log(line));
    this.#administrator = new Administrator({
      client: this.#client('admin'),
      brokerIds: this.#shape.nodeIds,
      moves: random.below(2) === 0,
      log: (line) => this.#log(line),
    });
    this.#workload = new Workload({
      ...{ random, watch: this.#partitions, client: (name) => this.#client(name) },
      isLeader: (brokerId, topicId, partition) =>
        this.#metadata.newest?.topicsById.get(topicId)?.partitions.get(partition)?.leader === brokerId,
      topicIdOf: (topic) => this.#metadata.newest?.topicsByName.get(topic)?.topicId,
      transactions: options.transactions ?? options.seed % LIVES_PER_TRANSACTIONS === 0,
      log: (line) => this.#log(line),
    });
  }

  async run(): Promise<SimulationResult> {
    for (const node of this.#nodes) node.start();
    const forming = this.#administrator.form();
    forming.catch((error: unknown) => this.#fail(error));
    await this.#runUntil(
      FORMING_MS,
      () => this.#administrator.isFormed,
      () => 'the cluster did not form',
    );
    this.#log('formed');
    for (const one of this.#actors) {
      one.run().catch((error: unknown) => this.#fail(error));
    }
    this.#troubleEndsMs = this.#time.monotonicMs() + (this.#options.troubleMs ?? TROUBLE_MS);
    this.#planTroubles();
    await this.#runUntil(this.#troubleEndsMs - this.#time.monotonicMs(), () => false, null);
    this.#heal();
    await this.#runUntil(
      HEALING_MS,
      () => this.#missing() === null,
      () => `it did not come right after the trouble (${String(this.#missing())})`,
    );
    await this.#endTransactions();
    await this.#do(this.#workload.finish(), HEALING_MS, 'not everything could be read');
    return this.#result();
  }

  get #actors(): readonly Actor[] {
    return [...this.#workload.actors, this.#administrator];
  }

  /** All end by themselves when their time is over, but where clocks were wrong: there their owners come back. */
  async #endTransactions(): Promise<void> {
    const taken = 'a transactional id could not be had';
    if (this.#clocksJump) await this.#do(this.#workload.finishTransactors(), HEALING_MS, taken);
    if (this.#workload.openPartitions > 0)
      await this.#runUntil(
        TRANSACTIONS_END_MS,
        () => this.#workload.openPartitions === 0,
        () => `transactions are open in ${String(this.#workload.openPartitions)} partitions`,
      );
    if (!this.#clocksJump) await this.#do(this.#workload.finishTransactors(), HEALING_MS, taken);
  }

  /** Lets time pass until it is done. */
  async #do(work: Promise<void>, limitMs: number, otherwise: string): Promise<void> {
    let isDone = false;
    work.then(
      () => (isDone = true),
      (error: unknown) => this.#fail(error),
    );
    await settle();
    if (this.#broken !== null) throw this.#broken;
    if (!isDone)
      await this.#runUntil(
        limitMs,
        () => isDone,
        () => otherwise,
      );
  }

  /** What the nodes know, for who looks at a failed run. */
  picture(): string {
    return clusterPicture(this.#nodes, this.#metadata.newest);
  }

  #makeNode(nodeId: number, startNode: StartNode): SimulatedNode {
    const random = this.#random;
    return new SimulatedNode({
      ...{ nodeId, startNode, time: this.#time, network: this.#network },
      seed: random.below(0x7fff_ffff),
      driftPpm: random.below(2_001) - 1_000,
      wallOffsetMs: random.below(2_001) - 1_000,
      deviceMs: { leastMs: 1, jitterMs: random.below(3) * 6 },
      log: (line) => this.#log(line),
      onEnding: (node) => this.#losses.nodeEnding(node, this.#metadata.newest),
      onEnd: (node) => this.#nodeEnded(node),
    });
  }

  #client(name: string): SimulatedClient {
    const seed = this.#random.below(0x7fff_ffff);
    const machine = new NodeMachine({ name, time: this.#time, network: this.#network, seed });
    return new SimulatedClient(name, machine.boot(), this.#shape.clientAddresses);
  }

  async #runUntil(
    durationMs: number,
    isDone: () => boolean,
    otherwise: (() => string) | null,
  ): Promise<void> {
    const endMs = this.#time.monotonicMs() + durationMs;
    await settle();
    while (this.#time.fireNext(endMs)) {
      await settle();
      this.#look();
      if (this.#broken !== null) throw this.#broken;
      if (isDone()) return;
      if (++this.#events > MAX_EVENTS) throw new BrokenPromise('events without end');
    }
    if (otherwise !== null) throw new BrokenPromise(`${otherwise()} within ${String(durationMs)} ms`);
  }

  /** Metadata first: what it says of a partition is true before a replica acts on it. */
  #look(): void {
    const known = this.#metadata.newest;
    for (const { nodeId, inspection } of this.#nodes) {
      if (inspection === null) continue;
      this.#metadata.lookAtQuorum(nodeId, inspection.quorum());
      this.#metadata.lookAtImage(nodeId, inspection.image());
    }
    if (this.#metadata.newest !== known) this.#losses.look(this.#metadata.newest);
    for (const node of this.#nodes) {
      const { nodeId, inspection } = node;
      if (inspection === null) continue;
      const count = this.#partitions.look(nodeId, inspection.replicas());
      if (!node.isUp && count > 0) this.#startsSeen.add(`${String(nodeId)} ${String(node.starts)}`);
    }
    const { newest } = this.#metadata;
    if (newest === null) return;
    this.#partitions.checkCandidates(newest, (nodeId, name) => this.#losses.hasLost(nodeId, name));
  }

  #planTroubles(): void {
    const names = Object.keys(drawnTroubles).filter((name) => name !== FAILING_DISK);
    const drawn = Array.from({ length: KINDS_OF_TROUBLE }, () => {
      return names[this.#random.below(names.length)] ?? '';
    });
    const hasSecond = this.#shape.dataDirectories.length > 1;
    const kinds = this.#options.troubles ?? [...drawn, ...(hasSecond ? [FAILING_DISK, FAILING_DISK] : [])];
    this.#clocksJump = kinds.includes(CLOCK_JUMP);
    const everyMs = 500 + this.#random.below(3_000);
    this.#network.breaksOneIn = this.#random.below(2) * 500;
    this.#network.stalls = { oneIn: this.#random.below(3) * 60, longestMs: LONGEST_STALL_MS };
    this.#log(`troubles: ${kinds.join(' ')}, every ${String(everyMs)} ms`);
    const cluster: TroubledCluster = {
      nodes: this.#nodes,
      network: this.#network,
      random: this.#random,
      log: (line) => this.#log(line),
      later: (delayMs, run) => this.#later(delayMs, run),
      activeController: () => this.#activeController(),
      mayWipe: (node) => this.#mayWipe(node),
    };
    const strike = (): void => {
      troubles[kinds[this.#random.below(kinds.length)] ?? '']?.(cluster);
      this.#later(this.#random.below(2 * everyMs), strike);
    };
    this.#later(this.#random.below(everyMs), strike);
  }

  #later(delayMs: number, run: () => void): void {
    this.#time.after(delayMs, () => {
      if (this.#time.monotonicMs() < this.#troubleEndsMs) run();
    });
  }

  #activeController(): SimulatedNode | null {
    return (
      this.#nodes.find(({ isUp, inspection }) => isUp && inspection?.quorum()?.isLeader === true) ?? null
    );
  }

  /**
   * A disk that goes takes a replica of everything with it: the others must have all of it. A second voter must not
   * go before the first votes again: one of three is no majority.
   */
  #mayWipe(node: SimulatedNode): boolean {
    const others = this.#nodes.filter((one) => one !== node);
    if (!others.every(({ isUp }) => isUp) || !areReplicasInSync(this.#metadata.newest)) return false;
    const isVoter = this.#shape.voters.includes(node.nodeId);
    return !isVoter || others.every(({ inspection }) => inspection?.isJoining() !== true);
  }

  #heal(): void {
    this.#log('all trouble ends');
    this.#network.mendAll();
    this.#network.breaksOneIn = 0;
    this.#network.stalls = { oneIn: 0, longestMs: 0 };
    this.#network.setDelay({ leastMs: 1, jitterMs: 0 });
    for (const node of this.#nodes) {
      node.endAtChange(Number.POSITIVE_INFINITY, {});
      node.machine.resume();
      node.mendDirectory();
      if (node.hasFailedDirectory) node.end({ keep: 'everything' });
      node.start();
    }
    for (const one of this.#actors) one.stop();
    this.#operate();
  }

  /** What can only be decided by a person: a partition whose last replicas' disks are gone gets any leader. */
  #operate(): void {
    this.#time.after(OPERATOR_LOOKS_MS, () => {
      for (const topic of this.#metadata.newest?.topicsById.values() ?? []) {
        for (const { partition, leader, isr, elr, lastKnownElr } of topic.partitions.values()) {
          if (leader !== -1 || isr.length + elr.length + lastKnownElr.length > 0) continue;
          const { isExcused, endOffset } = this.#partitions.logOf(topic.topicId, partition);
          if (!isExcused && endOffset > 0) continue;
          void this.#administrator.electUnclean(topic.name, partition);
        }
      }
      this.#operate();
    });
  }

  /** What is not yet as it should be. */
  #missing(): string | null {
    if (!this.#actors.every((one) => one.isDone)) return 'a client waits';
    return missingIn(this.#nodes, this.#metadata.newest);
  }

  #nodeEnded(node: SimulatedNode): void {
    this.#partitions.nodeEnded(node.nodeId);
    this.#metadata.nodeEnded(node.nodeId);
    this.#losses.nodeEnded(node, this.#metadata.newest);
  }

  #fail(error: unknown): void {
    this.#broken ??= error instanceof Error ? error : new Error(String(error));
  }

  #log(line: string): void {
    this.#options.trace?.(`${this.#time.monotonicMs().toFixed(1).padStart(9)} ${line}`);
  }

  #result(): SimulationResult {
    const { history, ledger } = this.#workload;
    return {
      events: this.#events,
      virtualMs: this.#time.monotonicMs(),
      acknowledgedRecords: history.acknowledgedRecords,
      readRecords: history.readRecords,
      commits: history.commits,
      transactions: ledger.committed,
      readInTransactions: ledger.readCommitted,
      leftOut: ledger.leftOut,
      leaderChanges: this.#partitions.leaderChanges,
      metadataLeaders: this.#metadata.leaderCount,
      excusedPartitions: [...this.#partitions.logs].filter((log) => log.isExcused).length,
      starts: this.#nodes.reduce((sum, { starts }) => sum + starts, 0),
      startsSeen: this.#startsSeen.size,
    };
  }
}

/** A disk can only fail under a broker that has another: in some lives, and in no others does it change anything. */
function hasSecondDirectory({ seed, troubles: asked }: SimulationOptions): boolean {
  return asked === undefined ? seed % LIVES_PER_SECOND_DIRECTORY === 0 : asked.includes(FAILING_DISK);
}

function shapeOf(
  nodeCount: number,
  dataDirectories: readonly string[],
  network: MemoryNetwork,
): ClusterShape {
  const nodeIds = Array.from({ length: nodeCount }, (_, index) => index);
  const addresses = (ids: readonly number[], port: number): Map<number, NodeAddress> =>
    new Map(ids.map((id) => [id, { host: nodeName(id), port }]));
  const voters = nodeIds.slice(0, VOTERS);
  return {
    ...{ nodeIds, voters, dataDirectories },
    clientAddresses: addresses(nodeIds, 9092),
    controllerAddresses: addresses(voters, 9093),
    listen: (nodeId, address, serve) => network.listen(nodeName(nodeId), address, serve),
  };
}
