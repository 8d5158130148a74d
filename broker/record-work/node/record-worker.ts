/** The thread's program: takes one job, does it, answers, and waits for the next. See worker-threads.ts for who starts it. */
import { parentPort } from 'node:worker_threads';
import { maxRecordsBytes } from '../../../protocol/records/decompression-limits.ts';
import { zstdMemoryBytes } from '../../../protocol/records/zstd.ts';
import { ProtocolError } from '../../../protocol/wire/protocol-error.ts';
import { runRecordJob, type RecordJob } from '../record-work.ts';
import { answerOf, unpackJob, type WorkerAnswer, type WorkerReply } from '../worker-messages.ts';

function perform(job: RecordJob): WorkerAnswer {
  try {
    return answerOf(job, runRecordJob(job, maxRecordsBytes));
  } catch (error) {
    if (error instanceof ProtocolError) return { kind: 'unreadable' };
    throw error;
  }
}

parentPort?.on('message', (message: RecordJob) => {
  const answer = perform(unpackJob(message));
  const reply: WorkerReply = { answer, retainedBytes: zstdMemoryBytes() };
  const bytes = 'bytes' in answer ? answer.bytes : null;
  // Small buffers are views into a pool that others share; only what owns its memory can be handed over.
  const isWhole = bytes !== null && bytes.byteLength === bytes.buffer.byteLength;
  parentPort?.postMessage(reply, isWhole ? [bytes.buffer as ArrayBuffer] : []);
});
