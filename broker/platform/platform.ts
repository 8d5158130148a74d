/**
 * What the broker may ask of the machine it runs on: time, timers, randomness, a disk and connections to other nodes.
 *
 * Nothing else in broker/ touches Date, setTimeout, crypto, node:fs or node:net. Two forms implement these interfaces:
 * `node/` on the real machine and `memory/` on a virtual clock and a disk whose faults are scripted, so that a
 * whole cluster can be run, crashed and replayed from one seed.
 *
 * Appends and reads are synchronous on purpose: they go to the page cache, cost a memory copy, and make an append
 * one indivisible step. Forcing data to the device (`sync`) waits for hardware and is therefore asynchronous.
 */

import type { Transport } from './transport.ts';

/** Where time comes from. Wall time may jump; monotonic time never does and is what timeouts are measured with. */
export interface Clock {
  /** Milliseconds since the Unix epoch, integer. */
  wallMs(): number;
  /** Milliseconds since an arbitrary origin, never going back, may be fractional. */
  monotonicMs(): number;
}

/** Cancels a timer; cancelling twice or after it fired is harmless. */
export type CancelTimer = () => void;

export interface Timers {
  /** Runs `task` once after at least `delayMs`. The timer does not keep the process alive. */
  after(delayMs: number, task: () => void): CancelTimer;
  /** Runs `task` every `intervalMs`; the next wait starts when the previous run began. */
  every(intervalMs: number, task: () => void): CancelTimer;
}

export interface Random {
  /** Cryptographically strong bytes on a real machine; seeded in a simulation. */
  bytes(count: number): Buffer;
  /** Uniform integer in [0, bound). */
  below(bound: number): number;
}

/** Operational disk error. `code` is the system's name for it (ENOENT, ENOSPC, EIO, EACCES, EEXIST ...). */
export interface DiskError extends Error {
  readonly code: string;
  readonly path: string;
}

/** An open file. Positions and counts are bytes. */
export interface DiskFile {
  readonly path: string;
  size(): number;
  /** Writes all buffers one after another from `position` on; short writes are continued. Throws DiskError. */
  write(buffers: readonly Uint8Array[], position: number): void;
  /** Fills as much of `target` from `position` on as the file holds and says how many bytes that was. */
  read(target: Uint8Array, position: number): number;
  truncate(sizeBytes: number): void;
  /** Forces the data to the device. After a rejection the file's un-synced content must be considered lost. */
  sync(): Promise<void>;
  close(): void;
}

export interface Disk {
  /** Opens for reading and writing. `create` makes an empty file if there is none; otherwise ENOENT. */
  open(path: string, options: { readonly create: boolean }): DiskFile;
  exists(path: string): boolean;
  /** Names in a directory, sorted. */
  list(directory: string): string[];
  stat(path: string): {
    readonly sizeBytes: number;
    readonly modifiedMs: number;
    readonly isDirectory: boolean;
  };
  makeDirectory(path: string): void;
  /** Atomic replacement within one file system. */
  rename(from: string, to: string): void;
  removeFile(path: string): void;
  /** Removes a directory with all it holds; one that is not there is no error. */
  removeTree(path: string): void;
  readFile(path: string): Buffer;
  /** Writes to a temporary neighbour, syncs it, renames it over `path` and syncs the directory. */
  replaceFile(path: string, content: Uint8Array): Promise<void>;
  syncDirectory(path: string): Promise<void>;
  /** Room on the file system that holds the directory; -1 where it cannot be known. */
  space(directory: string): { readonly totalBytes: number; readonly usableBytes: number };
  /** Takes an exclusive lock that ends with the process, or says who holds it. */
  lock(path: string): { readonly release: () => void } | { readonly heldBy: string };
}

export interface Platform {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly disk: Disk;
  readonly transport: Transport;
}
