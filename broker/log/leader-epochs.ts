/**
 * Which leader epoch began at which offset (KIP-101; Kafka's LeaderEpochFileCache). Epochs and start offsets rise
 * together. Pure: the partition log keeps the file.
 */
import type { LeaderEpochStart } from './checkpoint-files.ts';

export class LeaderEpochs {
  #entries: LeaderEpochStart[];

  constructor(entries: readonly LeaderEpochStart[]) {
    this.#entries = [];
    for (const { epoch, startOffset } of entries) this.assign(epoch, startOffset);
  }

  get entries(): readonly LeaderEpochStart[] {
    return this.#entries;
  }

  get latestEpoch(): number {
    return this.#entries.at(-1)?.epoch ?? -1;
  }

  /** True when this changed anything. An epoch that is known already keeps its start. */
  assign(epoch: number, startOffset: number): boolean {
    if (epoch < 0 || epoch <= this.latestEpoch) return false;
    // An epoch in which nothing was written gives way to the next one that starts at the same offset.
    while ((this.#entries.at(-1)?.startOffset ?? -1) >= startOffset) this.#entries.pop();
    this.#entries.push({ epoch, startOffset });
    return true;
  }

  clear(): void {
    this.#entries = [];
  }

  /** The log now ends at `endOffset`. */
  truncateEnd(endOffset: number): boolean {
    const kept = this.#entries.filter((entry) => entry.startOffset < endOffset);
    const changed = kept.length !== this.#entries.length;
    this.#entries = kept;
    return changed;
  }

  /** The log now begins at `startOffset`: earlier epochs go, the one in force there starts there. */
  truncateStart(startOffset: number): boolean {
    const before = this.#entries.filter((entry) => entry.startOffset <= startOffset);
    const inForce = before.at(-1);
    if (inForce === undefined || (before.length === 1 && inForce.startOffset === startOffset)) return false;
    const after = this.#entries.filter((entry) => entry.startOffset > startOffset);
    const changed = before.length > 1 || inForce.startOffset !== startOffset;
    this.#entries = [{ epoch: inForce.epoch, startOffset }, ...after];
    return changed;
  }

  /** Epoch in force at an offset, -1 when unknown. */
  epochAt(offset: number): number {
    return this.#entries.findLast((entry) => entry.startOffset <= offset)?.epoch ?? -1;
  }

  /** Where `epoch` ended: (the largest epoch not above it, start of the next one), (-1, -1) when unknown. */
  endOf(epoch: number, logEndOffset: number): { readonly epoch: number; readonly endOffset: number } {
    if (epoch < 0 || this.#entries.length === 0 || epoch > this.latestEpoch)
      return { epoch: -1, endOffset: -1 };
    if (epoch === this.latestEpoch) return { epoch, endOffset: logEndOffset };
    const next = this.#entries.find((entry) => entry.epoch > epoch);
    const own = this.#entries.findLast((entry) => entry.epoch <= epoch);
    return { epoch: own?.epoch ?? epoch, endOffset: next?.startOffset ?? logEndOffset };
  }
}
