/**
 * One direction of one connection in memory. What is sent arrives whole, in order, after a delay of the link; while the
 * link is cut or the receiver stands still it waits, as TCP's repeated segments do, and arrives after that has ended.
 */
import type { Timers } from '../platform.ts';

/** What a pipe asks about the way between two nodes. */
export interface Link {
  readonly timers: Timers;
  nowMs(): number;
  /** How long the next piece takes. */
  delayMs(): number;
  /** Nothing arrives at this moment. */
  isHeld(): boolean;
}

interface Piece {
  readonly dueMs: number;
  readonly arrive: () => void;
}

export class MemoryPipe {
  readonly #link: Link;
  readonly #pieces: Piece[] = [];
  #lastDueMs = 0;
  #isClosed = false;

  constructor(link: Link) {
    this.#link = link;
  }

  send(arrive: () => void, extraDelayMs = 0): void {
    if (this.#isClosed) return;
    const nowMs = this.#link.nowMs();
    const dueMs = Math.max(this.#lastDueMs, nowMs + this.#link.delayMs() + extraDelayMs);
    this.#lastDueMs = dueMs;
    this.#pieces.push({ dueMs, arrive });
    this.#wake(dueMs - nowMs);
  }

  /** The link may work again: what waited sets out once more. */
  released(): void {
    if (this.#pieces.length > 0) this.#wake(this.#link.delayMs());
  }

  /** Nothing arrives any more. */
  close(): void {
    this.#isClosed = true;
    this.#pieces.length = 0;
  }

  #wake(delayMs: number): void {
    this.#link.timers.after(delayMs, () => {
      this.#deliver();
    });
  }

  #deliver(): void {
    for (let next = this.#pieces[0]; next !== undefined; next = this.#pieces[0]) {
      if (next.dueMs > this.#link.nowMs() || this.#link.isHeld()) return;
      this.#pieces.shift();
      next.arrive();
    }
  }
}
