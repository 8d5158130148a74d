/**
 * Test support: a quorum of real metadata logs on machines in memory, one network and one virtual time. Requests go as
 * frames through the dispatcher and the real handlers. Each node notes what its log tells it.
 */
import { metadataFetch } from '../../../apis/01-metadata-fetch.ts';
import { vote } from '../../../apis/52-vote.ts';
import { beginQuorumEpoch } from '../../../apis/53-begin-quorum-epoch.ts';
import { endQuorumEpoch } from '../../../apis/54-end-quorum-epoch.ts';
import { describeQuorum } from '../../../apis/55-describe-quorum.ts';
import { fetchSnapshot } from '../../../apis/59-fetch-snapshot.ts';
import { describeControllers } from '../../../apis/60-describe-cluster.ts';
import type { ControllerApiHandler } from '../../../apis/api-handler.ts';
import type { ControllerServices } from '../../../apis/broker-services.ts';
import { BrokerMetrics } from '../../../metrics/broker-metrics.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { CrashOptions } from '../../../platform/memory/memory-disk.ts';
import { MemoryNetwork } from '../../../platform/memory/memory-network.ts';
import { MemoryTime, SeededRandom, settle } from '../../../platform/memory/memory-time.ts';
import { NodeMachine } from '../../../platform/memory/node-machine.ts';
import type { Platform } from '../../../platform/platform.ts';
import { createDispatcher } from '../../../server/dispatcher.ts';
import { defaultTimeouts } from '../../quorum/quorum-effects.ts';
import { FirstContact } from '../first-contact.ts';
import type { MetadataLogListener } from '../metadata-log.ts';
import { type QuorumVoter, ReplicatedMetadataLog } from '../replicated-metadata-log.ts';

const HANDLERS: readonly ControllerApiHandler[] = [
  metadataFetch,
  vote,
  beginQuorumEpoch,
  endQuorumEpoch,
  describeQuorum,
  fetchSnapshot,
  describeControllers,
];

export const CLUSTER_ID = 'AAAAAAAAAAAAAAAAAAtest';
/** For meta.properties: the cluster's id. */
export const META_PATH = '/data/meta';
export const FOLDER = '/data/__cluster_metadata-0';

/** What a log told, in order, held against what any log has told: one value an offset. */
export class TestListener implements MetadataLogListener {
  readonly #facts: Map<number, string>;
  readonly values: string[] = [];
  readonly events: string[] = [];
  endOffset = 0;
  activeIn: number | null = null;

  constructor(facts: Map<number, string>) {
    this.#facts = facts;
  }

  snapshotLoaded(...[id, records]: Parameters<MetadataLogListener['snapshotLoaded']>): void {
    this.values.length = 0;
    for (const batch of records) for (const { value } of batch) this.values.push(value.toString());
    const offsets = [...this.#facts.keys()]
      .filter((offset) => offset < id.offset)
      .sort((left, right) => left - right);
    const expected = offsets.map((offset) => this.#facts.get(offset));
    if (expected.join() !== this.values.join()) {
      throw new Error(
        `the snapshot at ${String(id.offset)} has ${this.values.join()} for ${expected.join()}`,
      );
    }
    this.endOffset = id.offset;
    this.events.push(`snapshot ${String(id.offset)}-${String(id.epoch)}`);
  }

  committed(...[records, { endOffset }]: Parameters<MetadataLogListener['committed']>): void {
    if (endOffset <= this.endOffset)
      throw new Error(`told ${String(endOffset)} after ${String(this.endOffset)}`);
    this.endOffset = endOffset;
    for (const { offset, value } of records) {
      const text = value.toString();
      const known = this.#facts.get(offset) ?? text;
      if (known !== text) throw new Error(`offset ${String(offset)} is ${known} and ${text}`);
      this.#facts.set(offset, text);
      this.values.push(text);
    }
  }

  leaderChanged(epoch: number, leaderId: number | null): void {
    this.events.push(`leader ${String(leaderId)} in ${String(epoch)}`);
  }

  becameActive(epoch: number): void {
    this.activeIn = epoch;
    this.events.push(`active in ${String(epoch)}`);
  }

  lostLeadership(epoch: number): void {
    this.activeIn = null;
    this.events.push(`lost ${String(epoch)}`);
  }
}

export class TestNode {
  readonly id: number;
  readonly machine: NodeMachine;
  listener: TestListener;
  log: ReplicatedMetadataLog | null = null;
  platform: Platform | null = null;
  endListening: () => void = () => undefined;
  readonly failures: string[] = [];
  readonly lines: string[] = [];
  readonly logger: Logger;

  constructor(id: number, machine: NodeMachine, facts: Map<number, string>) {
    this.id = id;
    this.listener = new TestListener(facts);
    this.machine = machine;
    const say = (message: string): void => void this.lines.push(message);
    this.logger = { info: say, warn: say, error: say, named: () => this.logger };
  }

  get running(): ReplicatedMetadataLog {
    if (this.log === null) throw new Error(`node ${String(this.id)} does not run`);
    return this.log;
  }

  get isActive(): boolean {
    return this.log !== null && this.listener.activeIn !== null;
  }
}

export class QuorumNodes {
  readonly time = new MemoryTime(1_767_225_600_000);
  readonly network: MemoryNetwork;
  readonly nodes: readonly TestNode[];
  readonly voters: readonly QuorumVoter[];
  /** By offset: what was told as committed. */
  readonly facts = new Map<number, string>();

  /** Nodes 1 to `voters` vote; further ones observe. */
  constructor(options: { readonly voters: number; readonly observers?: number; readonly seed?: number }) {
    const { voters, observers = 0, seed = 1 } = options;
    const random = new SeededRandom(seed);
    this.network = new MemoryNetwork({ time: this.time, random });
    this.voters = Array.from({ length: voters }, (_, index) => {
      return { id: index + 1, host: `node-${String(index + 1)}`, port: 9093 };
    });
    this.nodes = Array.from({ length: voters + observers }, (_, index) => {
      const name = `node-${String(index + 1)}`;
      const machine = new NodeMachine({
        ...{ name, time: this.time, network: this.network, seed: seed * 100 + index },
        deviceMs: { leastMs: 0, jitterMs: 2 },
      });
      return new TestNode(index + 1, machine, this.facts);
    });
  }

  node(id: number): TestNode {
    const node = this.nodes[id - 1];
    if (node === undefined) throw new Error(`there is no node ${String(id)}`);
    return node;
  }

  /** The one that may append. */
  active(): TestNode {
    const active = this.nodes.filter((node) => node.isActive);
    const newest = active.sort(
      (left, right) => (right.listener.activeIn ?? 0) - (left.listener.activeIn ?? 0),
    );
    if (newest[0] === undefined) throw new Error('there is no active controller');
    return newest[0];
  }

  /** Boots all, or those named, and waits until their logs are open. */
  async start(...ids: readonly number[]): Promise<void> {
    const chosen = ids.length === 0 ? this.nodes : ids.map((id) => this.node(id));
    for (const node of chosen)
      void this.boot(node).catch((error: unknown) => node.failures.push(String(error)));
    await this.until(() => chosen.every(({ log, failures }) => log !== null || failures.length > 0));
  }

  /** With `contact`, the node finds out its cluster by itself. `voters`: those that its configuration names. */
  async boot(
    node: TestNode,
    options: {
      readonly contact?: boolean;
      readonly wasClean?: boolean;
      readonly voters?: readonly QuorumVoter[];
    } = {},
  ) {
    const { machine, logger } = node;
    const platform = machine.boot();
    node.platform = platform;
    node.log = null;
    node.listener = new TestListener(this.facts);
    const asks = options.contact === true || platform.disk.exists(META_PATH);
    const found = asks ? await this.#findCluster(node, platform) : null;
    const log = await ReplicatedMetadataLog.open({
      ...{ platform, logger, nodeId: node.id, timeouts: defaultTimeouts },
      voters: options.voters ?? this.voters,
      directory: {
        path: '/data',
        wasCleanShutdown: options.wasClean ?? false,
        directoryId: 'ddddddddddddddddddddd' + String(node.id),
      },
      clusterId: found?.clusterId ?? CLUSTER_ID,
      joins: found?.joins ?? false,
      onFatal: (message) => {
        // Of a process that has ended nobody hears any more.
        if (node.platform === platform && machine.isRunning) node.failures.push(message);
      },
    });
    node.endListening = this.#serve(node, platform, log);
    node.log = log;
    await log.start(node.listener);
  }

  /** After `endListening`. */
  listenAgain(node: TestNode): void {
    if (node.platform !== null) node.endListening = this.#serve(node, node.platform, node.running);
  }

  async #findCluster(node: TestNode, platform: Platform) {
    const path = META_PATH;
    const { disk } = platform;
    disk.makeDirectory('/data');
    const contact = await FirstContact.open({
      ...{ platform, logger: node.logger, nodeId: node.id, voters: this.voters, timeouts: defaultTimeouts },
      directoryPath: '/data',
      clusterId: disk.exists(path) ? disk.readFile(path).toString() : null,
    });
    const end = this.#serve(node, platform, {
      get clusterAnswer() {
        return contact.answer;
      },
      leader: { epoch: 0, leaderId: null },
    } as unknown as ReplicatedMetadataLog);
    const outcome = await contact.decide();
    await disk.replaceFile(path, Buffer.from(outcome.clusterId));
    end();
    return outcome;
  }

  #serve(node: TestNode, platform: Platform, metadataLog: ReplicatedMetadataLog): () => void {
    const voter = this.voters.find(({ id }) => id === node.id);
    if (voter === undefined) return () => undefined;
    const services = {
      ...{ platform, metadataLog, clusterId: CLUSTER_ID, metrics: new BrokerMetrics(platform.clock) },
      config: { voters: this.voters },
    } as unknown as ControllerServices;
    const table = new Map(HANDLERS.map((handler) => [handler.request.apiKey, handler]));
    const dispatch = createDispatcher(table, services);
    return this.network.listen(node.machine.name, voter, (frame, { connectionId, clientHost, closed }) => {
      const identity = {
        connectionId,
        clientHost,
        closed,
        listenerName: 'CONTROLLER',
        principal: 'User:ANONYMOUS',
      };
      return dispatch(frame, identity);
    });
  }

  /** A killed process: the disk keeps what was written. With other options a power cut. */
  crash(id: number, options: CrashOptions & { readonly isSilent?: boolean } = { keep: 'everything' }): void {
    const node = this.node(id);
    node.machine.end(options);
    node.log = null;
    node.listener.activeIn = null;
  }

  async stop(id: number): Promise<void> {
    const node = this.node(id);
    let isStopped = false;
    void node.running.stop().then(() => {
      isStopped = true;
    });
    await this.until(() => isStopped);
    this.crash(id);
  }

  async pass(durationMs: number): Promise<void> {
    await this.time.advance(durationMs);
    await settle();
  }

  /** Virtual milliseconds that it took. */
  async until(isSo: () => boolean, longestMs = 60_000): Promise<number> {
    const startMs = this.time.monotonicMs();
    await settle();
    while (!isSo()) {
      if (this.time.monotonicMs() - startMs > longestMs)
        throw new Error(`not within ${String(longestMs)} ms: ${this.#picture()}`);
      await this.time.advance(1);
    }
    return this.time.monotonicMs() - startMs;
  }

  async untilActive(): Promise<number> {
    return this.until(() => this.nodes.some(({ isActive }) => isActive));
  }

  /** Appends at the active node; resolves when it is committed there. */
  async append(...values: readonly string[]): Promise<number> {
    const { running, listener } = this.active();
    const appended = running.append(listener.activeIn ?? -1, [values.map((value) => Buffer.from(value))]);
    let isSettled = false;
    const settled = (): void => {
      isSettled = true;
    };
    appended.then(settled, settled);
    await this.until(() => isSettled);
    return appended;
  }

  /** Every running node was told just these. */
  async untilAllKnow(values: readonly string[]): Promise<void> {
    const text = values.join();
    await this.until(() => {
      return this.nodes.every(({ log, listener }) => log === null || listener.values.join() === text);
    });
  }

  #picture(): string {
    const states = this.nodes.map(({ id, log, listener, failures }) => {
      const status = log?.status;
      const shown = status && {
        ...{ role: status.role, epoch: status.epoch, leaderId: status.leaderId, isJoining: status.isJoining },
        ...{ highWatermark: status.highWatermark, end: status.logEndOffset, start: status.logStartOffset },
      };
      return { id, ...shown, values: listener.values.length, events: listener.events.slice(-4), failures };
    });
    return JSON.stringify(states, null, 1);
  }
}
