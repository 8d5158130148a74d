/**
 * A virtual clock with timers, and a seeded random source. Time stands still until `advance` is called; timers then
 * fire in the order of their due times (ties in the order they were set), and promises settle between two of them.
 */
import type { CancelTimer, Clock, Random, Timers } from '../platform.ts';

interface PendingTimer {
  order: number;
  dueMs: number;
  readonly intervalMs: number | null;
  readonly task: () => void;
  isCancelled: boolean;
}

export class MemoryTime implements Clock, Timers {
  #wallMs: number;
  #monotonicMs = 0;
  #order = 0;
  /** A binary heap by due time, then by the order of setting. What was cancelled stays in until it comes up. */
  readonly #heap: PendingTimer[] = [];
  #pendingTimers = 0;

  constructor(startWallMs: number) {
    this.#wallMs = startWallMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /** The wall clock jumps, as after a correction; timers do not notice. */
  setWall(wallMs: number): void {
    this.#wallMs = wallMs;
  }

  after(delayMs: number, task: () => void): CancelTimer {
    return this.#add(delayMs, null, task);
  }

  every(intervalMs: number, task: () => void): CancelTimer {
    return this.#add(intervalMs, Math.max(1, intervalMs), task);
  }

  get pendingTimers(): number {
    return this.#pendingTimers;
  }

  /** Lets `durationMs` pass, firing what becomes due, and lets promises settle before, between and after. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#monotonicMs + durationMs;
    await settle();
    while (this.fireNext(endMs)) await settle();
    this.#moveTo(endMs);
  }

  /** Goes to the next timer that is due at `endMs` or before and fires it; false when there is none. */
  fireNext(endMs: number): boolean {
    const next = this.#nextPending();
    if (next === null || next.dueMs > endMs) return false;
    this.#take();
    this.#moveTo(Math.max(next.dueMs, this.#monotonicMs));
    if (next.intervalMs === null) {
      next.isCancelled = true;
      this.#pendingTimers--;
    } else {
      next.dueMs += next.intervalMs;
      this.#put(next);
    }
    next.task();
    return true;
  }

  #add(delayMs: number, intervalMs: number | null, task: () => void): CancelTimer {
    const dueMs = this.#monotonicMs + Math.max(0, delayMs);
    const timer = { order: this.#order++, dueMs, intervalMs, task, isCancelled: false };
    this.#put(timer);
    this.#pendingTimers++;
    return () => {
      if (timer.isCancelled) return;
      timer.isCancelled = true;
      this.#pendingTimers--;
    };
  }

  #moveTo(monotonicMs: number): void {
    this.#wallMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }

  #nextPending(): PendingTimer | null {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (!first.isCancelled) return first;
      this.#take();
    }
    return null;
  }

  #put(timer: PendingTimer): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, timer)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = timer;
  }

  /** Takes the first one out. */
  #take(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = heap[left + 1];
      let child = left;
      let below = heap[left];
      if (below !== undefined && right !== undefined && isBefore(right, below)) {
        child = left + 1;
        below = right;
      }
      if (below === undefined || isBefore(last, below)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(left: PendingTimer, right: PendingTimer): boolean {
  return left.dueMs < right.dueMs || (left.dueMs === right.dueMs && left.order < right.order);
}

/** Waits until every promise chain that can go on has gone on. */
export function settle(): Promise<void> {
  // eslint-disable-next-line no-restricted-syntax -- this is what the virtual timers are made with
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Small and repeatable, good enough to pick faults and to make ids that do not meet. */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = Math.imul(seed, 0x85ebca6b) ^ 0xc2b2ae35;
    this.#c = 0x9e3779b9 | 0;
    for (let i = 0; i < 15; i++) this.#next();
  }

  bytes(count: number): Buffer {
    const out = Buffer.alloc(count);
    for (let i = 0; i < count; i++) out[i] = this.#next() & 0xff;
    return out;
  }

  below(bound: number): number {
    return bound <= 1 ? 0 : Math.floor((this.#next() / 0x1_0000_0000) * bound);
  }

  /** sfc32 of PractRand: the counter alone makes its period at least 2^32. */
  #next(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }
}
