/**
 * A whole machine in memory, for tests and simulations: virtual time, seeded randomness, a disk with faults.
 * The same seed and the same calls give the same run.
 */
import type { Platform } from '../platform.ts';
import type { Transport } from '../transport.ts';
import { MemoryDisk } from './memory-disk.ts';
import { MemoryNetwork } from './memory-network.ts';
import { MemoryTime, SeededRandom } from './memory-time.ts';

export interface MemoryPlatform extends Platform {
  readonly clock: MemoryTime;
  readonly timers: MemoryTime;
  readonly random: SeededRandom;
  readonly disk: MemoryDisk;
  readonly transport: Transport;
  readonly network: MemoryNetwork;
  /** Lets virtual time pass. */
  advance(durationMs: number): Promise<void>;
}

export interface MemoryPlatformOptions {
  readonly seed?: number;
  /** Default: the first moment of 2026, UTC. */
  readonly startWallMs?: number;
  /** A disk that outlives the process that crashed. */
  readonly disk?: MemoryDisk;
  /** Shared by the nodes of a cluster; default: its own. */
  readonly time?: MemoryTime;
  /** Default: one where nobody listens, so that every connection is refused. */
  readonly network?: MemoryNetwork;
  /** Who this is in the network. */
  readonly nodeName?: string;
}

export function createMemoryPlatform(options: MemoryPlatformOptions = {}): MemoryPlatform {
  const time = options.time ?? new MemoryTime(options.startWallMs ?? 1_767_225_600_000);
  const random = new SeededRandom(options.seed ?? 1);
  // Chance of its own: what the network draws must not change what the node draws.
  const network = options.network ?? new MemoryNetwork({ time, random: new SeededRandom(options.seed ?? 1) });
  return {
    clock: time,
    timers: time,
    random,
    disk: options.disk ?? new MemoryDisk(() => time.wallMs()),
    transport: network.transportOf(options.nodeName ?? 'node'),
    network,
    advance: (durationMs) => time.advance(durationMs),
  };
}
