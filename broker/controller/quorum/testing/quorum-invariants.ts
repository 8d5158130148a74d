/**
 * What must hold in a quorum at every moment, watched from outside over all members and all their lives: one leader an
 * epoch, one vote an epoch and voter, high watermarks and epochs that only rise, one value at every committed offset, a
 * new leader that has all that was committed, and logs in which the same (offset, epoch) is the same entry.
 */
import type { ElectionState } from '../quorum-effects.ts';
import type { SimulatedDisk, SimulatedEntry } from './simulated-disk.ts';

export class BrokenInvariant extends Error {}

export class QuorumInvariants {
  /** Committed once, anywhere: for ever, everywhere. */
  readonly committed: SimulatedEntry[] = [];
  readonly #leaders = new Map<number, number>();
  readonly #votes = new Map<string, number>();
  readonly #entries = new Map<string, string>();
  readonly #epochs = new Map<number, number>();

  /** How many epochs had a leader. */
  get leaderCount(): number {
    return this.#leaders.size;
  }

  appended(offset: number, entry: SimulatedEntry): void {
    const key = `${String(offset)}@${String(entry.epoch)}`;
    const known = this.#entries.get(key);
    hold(
      known === undefined || known === entry.value,
      `two entries at ${key}: ${String(known)}, ${entry.value}`,
    );
    this.#entries.set(key, entry.value);
  }

  persisted(id: number, state: ElectionState): void {
    const last = this.#epochs.get(id) ?? 0;
    hold(state.epoch >= last, `member ${String(id)} went back from epoch ${String(last)}`);
  }

  /** What a member says in public holds through its next crash. */
  spoke(id: number, epoch: number): void {
    this.#epochs.set(id, Math.max(epoch, this.#epochs.get(id) ?? 0));
  }

  /** Told to someone: what a crash takes away before that, nobody knows. */
  voted(id: number, epoch: number, candidateId: number): void {
    const key = `${String(id)}@${String(epoch)}`;
    const known = this.#votes.get(key) ?? candidateId;
    hold(known === candidateId, `member ${key} voted for ${String(known)} and for ${String(candidateId)}`);
    this.#votes.set(key, candidateId);
  }

  becameLeader(id: number, epoch: number, disk: SimulatedDisk): void {
    const known = this.#leaders.get(epoch) ?? id;
    hold(known === id, `epoch ${String(epoch)} has the leaders ${String(known)} and ${String(id)}`);
    this.#leaders.set(epoch, id);
    hold(disk.endOffset() >= this.committed.length, `leader ${String(id)} lacks what is committed`);
    this.#agrees(id, disk, disk.startOffset(), this.committed.length);
  }

  highWatermark(id: number, from: number, to: number, disk: SimulatedDisk): void {
    hold(to > from, `the high watermark of ${String(id)} fell to ${String(to)}`);
    hold(to <= disk.endOffset(), `the high watermark of ${String(id)} is beyond its log`);
    this.#agrees(id, disk, Math.max(from, disk.startOffset()), to);
  }

  #agrees(id: number, disk: SimulatedDisk, from: number, to: number): void {
    const entries = disk.read(from, to - from);
    for (const [index, entry] of entries.entries()) {
      const offset = from + index;
      const known = this.committed[offset];
      if (known === undefined) {
        hold(this.committed.length === offset, `member ${String(id)} commits ${String(offset)} over a gap`);
        this.committed.push(entry);
        continue;
      }
      const isSame = known.epoch === entry.epoch && known.value === entry.value;
      const values = `${known.value}@${String(known.epoch)}, ${entry.value}@${String(entry.epoch)}`;
      hold(isSame, `offset ${String(offset)} is committed as ${values} (member ${String(id)})`);
    }
  }
}

function hold(isTrue: boolean, what: string): void {
  if (!isTrue) throw new BrokenInvariant(what);
}
