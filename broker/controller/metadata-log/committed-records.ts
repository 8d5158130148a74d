/**
 * Tells the owner of the metadata log what has been committed, in order and each record once: first the newest snapshot, then
 * batches as the high watermark rises. Control records are left out; their offsets count.
 */
import { decodeRecords } from '../../../protocol/records/decode-records.ts';
import { forEachBatch } from '../../../protocol/records/record-batch.ts';
import type { Disk } from '../../platform/platform.ts';
import type { MetadataLogListener, MetadataSnapshotId, StoredRecord } from './metadata-log.ts';
import type { MetadataStorage } from './metadata-storage.ts';
import { readSnapshot, snapshotPath } from './snapshot-files.ts';

const READ_BYTES = 1_048_576;

export class CommittedRecords {
  readonly #storage: MetadataStorage;
  readonly #disk: Disk;
  readonly #listener: MetadataLogListener;
  #toldOffset = 0;
  #toldEpoch = 0;
  #toldAppendedMs = 0;
  /** Since the start. */
  #toldBytes = 0;
  /** Of those, before the newest snapshot. */
  #snapshotBytes = 0;

  constructor(storage: MetadataStorage, disk: Disk, listener: MetadataLogListener) {
    this.#storage = storage;
    this.#disk = disk;
    this.#listener = listener;
  }

  get toldOffset(): number {
    return this.#toldOffset;
  }

  get toldAppendedMs(): number {
    return this.#toldAppendedMs;
  }

  get toldBytes(): number {
    return this.#toldBytes;
  }

  get bytesSinceSnapshot(): number {
    return this.#toldBytes - this.#snapshotBytes;
  }

  /** Throws CorruptLogError, and whatever the listener throws. */
  tellSnapshot(id: MetadataSnapshotId): void {
    const path = snapshotPath(this.#storage.log.directory, id);
    this.#toldOffset = id.offset;
    this.#toldEpoch = id.epoch;
    this.#snapshotBytes = this.#toldBytes;
    this.#listener.snapshotLoaded(id, readSnapshot(this.#disk, path));
  }

  /** A snapshot was written when so many bytes had been told. */
  noteSnapshot(toldBytes: number): void {
    this.#snapshotBytes = Math.max(this.#snapshotBytes, toldBytes);
  }

  /** Everything before `offset` is committed. As `tellSnapshot`. */
  tellUpTo(offset: number): void {
    const { log } = this.#storage;
    while (this.#toldOffset < offset) {
      const batches = log.read({
        offset: this.#toldOffset,
        maxBytes: READ_BYTES,
        maxOffset: offset,
        minOneBatch: true,
      });
      if (batches.length === 0)
        throw new Error(`${log.name} has nothing at offset ${String(this.#toldOffset)}`);
      this.#tell(batches);
    }
  }

  #tell(batches: Buffer): void {
    const records: StoredRecord[] = [];
    forEachBatch(batches, (header) => {
      this.#toldOffset = header.lastOffset + 1;
      this.#toldEpoch = header.partitionLeaderEpoch;
      this.#toldAppendedMs = header.maxTimestampMs;
      if (header.isControl) return;
      for (const { offset, value } of decodeRecords(batches, header)) {
        if (value !== null) records.push({ offset, value });
      }
    });
    this.#toldBytes += batches.length;
    this.#listener.committed(records, {
      endOffset: this.#toldOffset,
      epoch: this.#toldEpoch,
      appendedMs: this.#toldAppendedMs,
    });
  }
}
