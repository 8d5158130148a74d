/**
 * The records in what a Fetch answered with, of every format and codec that brokers keep: batches (KIP-98) and, from old logs, the
 * message sets before them. Markers of transactions are no records; with read_committed, neither are records whose transaction
 * was aborted (Fetch names them, the marker in the log ends the naming). What is damaged, or unpacks to more than anybody wants
 * to hold, is passed over with a reason and the rest is read. Pure.
 */
import { LOG_APPEND_TIME_FLAG } from '../../protocol/records/batch-format.ts';
import { decodeControlType, ControlType } from '../../protocol/records/control-records.ts';
import { decodeRecords, type RecordHeader } from '../../protocol/records/decode-records.ts';
import { openMessageSet } from '../../protocol/records/legacy-message-set.ts';
import {
  batchSizeAt,
  crcIsValid,
  magicAt,
  MAGIC_V2,
  readBatchHeader,
  type BatchHeader,
} from '../../protocol/records/record-batch.ts';

/** One batch unpacked. */
export const UNPACKED_BYTES_MAX = 32 * 1024 * 1024;

export interface ReadRecord {
  readonly offset: number;
  /** Null: the record is older than records with times. */
  readonly timestampMs: number | null;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

/** One batch after another, or whatever lies in its place. */
export interface ReadBatch {
  /** Where reading goes on behind it. */
  readonly nextOffset: number;
  readonly sizeBytes: number;
  readonly records: Iterable<ReadRecord>;
  readonly control: boolean;
  readonly aborted: boolean;
  /** Whose clock the times of the records are of: the broker's, when it appended them. */
  readonly isLogAppendTime: boolean;
  /** Why it could not be read. */
  readonly unreadable: string | null;
}

export interface AbortedFrom {
  readonly producerId: number;
  readonly firstOffset: number;
}

/** Behind offset, size, checksum and format. */
const LEGACY_ATTRIBUTES_POSITION = 17;
const none: readonly ReadRecord[] = [];

/** Batches that lie wholly in the bytes. `records` of a batch has to be read before the next batch is asked for. */
export function* readFetched(bytes: Buffer, aborted: readonly AbortedFrom[]): Generator<ReadBatch> {
  const filter = new AbortedFilter(aborted);
  let position = 0;
  for (;;) {
    const size = batchSizeAt(bytes, position);
    if (size === null || size > bytes.length - position) return;
    yield magicAt(bytes, position) === MAGIC_V2
      ? batchAt(bytes, position, size, filter)
      : messageSetAt(bytes, position, size);
    position += size;
  }
}

function batchAt(bytes: Buffer, position: number, sizeBytes: number, filter: AbortedFilter): ReadBatch {
  const header = readBatchHeader(bytes, position);
  const base = {
    ...{ nextOffset: header.lastOffset + 1, sizeBytes, control: false, aborted: false },
    isLogAppendTime: header.isLogAppendTime,
  };
  if (!crcIsValid(bytes, position, sizeBytes)) {
    return { ...base, records: none, unreadable: 'the checksum of the batch does not match' };
  }
  const isAborted = filter.covers(bytes, header);
  if (header.isControl) return { ...base, records: none, control: true, unreadable: null };
  if (isAborted) return { ...base, records: none, aborted: true, unreadable: null };
  return {
    ...base,
    ...readable(() => [...decodeRecords(bytes, header, { maxOutputBytes: UNPACKED_BYTES_MAX })]),
  };
}

/** The whole batch at once: what is cut off or too large shows only while it is read. */
function readable(read: () => ReadRecord[]): Pick<ReadBatch, 'records' | 'unreadable'> {
  try {
    return { records: read(), unreadable: null };
  } catch (error) {
    return { records: none, unreadable: error instanceof Error ? error.message : String(error) };
  }
}

/** One message of the outer set, which may hold many. Its offset is that of the last one within. */
function messageSetAt(bytes: Buffer, position: number, sizeBytes: number): ReadBatch {
  const offset = Number(bytes.readBigInt64BE(position));
  const set = bytes.subarray(position, position + sizeBytes);
  const read = (): ReadRecord[] => {
    const records: ReadRecord[] = [];
    openMessageSet(set, UNPACKED_BYTES_MAX).forEach((message, at, timestampMs) => {
      const key =
        message.keyBytes < 0
          ? null
          : message.bytes.subarray(message.keyStart, message.keyStart + message.keyBytes);
      const time = timestampMs < 0 ? null : timestampMs;
      records.push({ offset: at, timestampMs: time, key, value: message.value, headers: [] });
    });
    return records;
  };
  const isLogAppendTime = ((bytes[position + LEGACY_ATTRIBUTES_POSITION] ?? 0) & LOG_APPEND_TIME_FLAG) !== 0;
  const base = { nextOffset: offset + 1, sizeBytes, control: false, aborted: false };
  return { ...base, isLogAppendTime, ...readable(read) };
}

/** Which producers' records are taken back, at the place in the log that reading has come to. */
class AbortedFilter {
  readonly #waiting: AbortedFrom[];
  readonly #active = new Set<number>();

  constructor(aborted: readonly AbortedFrom[]) {
    this.#waiting = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Has to be asked of each batch, in order. */
  covers(bytes: Buffer, header: BatchHeader): boolean {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (next.firstOffset > header.lastOffset) break;
      this.#active.add(next.producerId);
      this.#waiting.shift();
    }
    if (header.isControl) {
      const [marker] = decodeRecords(bytes, header);
      const type = marker?.key === undefined || marker.key === null ? null : decodeControlType(marker.key);
      if (type === ControlType.abort) this.#active.delete(header.producerId);
      return false;
    }
    return header.isTransactional && this.#active.has(header.producerId);
  }
}
