/**
 * What a member of the simulated quorum keeps: the election state, and a log of entries that begins at 0 or behind a
 * snapshot. Writes are volatile until `sync`; a crash keeps any part from the front of those to the log, and either
 * keeps or loses those to the election state.
 *
 * A snapshot has no content here: what it holds is committed, which the invariants know.
 */
import type { ElectionState, QuorumLog } from '../quorum-effects.ts';
import type { OffsetAndEpoch } from '../quorum-messages.ts';

export interface SimulatedEntry {
  readonly epoch: number;
  readonly value: string;
}

interface LogImage {
  readonly snapshot: OffsetAndEpoch | null;
  readonly entries: readonly SimulatedEntry[];
}

export class SimulatedDisk implements QuorumLog {
  #state: ElectionState | null = null;
  #durableState: ElectionState | null = null;
  #log: LogImage = { snapshot: null, entries: [] };
  /** The first is on the device; each further one is the log after one more write. */
  #images: LogImage[] = [this.#log];

  get state(): ElectionState | null {
    return this.#state;
  }

  get entries(): readonly SimulatedEntry[] {
    return this.#log.entries;
  }

  persist(state: ElectionState): void {
    this.#state = state;
  }

  append(entries: readonly SimulatedEntry[]): void {
    this.#write({ ...this.#log, entries: [...this.#log.entries, ...entries] });
  }

  truncateTo(endOffset: number): void {
    this.#write({ ...this.#log, entries: this.#log.entries.slice(0, endOffset - this.startOffset()) });
  }

  /** Everything else goes. */
  install(snapshot: OffsetAndEpoch): void {
    this.#write({ snapshot, entries: [] });
  }

  /** A snapshot of all before `offset` takes the place of these entries. */
  compact(offset: number): void {
    const count = offset - this.startOffset();
    const epoch = this.#log.entries[count - 1]?.epoch;
    if (epoch === undefined) return;
    this.#write({ snapshot: { offset, epoch }, entries: this.#log.entries.slice(count) });
  }

  sync(parts: { readonly state: boolean; readonly log: boolean }): void {
    if (parts.state) this.#durableState = this.#state;
    if (parts.log) this.#images = [this.#log];
  }

  crash(keptWrites: (count: number) => number, isStateKept: boolean): void {
    this.#log = this.#images[keptWrites(this.#images.length)] ?? this.#log;
    this.#images = [this.#log];
    this.#state = isStateKept ? this.#state : this.#durableState;
    this.#durableState = this.#state;
  }

  read(fromOffset: number, count: number): SimulatedEntry[] {
    const from = fromOffset - this.startOffset();
    return this.#log.entries.slice(from, from + count);
  }

  startOffset(): number {
    return this.#log.snapshot?.offset ?? 0;
  }

  endOffset(): number {
    return this.startOffset() + this.#log.entries.length;
  }

  lastEpoch(): number {
    return this.#log.entries.at(-1)?.epoch ?? this.#log.snapshot?.epoch ?? 0;
  }

  endOfEpoch(epoch: number): OffsetAndEpoch {
    const index = this.#log.entries.findLastIndex((entry) => entry.epoch <= epoch);
    const found = this.#log.entries[index]?.epoch ?? this.#log.snapshot?.epoch ?? 0;
    return { epoch: found, offset: this.startOffset() + index + 1 };
  }

  snapshotAtStart(): OffsetAndEpoch | null {
    return this.#log.snapshot;
  }

  latestSnapshot(): OffsetAndEpoch | null {
    return this.#log.snapshot;
  }

  #write(log: LogImage): void {
    this.#log = log;
    this.#images.push(log);
  }
}
