/**
 * Where the controller's decisions become facts: one log of records that all nodes of the cluster agree on. Its owner
 * sees batches that are committed or not; elections, replication, disks and snapshots are behind this interface.
 *
 * Every node follows the log. The node that leads it is the active controller and the only one that may append.
 */

/** The value of one record, framed as Kafka's metadata records are. */
export interface StoredRecord {
  readonly offset: number;
  readonly value: Buffer;
}

export interface MetadataSnapshotId {
  /** Offset behind the last record that the snapshot holds. */
  readonly offset: number;
  readonly epoch: number;
}

export interface MetadataLogListener {
  /** Forget all that was told before: this is what the log held before `id.offset`. Also the first call after a start from a snapshot. */
  snapshotLoaded(id: MetadataSnapshotId, records: Iterable<readonly StoredRecord[]>): void;
  /**
   * Committed, in order, whole batches. `endOffset` is the offset behind them; it may rise without records, because
   * of control records. `epoch` is that of the last batch. `appendedMs` its time stamp.
   */
  committed(
    records: readonly StoredRecord[],
    position: { readonly endOffset: number; readonly epoch: number; readonly appendedMs: number },
  ): void;
  /** Who leads the log has changed; null while nobody is known. */
  leaderChanged(epoch: number, leaderId: number | null): void;
  /** This node leads in `epoch`, and everything that was committed before has been told. It may append now. */
  becameActive(epoch: number): void;
  /** What was appended and not told as committed may be lost or may yet be committed. Told before any `committed` of a newer epoch. */
  lostLeadership(epoch: number): void;
}

/** Not this node, or not in this epoch: ask who leads. What was appended may be lost or may yet be committed. */
export class NotMetadataLeader extends Error {
  override readonly name = 'NotMetadataLeader';
}

export interface MetadataLog {
  /** Elections and replication begin; the listener is told everything from the start of the log on. */
  start(listener: MetadataLogListener): Promise<void>;
  readonly leader: { readonly epoch: number; readonly leaderId: number | null };
  /**
   * Appends each item as one batch: after a crash all of an item is there or nothing of it. Resolves when all are
   * committed and were told to the listener; with the offset of the first record. Several calls may be under way.
   * Rejects with NotMetadataLeader; with MetadataLogFull when nothing was written for want of room on the disk.
   */
  append(epoch: number, batches: readonly (readonly Buffer[])[]): Promise<number>;
  /** Keeps `records` as the content of all before `id` and drops what no longer needs to be kept. Resolves when done. */
  writeSnapshot(id: MetadataSnapshotId, records: Iterable<readonly Buffer[]>): Promise<void>;
  /** Bytes of the log behind the newest snapshot, for who decides when the next one is due. */
  readonly bytesSinceSnapshot: number;
  /** A leader hands over before it stops. Resolves when it has told the others, or after a short time. */
  stop(): Promise<void>;
}

/** Nothing was written; the next append may work. */
export class MetadataLogFull extends Error {
  override readonly name = 'MetadataLogFull';
}
