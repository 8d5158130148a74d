/**
 * What is done with a snapshot once everybody can read it: history and alerts, which need a database. A database that is locked,
 * full or gone must not hold up the next round, so a round waits for this only a part of its slot; after that it goes on behind.
 *
 * Never two at once. Of the snapshots that come meanwhile the newest is kept next, so that alerts are judged by what is so now;
 * the ones before it are a gap in history, as if there had been no round.
 */
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { CollectorClock } from './collector-clock.ts';

const WAIT_SHARE = 0.5;
/** However short rounds are: a database that is merely busy is waited for. */
const WAIT_MIN_MS = 5_000;

export class Keeping {
  readonly #clock: CollectorClock;
  readonly #waitMs: number;
  readonly #keepOne: (snapshot: ClusterSnapshot) => Promise<void>;
  #running: Promise<void> | null = null;
  #next: ClusterSnapshot | null = null;

  constructor(
    clock: CollectorClock,
    intervalMs: number,
    keepOne: (snapshot: ClusterSnapshot) => Promise<void>,
  ) {
    this.#clock = clock;
    this.#waitMs = Math.max(WAIT_SHARE * intervalMs, WAIT_MIN_MS);
    this.#keepOne = keepOne;
  }

  /** Never rejects. Resolves when it is kept, or when that takes too long to be waited for. */
  keep(snapshot: ClusterSnapshot): Promise<void> {
    this.#next = snapshot;
    this.#running ??= this.#keepAll().finally(() => (this.#running = null));
    return this.#inTime(this.#running);
  }

  /** Waits likewise for what is under way; what was not begun is not kept any more. */
  async stop(): Promise<void> {
    this.#next = null;
    if (this.#running !== null) await this.#inTime(this.#running);
  }

  async #keepAll(): Promise<void> {
    while (this.#next !== null) {
      const snapshot = this.#next;
      this.#next = null;
      // Whoever keeps says itself what went wrong.
      await this.#keepOne(snapshot).catch(() => undefined);
    }
  }

  #inTime(work: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(this.#waitMs, resolve);
      void work.finally(() => {
        timer.cancel();
        resolve();
      });
    });
  }
}
