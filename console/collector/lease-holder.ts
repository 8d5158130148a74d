/**
 * Whether this process is the one that keeps history, judges alerts and sends. Every console collects for its own pages; with
 * two of them on one database only the holder of the lease writes. A holder that was killed on this machine is replaced at
 * once, one elsewhere when its lease has run out.
 *
 * While the database fails nobody can renew: who held the lease goes on, and who did not waits. Once it is back the holder
 * has some time to come forward before anybody takes a lease that ran out meanwhile: it knows what was told.
 */
import { hostname } from 'node:os';
import type { Fence } from '../store/alert-transitions.ts';
import type { Database } from '../store/database.ts';
import { holdLease, leaseHolder, releaseLease, takeLeaseOver } from '../store/lease.ts';

export const LEASE_NAME = 'collector';
/** Holders renew every few seconds; a database that comes back is theirs first for so long. */
export const COMING_BACK_MS = 15_000;

export class LeaseHolder {
  readonly #database: Database;
  readonly #holder: string;
  #isHeld = false;
  #hasFailed = false;
  /** Until then a lease that ran out is left to its holder. */
  #politeUntilMs = -Infinity;

  /** `startedAtMs` tells this process from one before it with the same pid. */
  constructor(database: Database, startedAtMs: number) {
    this.#database = database;
    this.#holder = `${hostname()}/${String(process.pid)}/${String(startedAtMs)}`;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  get fence(): Fence {
    return { lease: LEASE_NAME, holder: this.#holder };
  }

  /** Takes or renews the lease; called with every round and more often while waiting for one. Rejects while the database fails. */
  async renew(nowMs: number): Promise<boolean> {
    try {
      // Also tells whether anything can be written: that it can be read says nothing of a database that is locked.
      const isOurs = await takeLeaseOver(this.#database, LEASE_NAME, this.#holder, this.#holder, nowMs);
      if (this.#hasFailed) this.#politeUntilMs = nowMs + COMING_BACK_MS;
      this.#hasFailed = false;
      this.#isHeld = isOurs || (await this.#take(nowMs));
      return this.#isHeld;
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }

  async #take(nowMs: number): Promise<boolean> {
    const other = await leaseHolder(this.#database, LEASE_NAME);
    if (other !== null && isDeadOnThisMachine(other)) {
      return takeLeaseOver(this.#database, LEASE_NAME, other, this.#holder, nowMs);
    }
    if (other !== null && nowMs < this.#politeUntilMs) return false;
    return holdLease(this.#database, LEASE_NAME, this.#holder, nowMs);
  }

  async release(): Promise<void> {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    await releaseLease(this.#database, LEASE_NAME, this.#holder);
  }
}

/** Ours with another start time is a process before us that had the same pid. */
function isDeadOnThisMachine(holder: string): boolean {
  const [host, pidText] = holder.split('/');
  const pid = Number(pidText);
  if (host !== hostname() || !Number.isInteger(pid) || pid <= 0) return false;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
