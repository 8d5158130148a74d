/**
 * A whole machine in memory, for tests and simulations: virtual time, seeded randomness, a disk with faults.
 * The same seed and the same calls give the same run.
 */
import type { Platform } from '../platform.ts';
import { MemoryDisk } from './memory-disk.ts';
import { MemoryTime, SeededRandom } from './memory-time.ts';

export interface MemoryPlatform extends Platform {
  readonly clock: MemoryTime;
  readonly timers: MemoryTime;
  readonly random: SeededRandom;
  readonly disk: MemoryDisk;
  /** Lets virtual time pass. */
  advance(durationMs: number): Promise<void>;
}

export interface MemoryPlatformOptions {
  readonly seed?: number;
  /** Default: the first moment of 2026, UTC. */
  readonly startWallMs?: number;
  /** A disk that outlives the process that crashed. */
  readonly disk?: MemoryDisk;
}

export function createMemoryPlatform(options: MemoryPlatformOptions = {}): MemoryPlatform {
  const time = new MemoryTime(options.startWallMs ?? 1_767_225_600_000);
  return {
    clock: time,
    timers: time,
    random: new SeededRandom(options.seed ?? 1),
    disk: options.disk ?? new MemoryDisk(() => time.wallMs()),
    advance: (durationMs) => time.advance(durationMs),
  };
}
