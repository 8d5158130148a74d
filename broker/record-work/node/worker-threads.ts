/**
 * A few threads that work on records, one job each at a time; what comes meanwhile waits in one queue, in order.
 *
 * Bounded: threads, waiting bytes, the time of one job, the memory of a thread (a limit on its heap; and one that keeps
 * much after its job is replaced, because the memory of WebAssembly never shrinks). A thread that dies takes its job
 * with it, no other, and the next job starts another. Idle threads end.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Logger } from '../../platform/logger.ts';
import type { CancelTimer, Timers } from '../../platform/platform.ts';
import type { CheckOutcome, RecordJob } from '../record-work.ts';
import { packJob, resultOf, type WorkerReply } from '../worker-messages.ts';

export interface WorkerThreadsOptions {
  readonly timers: Timers;
  readonly logger: Logger;
  readonly maxThreads: number;
  /** Bytes of jobs that wait; one more job is refused. */
  readonly maxWaitingBytes?: number;
  readonly jobTimeoutMs?: number;
  readonly idleMs?: number;
  /** A thread that keeps more than this after its job ends. */
  readonly maxRetainedBytes?: number;
  /** The thread's program; another one in tests. */
  readonly program?: URL;
}

const DEFAULTS = {
  maxWaitingBytes: 268_435_456,
  jobTimeoutMs: 30_000,
  idleMs: 10_000,
  maxRetainedBytes: 33_554_432,
};
const HEAP_LIMIT_MIB = 192;

/** Why a job was not done. None of these is its own fault: it may be tried again. */
export class WorkNotDone extends Error {
  override readonly name = 'WorkNotDone';
}

interface Task {
  readonly job: RecordJob;
  readonly resolve: (result: Buffer | CheckOutcome | null) => void;
  readonly reject: (reason: WorkNotDone) => void;
}

interface Thread {
  readonly worker: Worker;
  task: Task | null;
  cancelTimer: CancelTimer;
}

export class WorkerThreads {
  readonly #options: WorkerThreadsOptions & typeof DEFAULTS;
  readonly #waiting: Task[] = [];
  readonly #threads = new Set<Thread>();
  #waitingBytes = 0;
  #stopped = false;

  constructor(options: WorkerThreadsOptions) {
    this.#options = { ...DEFAULTS, ...options };
  }

  get threadCount(): number {
    return this.#threads.size;
  }

  /** Null when stored batches cannot be read. Rejects with WorkNotDone. */
  run(job: RecordJob): Promise<Buffer | CheckOutcome | null> {
    if (this.#stopped) return Promise.reject(new WorkNotDone('the broker stops'));
    const { length } = job.bytes;
    if (this.#waiting.length > 0 && this.#waitingBytes + length > this.#options.maxWaitingBytes)
      return Promise.reject(new WorkNotDone('too many records wait to be checked'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
      this.#waitingBytes += length;
      this.#pump();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const stopping = new WorkNotDone('the broker stops');
    for (const { reject } of this.#waiting.splice(0)) reject(stopping);
    this.#waitingBytes = 0;
    await Promise.all([...this.#threads].map((thread) => this.#end(thread, stopping)));
  }

  #pump(): void {
    while (this.#waiting.length > 0 && !this.#stopped) {
      const thread = this.#freeThread();
      if (thread === null) return;
      const task = this.#waiting.shift();
      if (task === undefined) return;
      this.#waitingBytes -= task.job.bytes.length;
      if (thread instanceof WorkNotDone) task.reject(thread);
      else this.#give(thread, task);
    }
  }

  /** Null when all are busy. */
  #freeThread(): Thread | WorkNotDone | null {
    for (const thread of this.#threads) if (thread.task === null) return thread;
    if (this.#threads.size >= this.#options.maxThreads) return null;
    try {
      return this.#startThread();
    } catch (error) {
      this.#options.logger.error('A thread that works on records could not be started.', error);
      return new WorkNotDone('no thread could be started');
    }
  }

  #give(thread: Thread, task: Task): void {
    const { timers, jobTimeoutMs } = this.#options;
    thread.task = task;
    thread.cancelTimer();
    thread.cancelTimer = timers.after(jobTimeoutMs, () => {
      const reason = new WorkNotDone(`it took longer than ${String(jobTimeoutMs)} ms`);
      void this.#end(thread, reason).then(() => this.#pump());
    });
    const { message, transfer } = packJob(task.job);
    thread.worker.postMessage(message, transfer);
  }

  #startThread(): Thread {
    const worker = startWorker(this.#options.program ?? PROGRAM);
    worker.unref();
    const thread: Thread = { worker, task: null, cancelTimer: () => undefined };
    this.#threads.add(thread);
    worker.on('message', (reply: WorkerReply) => this.#replied(thread, reply));
    worker.on('error', (error) => {
      if (this.#threads.has(thread))
        this.#options.logger.error('A thread that works on records failed.', error);
    });
    worker.on('exit', () => {
      if (!this.#threads.has(thread)) return;
      void this.#end(thread, new WorkNotDone('the thread that did it has died'));
      this.#pump();
    });
    return thread;
  }

  #replied(thread: Thread, { answer, retainedBytes }: WorkerReply): void {
    const { task } = thread;
    if (task === null) return;
    thread.task = null;
    thread.cancelTimer();
    task.resolve(resultOf(task.job, answer));
    const end = (): void => void this.#end(thread, new WorkNotDone('the thread ends'));
    if (retainedBytes > this.#options.maxRetainedBytes) end();
    else thread.cancelTimer = this.#options.timers.after(this.#options.idleMs, end);
    this.#pump();
  }

  /** Takes the thread out and refuses what it was doing. */
  async #end(thread: Thread, reason: WorkNotDone): Promise<void> {
    this.#threads.delete(thread);
    thread.cancelTimer();
    const { task } = thread;
    thread.task = null;
    task?.reject(reason);
    await thread.worker.terminate();
  }
}

const PROGRAM = new URL(
  import.meta.url.endsWith('.ts') ? './record-worker.ts' : './record-worker.mjs',
  import.meta.url,
);

/** A program in TypeScript, as when run from the sources, needs a loader, which a thread does not inherit. */
function startWorker(program: URL): Worker {
  const options = {
    name: 'aquila-records',
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MIB },
  };
  if (!program.pathname.endsWith('.ts')) return new Worker(program, options);
  // The form for `require` is what can be found from here; beside it lies the one for `import`.
  const found = createRequire(import.meta.url).resolve('tsx/esm/api');
  const loader = pathToFileURL(found.replace(/\.cjs$/, '.mjs')).href;
  const load = `import('${loader}').then(({ register }) => (register(), import('${program.href}')))`;
  return new Worker(load, { ...options, eval: true });
}
