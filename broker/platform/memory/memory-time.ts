/**
 * A virtual clock with timers, and a seeded random source. Time stands still until `advance` is called; timers then
 * fire in the order of their due times (ties in the order they were set), and promises settle between two of them.
 */
import type { CancelTimer, Clock, Random, Timers } from '../platform.ts';

interface PendingTimer {
  readonly order: number;
  dueMs: number;
  readonly intervalMs: number | null;
  readonly task: () => void;
}

export class MemoryTime implements Clock, Timers {
  #wallMs: number;
  #monotonicMs = 0;
  #order = 0;
  readonly #pending = new Set<PendingTimer>();

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
    return this.#pending.size;
  }

  /** Lets `durationMs` pass, firing what becomes due, and lets promises settle before, between and after. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#monotonicMs + durationMs;
    await settle();
    for (let next = this.#nextDue(endMs); next !== null; next = this.#nextDue(endMs)) {
      this.#moveTo(Math.max(next.dueMs, this.#monotonicMs));
      if (next.intervalMs === null) this.#pending.delete(next);
      else next.dueMs += next.intervalMs;
      next.task();
      await settle();
    }
    this.#moveTo(endMs);
  }

  #add(delayMs: number, intervalMs: number | null, task: () => void): CancelTimer {
    const timer = { order: this.#order++, dueMs: this.#monotonicMs + Math.max(0, delayMs), intervalMs, task };
    this.#pending.add(timer);
    return () => {
      this.#pending.delete(timer);
    };
  }

  #moveTo(monotonicMs: number): void {
    this.#wallMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }

  #nextDue(endMs: number): PendingTimer | null {
    let best: PendingTimer | null = null;
    for (const timer of this.#pending) {
      if (timer.dueMs > endMs) continue;
      if (
        best === null ||
        timer.dueMs < best.dueMs ||
        (timer.dueMs === best.dueMs && timer.order < best.order)
      ) {
        best = timer;
      }
    }
    return best;
  }
}

/** Waits until every promise chain that can go on has gone on. */
export function settle(): Promise<void> {
  // eslint-disable-next-line no-restricted-syntax -- this is what the virtual timers are made with
  return new Promise((resolve) => void setImmediate(resolve));
}

/** xorshift128+ over two 32-bit halves: small, repeatable, good enough to pick faults and bytes. */
export class SeededRandom implements Random {
  #a: number;
  #b: number;

  constructor(seed: number) {
    this.#a = (seed ^ 0x9e3779b9) >>> 0 || 1;
    this.#b = (Math.imul(seed, 0x85ebca6b) ^ 0xc2b2ae35) >>> 0 || 2;
    for (let i = 0; i < 8; i++) this.#next();
  }

  bytes(count: number): Buffer {
    const out = Buffer.alloc(count);
    for (let i = 0; i < count; i++) out[i] = this.#next() & 0xff;
    return out;
  }

  below(bound: number): number {
    return bound <= 1 ? 0 : Math.floor((this.#next() / 0x1_0000_0000) * bound);
  }

  #next(): number {
    let a = this.#a;
    const b = this.#b;
    this.#a = b;
    a ^= a << 23;
    a ^= a >>> 17;
    a ^= b ^ (b >>> 26);
    this.#b = a >>> 0;
    return (this.#b + b) >>> 0;
  }
}
