/**
 * Whether this process is the one that keeps history, judges alerts and sends. Every console collects for its own pages; with
 * two of them on one database only the holder of the lease writes. A holder that was killed on this machine is replaced at
 * once, one elsewhere when its lease has run out.
 */
import { hostname } from 'node:os';
import type { Database } from '../store/database.ts';
import { holdLease, leaseHolder, releaseLease, takeLeaseOver } from '../store/lease.ts';

export const LEASE_NAME = 'collector';

export class LeaseHolder {
  readonly #database: Database;
  readonly #holder: string;
  #isHeld = false;

  /** `startedAtMs` tells this process from one before it with the same pid. */
  constructor(database: Database, startedAtMs: number) {
    this.#database = database;
    this.#holder = `${hostname()}/${String(process.pid)}/${String(startedAtMs)}`;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Takes or renews the lease; called with every round and more often while waiting for one. */
  async renew(nowMs: number): Promise<boolean> {
    this.#isHeld = await holdLease(this.#database, LEASE_NAME, this.#holder, nowMs);
    if (!this.#isHeld) this.#isHeld = await this.#replaceDead(nowMs);
    return this.#isHeld;
  }

  async release(): Promise<void> {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    await releaseLease(this.#database, LEASE_NAME, this.#holder);
  }

  async #replaceDead(nowMs: number): Promise<boolean> {
    const other = await leaseHolder(this.#database, LEASE_NAME);
    if (other === null || other === this.#holder || !isDeadOnThisMachine(other)) return false;
    return takeLeaseOver(this.#database, LEASE_NAME, other, this.#holder, nowMs);
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
