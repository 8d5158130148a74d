/**
 * Takes what changed from memory into the database, so that a console that starts again still knows it. What
 * could not be written stays to be written with the next round. Of several consoles on one database each sees all changes, and
 * the one that holds the lease writes them.
 */
import type { SeenChange } from '../model/changes/changes.ts';
import { readChanges, writeChanges } from '../store/changes.ts';
import type { Database } from '../store/database.ts';
import { CHANGES_KEPT_MS, recentChanges, rememberChanges } from './live-clusters.ts';

export class ChangeKeeper {
  readonly #database: Database;
  /** What is in the database, or is somebody else's to write. */
  readonly #done = new WeakSet<SeenChange>();
  /** Clusters of which what was kept is in memory, also when their settings change and they are watched anew. */
  readonly #recalled = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** What was kept of the last day, for a cluster of which nothing was seen yet. */
  async recall(clusterId: string, nowMs: number): Promise<void> {
    if (this.#recalled.has(clusterId)) return;
    const earlier = await readChanges(this.#database, clusterId, nowMs - CHANGES_KEPT_MS);
    for (const each of earlier) this.#done.add(each);
    rememberChanges(clusterId, earlier);
    this.#recalled.add(clusterId);
  }

  /** The cluster is watched no more. */
  forget(clusterId: string): void {
    this.#recalled.delete(clusterId);
  }

  async keep(clusterId: string): Promise<void> {
    const unwritten = recentChanges(clusterId).filter((each) => !this.#done.has(each));
    await writeChanges(this.#database, clusterId, unwritten);
    for (const each of unwritten) this.#done.add(each);
  }

  /** Another console has the lease: it saw the same. */
  leaveToOthers(clusterId: string): void {
    for (const each of recentChanges(clusterId)) this.#done.add(each);
  }
}
