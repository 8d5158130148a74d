/**
 * What the controller wants in the log, between `append` and its answer: calls that wait are proposed together, in
 * order and never a part of one, and each is answered when its last batch was told as committed.
 */
import { encodeRecordBatch } from '../../../protocol/records/encode-batch.ts';
import { MetadataLogFull, NotMetadataLeader } from './metadata-log.ts';
import { MAX_APPEND_BYTES } from './metadata-storage.ts';

/** Calls are gathered up to so many bytes; one that is larger goes alone. */
const GATHERED_BYTES = 4_194_304;

interface AppendCall {
  readonly epoch: number;
  readonly batches: Buffer;
  readonly recordCount: number;
  baseOffset: number;
  readonly resolve: (baseOffset: number) => void;
  readonly reject: (reason: Error) => void;
}

export class AppendQueue {
  #waiting: AppendCall[] = [];
  /** Being written. */
  #gathered: readonly AppendCall[] = [];
  /** In the log, by offset. */
  #uncommitted: AppendCall[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Rejects with NotMetadataLeader or MetadataLogFull later; throws RangeError for what can never be appended. */
  add(epoch: number, batches: readonly (readonly Buffer[])[], timestampMs: number): Promise<number> {
    const encoded = batches.map((values) => {
      return encodeRecordBatch({ records: values.map((value) => ({ key: null, value })), timestampMs });
    });
    const whole = Buffer.concat(encoded);
    if (whole.length === 0) throw new RangeError('an append holds at least one batch');
    if (whole.length > MAX_APPEND_BYTES) {
      throw new RangeError(`${String(whole.length)} bytes at once are more than the metadata log takes`);
    }
    const recordCount = batches.reduce((sum, values) => sum + values.length, 0);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ epoch, batches: whole, recordCount, baseOffset: -1, resolve, reject });
    });
  }

  /** What is to be proposed next in `epoch`; null when nothing is. */
  gather(epoch: number): Buffer | null {
    const stale = this.#waiting.filter((call) => call.epoch !== epoch);
    if (stale.length > 0) {
      this.#waiting = this.#waiting.filter((call) => call.epoch === epoch);
      rejectAll(stale, notLeader());
    }
    let count = 0;
    let bytes = 0;
    for (const { batches } of this.#waiting) {
      if (count > 0 && bytes + batches.length > GATHERED_BYTES) break;
      bytes += batches.length;
      count++;
    }
    if (count === 0) return null;
    this.#gathered = this.#waiting.splice(0, count);
    const [first] = this.#gathered;
    return count === 1 && first !== undefined
      ? first.batches
      : Buffer.concat(this.#gathered.map(({ batches }) => batches));
  }

  /** What was gathered is in the log from `baseOffset` on. */
  appended(baseOffset: number): void {
    let offset = baseOffset;
    for (const call of this.#gathered) {
      call.baseOffset = offset;
      offset += call.recordCount;
      this.#uncommitted.push(call);
    }
    this.#gathered = [];
  }

  /** Nothing of what was gathered was written. */
  refused(problem: string): void {
    const calls = this.#gathered;
    this.#gathered = [];
    rejectAll(calls, new MetadataLogFull(problem));
  }

  told(offset: number): void {
    for (let call = this.#uncommitted[0]; call !== undefined; call = this.#uncommitted[0]) {
      if (call.baseOffset + call.recordCount > offset) return;
      this.#uncommitted.shift();
      call.resolve(call.baseOffset);
    }
  }

  /** This node leads no more. */
  lost(reason: Error = notLeader()): void {
    const calls = [...this.#uncommitted, ...this.#gathered, ...this.#waiting];
    this.#uncommitted = [];
    this.#gathered = [];
    this.#waiting = [];
    rejectAll(calls, reason);
  }
}

export function notLeader(): NotMetadataLeader {
  return new NotMetadataLeader('this node does not lead the metadata log (any more)');
}

function rejectAll(calls: readonly AppendCall[], reason: Error): void {
  for (const call of calls) call.reject(reason);
}
