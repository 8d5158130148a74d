/**
 * What the threads are sent and what they answer. Bytes cross in buffers of their own, which are handed over and not
 * copied again; headers, configuration and errors cross as plain values.
 */
import type { AppendRefusal, CheckedBatch } from '../log/append-checks.ts';
import type { CheckOutcome, RecordJob } from './record-work.ts';

export type WorkerAnswer =
  | { readonly kind: 'refused'; readonly refusal: AppendRefusal }
  /** `bytes` is null when the records are stored as they came. */
  | { readonly kind: 'checked'; readonly bytes: Uint8Array | null; readonly batches: readonly CheckedBatch[] }
  | { readonly kind: 'converted'; readonly bytes: Uint8Array }
  /** Stored batches that cannot be read. */
  | { readonly kind: 'unreadable' };

export interface WorkerReply {
  readonly answer: WorkerAnswer;
  /** Memory that the thread cannot give back while it lives. */
  readonly retainedBytes: number;
}

/** The job with bytes that belong to nobody else, and what is to be handed over. */
export function packJob(job: RecordJob): { readonly message: RecordJob; readonly transfer: ArrayBuffer[] } {
  // A view would be sent with all that it is a view of.
  const own = new Uint8Array(job.bytes.length);
  own.set(job.bytes);
  return { message: { ...job, bytes: own as Buffer }, transfer: [own.buffer] };
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function unpackJob(message: RecordJob): RecordJob {
  return { ...message, bytes: asBuffer(message.bytes) };
}

export function answerOf(job: RecordJob, result: Buffer | CheckOutcome): WorkerAnswer {
  if (result instanceof Uint8Array) return { kind: 'converted', bytes: result };
  if ('errorCode' in result) return { kind: 'refused', refusal: result };
  const { records, batches } = result;
  return { kind: 'checked', batches, bytes: records === job.bytes ? null : records };
}

/** The result of `job`; null when what is stored cannot be read. */
export function resultOf(job: RecordJob, answer: WorkerAnswer): Buffer | CheckOutcome | null {
  switch (answer.kind) {
    case 'refused':
      return answer.refusal;
    case 'checked':
      return {
        records: answer.bytes === null ? job.bytes : asBuffer(answer.bytes),
        batches: answer.batches,
      };
    case 'converted':
      return asBuffer(answer.bytes);
    case 'unreadable':
      return null;
  }
}
