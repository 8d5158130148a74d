/**
 * The real machine: Node's clock, timers, random source, file system and sockets. Built only in composition roots
 * (broker/main.ts and tests of real disks).
 */
import { randomBytes, randomInt } from 'node:crypto';
import type { CancelTimer, Clock, Platform, Random, Timers } from '../platform.ts';
import { NodeDisk } from './node-disk.ts';
import { plainTransport } from './node-transport.ts';

/** setTimeout takes a signed 32-bit count and fires at once above it. */
const MAX_DELAY_MS = 2_147_483_647;

const clock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

const timers: Timers = {
  after(delayMs: number, task: () => void): CancelTimer {
    const handle = setTimeout(task, clampDelay(delayMs));
    handle.unref();
    return () => clearTimeout(handle);
  },
  every(intervalMs: number, task: () => void): CancelTimer {
    const handle = setInterval(task, clampDelay(intervalMs));
    handle.unref();
    return () => clearInterval(handle);
  },
};

const random: Random = {
  bytes: (count) => randomBytes(count),
  below: (bound) => (bound <= 1 ? 0 : randomInt(bound)),
};

function clampDelay(delayMs: number): number {
  return Math.min(Math.max(Math.ceil(delayMs), 1), MAX_DELAY_MS);
}

/** The platform of a real broker process. */
export function createNodePlatform(): Platform {
  return { clock, timers, random, disk: new NodeDisk(), transport: plainTransport };
}
