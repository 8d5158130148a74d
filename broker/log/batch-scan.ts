/**
 * Walks the batches of a segment file from one byte to another, reading it piece by piece into one shared buffer.
 *
 * `scanHeaders` looks at headers only and is for lookups; `scanChecked` reads every byte and checks the checksum and
 * is for recovery. Both stop at the first thing that cannot be a batch and say where and why, so that the caller
 * decides whether that is a torn tail or damage.
 */
import type { DiskFile } from '../platform/platform.ts';
import { BATCH_HEADER_BYTES, crcIsValid, type BatchHeader } from '../../protocol/records/record-batch.ts';
import { headerOrProblem } from './batch-check.ts';

export interface ScanEnd {
  /** First byte after the last good batch that was visited. */
  readonly position: number;
  /** Why the scan ended before `end`; null at the end or when the visitor stopped it. */
  readonly problem: string | null;
}

/** Returns false to stop after this batch. */
export type BatchVisitor = (header: BatchHeader, position: number) => boolean | void;

const HEADER_WINDOW_BYTES = 16_384;
const LARGE_BATCH_BYTES = 8_192;
const CHECKED_WINDOW_BYTES = 262_144;

/** One window for all scans of the process: they are synchronous and never nest within one another's visits. */
let window = Buffer.alloc(0);

function windowOf(sizeBytes: number): Buffer {
  if (window.length < sizeBytes) window = Buffer.allocUnsafeSlow(sizeBytes);
  return window;
}

/** Frees what a single huge batch made the window grow to. */
function shrinkWindow(): void {
  if (window.length > CHECKED_WINDOW_BYTES) window = Buffer.alloc(0);
}

export function scanHeaders(file: DiskFile, from: number, end: number, visit: BatchVisitor): ScanEnd {
  const scratch = windowOf(HEADER_WINDOW_BYTES);
  let windowStart = 0;
  let windowBytes = 0;
  let position = from;
  // Where batches are large their neighbours' headers are far away: then only the header is read.
  let wantedBytes = HEADER_WINDOW_BYTES;
  while (position < end) {
    if (end - position < BATCH_HEADER_BYTES)
      return { position, problem: `only ${end - position} bytes are left` };
    if (position < windowStart || position + BATCH_HEADER_BYTES > windowStart + windowBytes) {
      windowStart = position;
      windowBytes = file.read(scratch.subarray(0, Math.min(wantedBytes, end - position)), position);
      if (windowBytes < BATCH_HEADER_BYTES) return { position, problem: 'the file is shorter than it was' };
    }
    const header = headerOrProblem(scratch, position - windowStart);
    if (typeof header === 'string') return { position, problem: header };
    const problem = lengthProblem(header, position, end);
    if (problem !== null) return { position, problem };
    const goOn = visit(header, position);
    position += header.sizeBytes;
    if (goOn === false) break;
    wantedBytes = header.sizeBytes > LARGE_BATCH_BYTES ? BATCH_HEADER_BYTES : HEADER_WINDOW_BYTES;
  }
  return { position, problem: null };
}

export const NO_END = Number.POSITIVE_INFINITY;

export interface RecoveryLimits {
  /** Compaction takes batches away; any other log has no gaps in its offsets. */
  readonly allowsGaps: boolean;
  /** No offset of this file reaches it: the next file's base, NO_END for the last one. */
  readonly endOffset: number;
}

/**
 * Reads a whole file and checks each batch's checksum. That does not cover the base offset, which therefore must follow
 * from the batch before; after a gap the batch behind must agree. A batch is visited when it has been found good.
 */
export function scanChecked(
  file: DiskFile,
  end: number,
  limits: RecoveryLimits & { readonly firstOffset: number },
  visit: BatchVisitor,
): ScanEnd {
  let windowStart = 0;
  let windowBytes = 0;
  let position = 0;
  const fill = (needed: number): boolean => {
    if (position >= windowStart && position + needed <= windowStart + windowBytes) return true;
    windowStart = position;
    const wanted = Math.min(Math.max(needed, CHECKED_WINDOW_BYTES), end - position);
    windowBytes = file.read(windowOf(wanted).subarray(0, wanted), position);
    return windowBytes >= needed;
  };
  const chain = new OffsetChain(limits, visit);
  try {
    while (position < end) {
      if (end - position < BATCH_HEADER_BYTES)
        return chain.end(position, `only ${end - position} bytes are left`);
      if (!fill(BATCH_HEADER_BYTES)) return chain.end(position, 'the file is shorter than it was');
      const header = headerOrProblem(window, position - windowStart);
      if (typeof header === 'string') return chain.end(position, header);
      const problem = lengthProblem(header, position, end);
      if (problem !== null) return chain.end(position, problem);
      if (!fill(header.sizeBytes)) return chain.end(position, 'the file is shorter than it was');
      if (!crcIsValid(window, position - windowStart, header.sizeBytes))
        return chain.end(position, 'the checksum does not match');
      const stop = chain.next(header, position);
      if (stop !== null) return stop;
      position += header.sizeBytes;
    }
    return chain.end(position, null);
  } finally {
    shrinkWindow();
  }
}

/** Batches whose checksums are right, in the order of the file; the newest waits for its witness when it follows a gap. */
class OffsetChain {
  readonly #limits: RecoveryLimits;
  readonly #visit: BatchVisitor;
  #nextOffset: number;
  #waiting: { readonly header: BatchHeader; readonly position: number } | null = null;

  constructor(limits: RecoveryLimits & { readonly firstOffset: number }, visit: BatchVisitor) {
    this.#limits = limits;
    this.#visit = visit;
    this.#nextOffset = limits.firstOffset;
  }

  /** Null to go on. */
  next(header: BatchHeader, position: number): ScanEnd | null {
    const waiting = this.#waiting;
    if (header.baseOffset < this.#nextOffset) {
      if (waiting !== null) return misplaced(waiting.header, waiting.position);
      return { position, problem: `base offset ${header.baseOffset} where ${this.#nextOffset} must follow` };
    }
    if (waiting !== null && this.#visit(waiting.header, waiting.position) === false)
      return { position, problem: null };
    this.#waiting = null;
    const isInPlace = header.baseOffset === this.#nextOffset;
    if (!isInPlace && header.lastOffset >= this.#limits.endOffset) return misplaced(header, position);
    this.#nextOffset = header.lastOffset + 1;
    if (!isInPlace) this.#waiting = { header, position };
    else if (this.#visit(header, position) === false)
      return { position: position + header.sizeBytes, problem: null };
    return null;
  }

  /** Nothing good comes at `position`, for this reason; null at the end of the file. */
  end(position: number, problem: string | null): ScanEnd {
    const waiting = this.#waiting;
    if (waiting === null) return { position, problem };
    const { allowsGaps, endOffset } = this.#limits;
    if (!allowsGaps && endOffset === NO_END) return misplaced(waiting.header, waiting.position);
    this.#visit(waiting.header, waiting.position);
    return { position, problem };
  }
}

function misplaced({ baseOffset, lastOffset }: BatchHeader, position: number): ScanEnd {
  return { position, problem: `its offsets ${baseOffset} to ${lastOffset} do not fit those around it` };
}

function lengthProblem(header: BatchHeader, position: number, end: number): string | null {
  if (position + header.sizeBytes <= end) return null;
  return `a batch of ${header.sizeBytes} bytes of which only ${end - position} are there`;
}
