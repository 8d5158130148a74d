/**
 * One machine of a simulated cluster: a disk that outlives processes, a place in the network, clocks of its own; and one
 * process on it at a time. `boot` gives the platform of a new process. A platform dies with its process: timers no longer
 * fire, files and names are out of reach, calls are never answered.
 */
import type { Platform } from '../platform.ts';
import { MemoryDisk, type CrashOptions } from './memory-disk.ts';
import type { MemoryNetwork } from './memory-network.ts';
import { type MemoryTime, SeededRandom } from './memory-time.ts';
import { NodeDisk } from './node-disk.ts';
import { NodeTime } from './node-time.ts';

export interface NodeMachineOptions {
  readonly name: string;
  readonly time: MemoryTime;
  readonly network: MemoryNetwork;
  readonly seed: number;
  readonly driftPpm?: number;
  readonly wallOffsetMs?: number;
  /** What the device takes to force something: between these. Default: no time. */
  readonly deviceMs?: { readonly leastMs: number; readonly jitterMs: number };
  /** Told before anything of a process or of the disk is lost. */
  readonly onEnding?: () => void;
}

export interface MachineEnd extends CrashOptions {
  /** The power goes: nobody in the network is told. Otherwise the process is killed and its connections break. */
  readonly isSilent?: boolean;
  /** The broken connections are noticed so much later. */
  readonly noticeAfterMs?: number;
}

interface Life {
  readonly platform: Platform;
  readonly time: NodeTime;
  readonly disk: NodeDisk;
}

export class NodeMachine {
  readonly name: string;
  readonly #options: NodeMachineOptions;
  readonly #random: SeededRandom;
  #disk: MemoryDisk;
  #wallOffsetMs: number;
  #life: Life | null = null;
  #isPaused = false;
  #failingDirectory: string | null = null;
  #endAtChange: MachineEnd = {};
  #onEnded: () => void = () => undefined;

  constructor(options: NodeMachineOptions) {
    this.name = options.name;
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
    this.#wallOffsetMs = options.wallOffsetMs ?? 0;
    this.#disk = this.#newDisk();
  }

  get disk(): MemoryDisk {
    return this.#disk;
  }

  get isRunning(): boolean {
    return this.#life !== null;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** A new process. Throws when there is one. */
  boot(): Platform {
    if (this.#life !== null) throw new Error(`${this.name} is running`);
    const { network, time: base, driftPpm = 0, deviceMs } = this.#options;
    network.powerOn(this.name);
    const time = new NodeTime({
      base,
      driftPpm,
      wallOffsetMs: () => this.#wallOffsetMs,
      originMs: this.#random.below(1_000_000),
    });
    const disk = new NodeDisk({
      disk: this.#disk,
      isAlive: () => time.isAlive,
      failingDirectory: () => this.#failingDirectory,
      crash: () => {
        this.end(this.#endAtChange);
        this.#onEnded();
      },
    });
    const random = new SeededRandom(this.#random.below(0x7fff_ffff));
    this.#disk.deviceDelay =
      deviceMs === undefined
        ? null
        : () =>
            new Promise((resolve) => {
              time.after(deviceMs.leastMs + this.#random.below(deviceMs.jitterMs + 1), resolve);
            });
    const transport = network.transportOf(this.name, time);
    const platform = { clock: time, timers: time, random, disk, transport };
    this.#life = { platform, time, disk };
    return platform;
  }

  /** Ends the process. Without one, the power may still go: that is no error. */
  end({ isSilent = false, noticeAfterMs = 0, ...crash }: MachineEnd): void {
    const { network, onEnding } = this.#options;
    onEnding?.();
    this.#life?.time.kill();
    this.#life = null;
    this.#isPaused = false;
    if (isSilent) network.powerOff(this.name);
    else network.kill(this.name, noticeAfterMs);
    this.#disk.crash(crash);
  }

  /** The process ends in the middle of the n-th change to its disk from now on; `onEnded` is told. */
  endAtChange(nth: number, end: MachineEnd, onEnded: () => void): void {
    this.#endAtChange = end;
    this.#onEnded = onEnded;
    this.#life?.disk.crashAtChange(nth);
  }

  /** From now on the device under this directory takes no changes, in this process and in later ones. Null: it does. */
  failDirectory(path: string | null): void {
    this.#failingDirectory = path;
  }

  get failingDirectory(): string | null {
    return this.#failingDirectory;
  }

  /** Does not end, and does nothing. */
  pause(): void {
    if (this.#life === null || this.#isPaused) return;
    this.#isPaused = true;
    this.#life.time.pause();
    this.#options.network.pause(this.name);
  }

  resume(): void {
    if (this.#life === null || !this.#isPaused) return;
    this.#isPaused = false;
    this.#life.time.resume();
    this.#options.network.resume(this.name);
  }

  jumpWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** A new, empty disk; only without a process. */
  replaceDisk(): void {
    if (this.#life !== null) throw new Error(`${this.name} is running`);
    this.#options.onEnding?.();
    this.#failingDirectory = null;
    this.#disk = this.#newDisk();
  }

  #newDisk(): MemoryDisk {
    return new MemoryDisk(() => Math.floor(this.#options.time.wallMs() + this.#wallOffsetMs));
  }
}
