/**
 * Record work as a broker does it: quick jobs at once, the others on threads. Whatever happens to a thread, each check ends
 * in an outcome; records that could not be checked are refused with an error that clients answer by trying again.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { LegacyMagic } from '../../protocol/records/legacy-message.ts';
import { OutputLimitError } from '../../protocol/records/output-limit-error.ts';
import { ProtocolError } from '../../protocol/wire/protocol-error.ts';
import { checkBatches, isRefusal, refuse, type AppendContext } from '../log/append-checks.ts';
import { countProblem, isMessageSet, messageSizeProblem } from '../log/record-checks.ts';
import { isQuick, quickOutputBytes } from './job-cost.ts';
import { runRecordJob, type CheckOutcome, type RecordJob, type RecordWork } from './record-work.ts';
import { WorkerThreads, WorkNotDone, type WorkerThreadsOptions } from './node/worker-threads.ts';

function runQuickly(job: RecordJob): Buffer | CheckOutcome {
  return runRecordJob(job, (compressedBytes) => quickOutputBytes(job, compressedBytes));
}

export class WorkerRecordWork implements RecordWork {
  readonly #threads: WorkerThreads;

  constructor(options: WorkerThreadsOptions) {
    this.#threads = new WorkerThreads(options);
  }

  get threadCount(): number {
    return this.#threads.threadCount;
  }

  check(records: Buffer, context: AppendContext): CheckOutcome | Promise<CheckOutcome> {
    const job = checkJob(records, context);
    if (!('kind' in job)) return job;
    if (isQuick(job)) {
      const outcome = runQuickly(job) as CheckOutcome;
      // It may only have been too large for here.
      if (!isRefusal(outcome) || outcome.errorCode !== ErrorCode.MESSAGE_TOO_LARGE) return outcome;
    }
    return this.#threads.run(job).then((result) => result as CheckOutcome, notChecked);
  }

  toMessageSet(
    bytes: Buffer,
    magic: LegacyMagic,
    startOffset: number,
  ): Buffer | null | Promise<Buffer | null> {
    const job: RecordJob = { kind: 'down-convert', bytes, magic, startOffset };
    if (isQuick(job)) {
      try {
        return runQuickly(job) as Buffer;
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        if (!(error instanceof OutputLimitError)) return null;
      }
    }
    return this.#threads.run(job).then(
      (result) => result as Buffer | null,
      () => null,
    );
  }

  stop(): Promise<void> {
    return this.#threads.stop();
  }
}

/** What is left to do, or the outcome if all is done: headers and checksums are looked at here, they cost nothing. */
function checkJob(records: Buffer, context: AppendContext): RecordJob | CheckOutcome {
  if (context.origin === 'client' && isMessageSet(records)) {
    const tooLarge = messageSizeProblem(records, context.config);
    return tooLarge ?? { kind: 'message-set', bytes: records, context };
  }
  const headers = checkBatches(records, context);
  if (isRefusal(headers)) return headers;
  const [header] = headers;
  if (context.origin === 'client' && header !== undefined)
    return countProblem(header) ?? { kind: 'batch', bytes: records, header, context };
  return { records, batches: headers.map((each) => ({ header: each, maxTimestampMs: each.maxTimestampMs })) };
}

function notChecked(reason: unknown): CheckOutcome {
  const why = reason instanceof WorkNotDone ? reason.message : String(reason);
  return refuse(
    ErrorCode.REQUEST_TIMED_OUT,
    `The records could not be checked (${why}) and were not stored; try again.`,
  );
}
