/** Test support: a broker as the controller's model knows it, with the logs of its replicas and what happens to them. */
import type { LogRecord } from './partition-invariants.ts';

export class ModelBroker {
  readonly id: number;
  isAlive = false;
  /** What the clean-shutdown file says; -1 none. */
  stoppedEpoch = -1;
  incarnation = 0;
  disks: number;
  /** By partition. */
  readonly logs: readonly LogRecord[][];
  /** Partitions whose log lost its end since it was last known to be complete. */
  readonly hasLost = new Set<number>();
  /** Partitions that it had on disks that are gone. */
  readonly isEmptied = new Set<number>();

  constructor(id: number, partitions: number, disks: number) {
    this.id = id;
    this.disks = disks;
    this.logs = Array.from({ length: partitions }, () => []);
  }

  /** The end of each log is gone; how much of it, is chance. */
  losePower(below: (bound: number) => number): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    for (const [index, log] of this.logs.entries()) {
      const kept = below(log.length + 1);
      if (kept < log.length) this.hasLost.add(index);
      log.length = kept;
    }
  }

  replaceDisks(disks: number): void {
    this.isAlive = false;
    this.disks = disks;
    this.stoppedEpoch = -1;
    for (const [index, log] of this.logs.entries()) {
      log.length = 0;
      this.hasLost.add(index);
      this.isEmptied.add(index);
    }
  }
}
