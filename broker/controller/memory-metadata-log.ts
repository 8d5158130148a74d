/**
 * Test support: a metadata log without a disk or a quorum, whose moments a test chooses. It commits at once, or holds
 * everything back until it is told to; it can be full, lose the leadership and win it again in a newer epoch.
 */
import {
  type MetadataLog,
  MetadataLogFull,
  type MetadataLogListener,
  type MetadataSnapshotId,
  NotMetadataLeader,
  type StoredRecord,
} from './metadata-log/metadata-log.ts';

interface Appended {
  readonly records: readonly StoredRecord[];
  readonly resolve: (baseOffset: number) => void;
  readonly reject: (error: Error) => void;
}

export class MemoryMetadataLog implements MetadataLog {
  /** Appends wait for `commit()`. */
  holdsBack = false;
  isFull = false;
  bytesSinceSnapshot = 0;
  /** Appends that were made, as the number of batches of each. */
  readonly appends: number[] = [];
  readonly snapshots: { readonly id: MetadataSnapshotId; readonly values: Buffer[] }[] = [];
  readonly #nodeId: number;
  #listeners: MetadataLogListener[] = [];
  #epoch = 0;
  #isLeader = false;
  #endOffset = 0;
  #heldBack: Appended[] = [];
  #committed: StoredRecord[] = [];

  constructor(nodeId = 0) {
    this.#nodeId = nodeId;
  }

  get leader(): { readonly epoch: number; readonly leaderId: number | null } {
    return { epoch: this.#epoch, leaderId: this.#isLeader ? this.#nodeId : null };
  }

  get endOffset(): number {
    return this.#endOffset;
  }

  /** Appends that wait for `commit()`. */
  get waiting(): number {
    return this.#heldBack.length;
  }

  start(listener: MetadataLogListener): Promise<void> {
    this.follow(listener);
    this.win();
    return Promise.resolve();
  }

  /** Tells one more listener all that is committed, and what will be; the first is the one that leads. */
  follow(listener: MetadataLogListener): void {
    this.#listeners.push(listener);
    if (this.#committed.length > 0) listener.committed(this.#committed, this.#position());
  }

  /** This node leads in a new epoch, which a control record says in the log. */
  win(): void {
    this.#epoch += 1;
    this.#isLeader = true;
    this.#endOffset += 1;
    for (const listener of this.#listeners) listener.committed([], this.#position());
    this.#listeners[0]?.leaderChanged(this.#epoch, this.#nodeId);
    this.#listeners[0]?.becameActive(this.#epoch);
  }

  /** What is held back is lost, or was `keeps` of it kept by the others and is committed in the next epoch. */
  lose(keeps = 0): void {
    const epoch = this.#epoch;
    this.#isLeader = false;
    const held = this.#heldBack;
    this.#heldBack = [];
    this.#listeners[0]?.lostLeadership(epoch);
    for (const { reject } of held) reject(new NotMetadataLeader('lost'));
    this.#endOffset -= held.slice(keeps).reduce((sum, { records }) => sum + records.length, 0);
    for (const { records } of held.slice(0, keeps)) this.#tell(records);
  }

  append(epoch: number, batches: readonly (readonly Buffer[])[]): Promise<number> {
    if (!this.#isLeader || epoch !== this.#epoch)
      return Promise.reject(new NotMetadataLeader('not the leader'));
    if (this.isFull) return Promise.reject(new MetadataLogFull('no space left on the device'));
    this.appends.push(batches.length);
    const records = batches.flat().map((value, index) => ({ offset: this.#endOffset + index, value }));
    this.#endOffset += records.length;
    this.bytesSinceSnapshot += records.reduce((sum, { value }) => sum + value.length, 0);
    return new Promise((resolve, reject) => {
      this.#heldBack.push({ records, resolve, reject });
      if (!this.holdsBack) this.commit();
    });
  }

  /** Commits all that is held back. */
  commit(): void {
    const held = this.#heldBack;
    this.#heldBack = [];
    for (const { records, resolve } of held) {
      this.#tell(records);
      resolve(records[0]?.offset ?? -1);
    }
  }

  #tell(records: readonly StoredRecord[]): void {
    this.#committed.push(...records);
    const endOffset = (records.at(-1)?.offset ?? -1) + 1;
    for (const listener of this.#listeners) {
      listener.committed(records, { ...this.#position(), endOffset });
    }
  }

  #position(): { readonly endOffset: number; readonly epoch: number; readonly appendedMs: number } {
    return { endOffset: this.#endOffset, epoch: this.#epoch, appendedMs: 0 };
  }

  writeSnapshot(id: MetadataSnapshotId, records: Iterable<readonly Buffer[]>): Promise<void> {
    this.snapshots.push({ id, values: [...records].flat() });
    this.bytesSinceSnapshot = 0;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
