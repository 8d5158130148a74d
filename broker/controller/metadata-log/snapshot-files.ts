/**
 * Snapshots of the metadata log on the disk, `<offset>-<epoch>.checkpoint` (KIP-630): a control batch as header, batches of
 * records, a control batch as footer, with offsets of their own from 0 on. One is written under a temporary name, forced to the
 * device and renamed; so what has the right name is whole, unless the device has lost something, which checksums
 * and footer tell.
 */
import { join } from 'node:path';
import { ControlType, decodeControlType } from '../../../protocol/records/control-records.ts';
import { decodeRecords } from '../../../protocol/records/decode-records.ts';
import { encodeRecordBatch } from '../../../protocol/records/encode-batch.ts';
import { crcIsValid, readBatchHeader } from '../../../protocol/records/record-batch.ts';
import { ProtocolError } from '../../../protocol/wire/protocol-error.ts';
import { CorruptLogError } from '../../log/log-errors.ts';
import type { Disk, DiskFile } from '../../platform/platform.ts';
import { snapshotFooterBatch, snapshotHeaderBatch } from './control-batches.ts';
import type { MetadataSnapshotId, StoredRecord } from './metadata-log.ts';

const SUFFIX = '.checkpoint';
/** What is being written; worthless after a crash. */
const PART_SUFFIX = '.checkpoint.part';
const NAME = /^(\d{20})-(\d{10})\.checkpoint$/;
const COPY_BYTES = 1_048_576;

export function snapshotPath(directory: string, { offset, epoch }: MetadataSnapshotId): string {
  return join(directory, `${String(offset).padStart(20, '0')}-${String(epoch).padStart(10, '0')}${SUFFIX}`);
}

export function partPath(directory: string, id: MetadataSnapshotId): string {
  return snapshotPath(directory, id).slice(0, -SUFFIX.length) + PART_SUFFIX;
}

/** Oldest first. */
export function listSnapshots(disk: Disk, directory: string): MetadataSnapshotId[] {
  const ids = disk.list(directory).flatMap((name) => {
    const match = NAME.exec(name);
    return match === null ? [] : [{ offset: Number(match[1]), epoch: Number(match[2]) }];
  });
  return ids.sort((left, right) => left.offset - right.offset || left.epoch - right.epoch);
}

export function removeParts(disk: Disk, directory: string): void {
  for (const name of disk.list(directory)) {
    if (name.endsWith(PART_SUFFIX)) disk.removeFile(join(directory, name));
  }
}

/** Gives a whole part its name, durably. The part must have been forced to the device. */
export async function settlePart(disk: Disk, directory: string, id: MetadataSnapshotId): Promise<void> {
  disk.rename(partPath(directory, id), snapshotPath(directory, id));
  await disk.syncDirectory(directory);
}

/** A snapshot that comes into being piece by piece; nothing is there under its name before `settlePart`. */
export class SnapshotPart {
  readonly #disk: Disk;
  readonly #file: DiskFile;
  readonly #path: string;
  #sizeBytes = 0;

  constructor(disk: Disk, directory: string, id: MetadataSnapshotId) {
    this.#disk = disk;
    this.#path = partPath(directory, id);
    this.#file = disk.open(this.#path, { create: true });
    this.#file.truncate(0);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  add(bytes: Uint8Array): void {
    this.#file.write([bytes], this.#sizeBytes);
    this.#sizeBytes += bytes.length;
  }

  async finish(): Promise<void> {
    await this.#file.sync();
    this.#file.close();
  }

  discard(): void {
    this.#file.close();
    if (this.#disk.exists(this.#path)) this.#disk.removeFile(this.#path);
  }
}

export interface SnapshotContent {
  readonly id: MetadataSnapshotId;
  /** Of the last record that it stands for. */
  readonly lastTimestampMs: number;
  readonly timestampMs: number;
  readonly records: Iterable<readonly Buffer[]>;
}

/** Everything of a snapshot in its order, batch by batch. */
export function* snapshotBatches(content: SnapshotContent): Generator<Buffer> {
  const { timestampMs, id } = content;
  const { epoch } = id;
  yield snapshotHeaderBatch(content.lastTimestampMs, { baseOffset: 0, epoch, timestampMs });
  let baseOffset = 1;
  for (const values of content.records) {
    if (values.length === 0) continue;
    const records = values.map((value) => ({ key: null, value }));
    yield encodeRecordBatch({ records, baseOffset, partitionLeaderEpoch: epoch, timestampMs });
    baseOffset += values.length;
  }
  yield snapshotFooterBatch({ baseOffset, epoch, timestampMs });
}

/** Its records, a batch at a time. Throws CorruptLogError at whatever is not as it was written, a missing footer too. */
export function* readSnapshot(disk: Disk, path: string): Generator<readonly StoredRecord[], void, undefined> {
  const bytes = disk.readFile(path);
  let position = 0;
  let lastControl: number = -1;
  while (position < bytes.length) {
    if (lastControl === ControlType.snapshotFooter)
      throw damaged(path, position, 'something follows the footer');
    const header = batchAt(bytes, position, path);
    const records = [...decodeRecords(bytes, header)];
    position += header.sizeBytes;
    if (header.isControl) {
      lastControl = decodeControlType(records[0]?.key ?? Buffer.alloc(4));
      continue;
    }
    yield records.flatMap(({ offset, value }) => (value === null ? [] : [{ offset, value }]));
  }
  if (lastControl !== ControlType.snapshotFooter) throw damaged(path, position, 'its footer is missing');
}

function batchAt(bytes: Buffer, position: number, path: string) {
  try {
    const header = readBatchHeader(bytes, position);
    if (header.sizeBytes > bytes.length - position) throw damaged(path, position, 'a batch is cut off');
    if (!crcIsValid(bytes, position, header.sizeBytes)) throw damaged(path, position, 'a checksum is wrong');
    return header;
  } catch (error) {
    if (error instanceof ProtocolError) throw damaged(path, position, error.message);
    throw error;
  }
}

function damaged(path: string, position: number, problem: string): CorruptLogError {
  return new CorruptLogError(path, position, problem);
}

/** A piece of a snapshot for another node; null when there is none of that name. */
export function readSnapshotPiece(
  disk: Disk,
  path: string,
  position: number,
  maxBytes: number,
): { readonly sizeBytes: number; readonly bytes: Buffer } | null {
  if (!disk.exists(path)) return null;
  const file = disk.open(path, { create: false });
  try {
    const sizeBytes = file.size();
    const count = Math.max(0, Math.min(maxBytes, COPY_BYTES, sizeBytes - position));
    const bytes = Buffer.alloc(count);
    return { sizeBytes, bytes: bytes.subarray(0, file.read(bytes, position)) };
  } finally {
    file.close();
  }
}
