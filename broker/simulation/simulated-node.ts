/**
 * One node of a simulated cluster: its machine, its configuration, and the process that runs there or does not. A process
 * that fails to start or ends by itself is started again after a while, as a supervisor would.
 */
import type { Platform } from '../platform/platform.ts';
import { type MachineEnd, NodeMachine, type NodeMachineOptions } from '../platform/memory/node-machine.ts';
import type { NodeInspection } from './inspection.ts';

/** A node that runs, as the simulation needs it. */
export interface StartedNode {
  stop(): Promise<void>;
}

export interface NodeStart {
  readonly nodeId: number;
  readonly platform: Platform;
  /** The node can look at itself from now on, though it has not started yet. */
  readonly onInspection: (inspection: NodeInspection) => void;
  readonly onFatal: (message: string, cause: unknown) => void;
  readonly log: (line: string) => void;
}

export type StartNode = (start: NodeStart) => Promise<StartedNode>;

export interface SimulatedNodeOptions extends Omit<NodeMachineOptions, 'name' | 'onEnding'> {
  readonly nodeId: number;
  readonly startNode: StartNode;
  readonly log: (line: string) => void;
  /** The process ends, or its disk is taken away: everything is there still. */
  readonly onEnding: (node: SimulatedNode) => void;
  /** The process has ended, with what is left on the disk. */
  readonly onEnd: (node: SimulatedNode) => void;
}

/** Where a node's logs are: the metadata in the first. Most clusters have no other. */
export const DATA_DIRECTORIES = ['/data', '/more'] as const;
const RESTART_MS = 700;

export class SimulatedNode {
  readonly nodeId: number;
  readonly machine: NodeMachine;
  readonly #options: SimulatedNodeOptions;
  #started: StartedNode | null = null;
  #inspection: NodeInspection | null = null;
  #life = 0;
  /** It was stopped or killed on purpose, and is not started again by itself. */
  #isHeldDown = false;
  /** The process knows a directory as failed, or could not use one when it started. */
  #hasFailedDirectory = false;
  starts = 0;

  constructor(options: SimulatedNodeOptions) {
    this.nodeId = options.nodeId;
    this.#options = options;
    this.machine = new NodeMachine({
      ...options,
      name: nodeName(options.nodeId),
      onEnding: () => options.onEnding(this),
    });
  }

  /** Null while no process runs, or has not got as far as having metadata. */
  get inspection(): NodeInspection | null {
    return this.machine.isRunning ? this.#inspection : null;
  }

  get isUp(): boolean {
    return this.#started !== null;
  }

  start(): void {
    this.#isHeldDown = false;
    if (this.machine.isRunning) return;
    const { nodeId, startNode, log } = this.#options;
    const life = ++this.#life;
    this.starts++;
    this.#hasFailedDirectory = this.machine.failingDirectory !== null;
    log(`node ${String(nodeId)} starts`);
    const starting = startNode({
      nodeId,
      platform: this.machine.boot(),
      onInspection: (inspection) => {
        if (life === this.#life) this.#inspection = inspection;
      },
      onFatal: (message, cause) => this.#failed(life, message, cause),
      log: (line) => {
        if (life === this.#life) log(`  ${String(nodeId)}: ${line}`);
      },
    });
    starting.then(
      (started) => {
        if (life !== this.#life) return;
        this.#started = started;
        log(`node ${String(nodeId)} has started`);
      },
      (cause: unknown) => this.#failed(life, 'it did not start', cause),
    );
  }

  /** Ends the process at once; it stays down until `start`. */
  end(end: MachineEnd): void {
    this.#isHeldDown = true;
    const kind = `${end.isSilent === true ? 'loses its power' : 'is killed'}, ${end.keep ?? 'nothing'} kept`;
    this.#options.log(`node ${String(this.nodeId)} ${kind}`);
    this.machine.end(end);
    this.#ended();
  }

  /** Only without a process. */
  replaceDisk(): void {
    this.#options.log(`node ${String(this.nodeId)} gets a new disk`);
    this.machine.replaceDisk();
    this.#options.onEnd(this);
  }

  get hasFailedDirectory(): boolean {
    return this.machine.isRunning && this.#hasFailedDirectory;
  }

  /** The device of its second directory takes no changes until it is mended; what runs then never trusts it again. */
  failDirectory(): void {
    const [, path] = DATA_DIRECTORIES;
    this.#options.log(`node ${String(this.nodeId)}: the device of ${path} fails`);
    this.machine.failDirectory(path);
    this.#hasFailedDirectory = true;
  }

  mendDirectory(): void {
    if (this.machine.failingDirectory === null) return;
    this.#options.log(`node ${String(this.nodeId)}: its device works again`);
    this.machine.failDirectory(null);
  }

  endAtChange(nth: number, end: MachineEnd): void {
    this.machine.endAtChange(nth, end, () => {
      this.#options.log(`node ${String(this.nodeId)} ends in the middle of a change to its disk`);
      this.#isHeldDown = true;
      this.#ended();
    });
  }

  /** Stops the way an operator does. It may take as long as it likes, and be killed meanwhile. */
  stop(): void {
    const life = this.#life;
    if (this.#started === null) return;
    this.#isHeldDown = true;
    this.#options.log(`node ${String(this.nodeId)} is told to stop`);
    const done = (how: string) => (): void => {
      if (life !== this.#life) return;
      this.#options.log(`node ${String(this.nodeId)} ${how}`);
      this.machine.end({ keep: 'everything' });
      this.#ended();
    };
    this.#started.stop().then(done('has stopped'), done('could not stop well'));
  }

  #failed(life: number, message: string, cause: unknown): void {
    if (life !== this.#life) return;
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#options.log(`node ${String(this.nodeId)} ends by itself: ${message} (${reason})`);
    this.machine.end({ keep: 'everything' });
    this.#ended();
  }

  #ended(): void {
    const life = ++this.#life;
    this.#started = null;
    this.#inspection = null;
    this.#options.onEnd(this);
    this.#options.time.after(RESTART_MS, () => {
      if (!this.#isHeldDown && life === this.#life) this.start();
    });
  }
}

export function nodeName(nodeId: number): string {
  return `n${String(nodeId)}`;
}
