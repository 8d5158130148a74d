/**
 * One process of the product and its life: starting -> running -> (died) backing-off -> starting ... -> stopped.
 *
 * It counts as running once its health address answers 200. A death is answered by a restart after a back-off, for
 * ever; only `stop` ends that. One that runs but does not answer any more (not-answering) is killed after a while, so that
 * it is started again like any other; whatever it answers, also that it is fenced, is an answer. Each process is the
 * leader of a group of its own, so that a Ctrl-C at the terminal reaches the supervisor alone, which then ends the
 * processes in order; they end by themselves when it is gone.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { LogFile } from './log-file.ts';
import { decideRestart } from './plan/back-off.ts';
import type { ProcessPlan } from './plan/process-plan.ts';
import { decideSilence, patience, type SilenceLimits, silentSeconds } from './plan/silence.ts';
import type { ProcessState, ProcessStatus } from './status-file.ts';

const askForHealthEveryMs = 100;
/** While it starts: the first answer of a machine that is busy or slow takes seconds, and asking anew would begin it anew. */
const healthAnswerWithinMs = 10_000;

export interface ProcessSurroundings {
  /** Absolute path of the clone; the process's working directory. */
  readonly root: string;
  readonly logDirectory: string;
  /** Called before each start, so that what it needs is there again even where somebody removed it. */
  readonly beforeStart: (process: SupervisedProcess) => void;
  /** Called after every change of state. */
  readonly onChange: (process: SupervisedProcess) => void;
  /** One line for the person at the terminal. */
  readonly say: (line: string) => void;
  /** Default: `patience`. */
  readonly silence?: SilenceLimits;
}

export class SupervisedProcess {
  readonly plan: ProcessPlan;
  readonly log: LogFile;
  readonly #surroundings: ProcessSurroundings;
  #child: ChildProcess | null = null;
  #state: ProcessState = 'stopped';
  #since = new Date();
  #startedAt = 0;
  #restarts = 0;
  #deathsInARow = 0;
  #lastExit: ProcessStatus['lastExit'] = null;
  #stopping = false;
  #timer: NodeJS.Timeout | null = null;
  #wasUp = false;
  #lastProbe = 'it was not asked yet';

  constructor(plan: ProcessPlan, surroundings: ProcessSurroundings) {
    this.plan = plan;
    this.#surroundings = surroundings;
    this.log = new LogFile(path.join(surroundings.logDirectory, `${plan.name}.log`));
  }

  get status(): ProcessStatus {
    return {
      name: this.plan.name,
      pid: this.#child?.pid ?? null,
      state: this.#state,
      restarts: this.#restarts,
      since: this.#since.toISOString(),
      lastExit: this.#lastExit,
    };
  }

  /** Died before it ever served: the start as a whole has failed. */
  get failedAtFirst(): boolean {
    return !this.#wasUp && this.#lastExit !== null;
  }

  /** What came of the last question whether it is ready, in words. */
  get lastProbe(): string {
    return this.#lastProbe;
  }

  start(): void {
    const { root } = this.#surroundings;
    const guard = pathToFileURL(path.join(root, 'dist', 'exit-with-parent.mjs')).href;
    this.#startedAt = performance.now();
    this.#surroundings.beforeStart(this);
    const child = spawn(process.execPath, ['--import', guard, ...this.plan.args], {
      cwd: root,
      env: { ...this.plan.defaults, ...process.env, ...this.plan.environment, AQUILA_SUPERVISED: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.#child = child;
    this.log.write(`--- ${new Date().toISOString()} started as process ${child.pid ?? '?'}\n`);
    child.stdout?.on('data', (chunk: Buffer) => this.log.write(chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.log.write(chunk));
    child.on('error', (error) => this.log.write(`--- cannot be started: ${error.message}\n`));
    child.once('close', (code, signal) => this.#ended(code, signal));
    this.#become('starting');
    if (this.plan.healthUrl === null) this.#up();
    else void this.#watchHealth(child, this.plan.healthUrl);
  }

  /** Asks the process to end, then insists. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const child = this.#child;
    if (child !== null) {
      const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
      const insist = setTimeout(() => child.kill('SIGKILL'), this.plan.stopWithinMs);
      child.kill('SIGTERM');
      await gone;
      clearTimeout(insist);
    }
    this.#become('stopped');
    this.log.close();
  }

  killAtOnce(): void {
    this.#child?.kill('SIGKILL');
  }

  #become(state: ProcessState): void {
    this.#state = state;
    this.#since = new Date();
    this.#surroundings.onChange(this);
  }

  #up(): void {
    if (this.#wasUp) {
      this.#surroundings.say(`${this.plan.name} is up again (process ${this.#child?.pid ?? '?'}).`);
    }
    this.#wasUp = true;
    this.#become('running');
    const child = this.#child;
    if (child !== null && this.plan.healthUrl !== null) void this.#watchSilence(child, this.plan.healthUrl);
  }

  async #watchHealth(child: ChildProcess, url: string): Promise<void> {
    while (this.#child === child && this.#state === 'starting') {
      this.#lastProbe = await probe(url);
      if (this.#lastProbe === readyAnswer && this.#child === child && this.#state === 'starting') this.#up();
      else await pause(askForHealthEveryMs);
    }
  }

  async #watchSilence(child: ChildProcess, url: string): Promise<void> {
    const limits = this.#surroundings.silence ?? patience;
    const isWatched = (): boolean => this.#child === child && !this.#stopping;
    let unanswered = 0;
    while (isWatched()) {
      const askedMs = performance.now();
      const isSilent = await saysNothing(url, limits.answerWithinMs);
      if (!isWatched()) return;
      unanswered = isSilent ? unanswered + 1 : 0;
      if (isSilent) this.#unanswered(child, unanswered, limits);
      else if (this.#state === 'not-answering') this.#answersAgain();
      await pause(Math.max(0, askedMs + limits.askEveryMs - performance.now()), undefined, { ref: false });
    }
  }

  #unanswered(child: ChildProcess, times: number, limits: SilenceLimits): void {
    const { name } = this.plan;
    const seconds = silentSeconds(times, limits);
    switch (decideSilence(times, limits)) {
      case 'wait':
        return;
      case 'say': {
        const givenUp = silentSeconds(limits.endedAfter, limits);
        this.#surroundings.say(
          `${name} (process ${child.pid ?? '?'}) runs but has not answered for ${seconds} s; after ${givenUp} s it is killed and started again.`,
        );
        this.log.write(`--- ${new Date().toISOString()} has not answered for ${seconds} s\n`);
        return this.#become('not-answering');
      }
      case 'end':
        this.log.write(`--- ${new Date().toISOString()} has not answered for ${seconds} s: killed\n`);
        child.kill('SIGKILL');
    }
  }

  #answersAgain(): void {
    this.#surroundings.say(`${this.plan.name} answers again.`);
    this.log.write(`--- ${new Date().toISOString()} answers again\n`);
    this.#become('running');
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.#child = null;
    this.#lastExit = { code, signal, at: new Date().toISOString() };
    const how = signal === null ? `with status ${code ?? '?'}` : `by ${signal}`;
    this.log.write(`--- ${new Date().toISOString()} ended ${how}\n`);
    if (this.#stopping) return;
    const { delayMs, deathsInARow } = decideRestart(this.#deathsInARow, performance.now() - this.#startedAt);
    this.#deathsInARow = deathsInARow;
    if (this.#wasUp)
      this.#surroundings.say(
        `${this.plan.name} ended ${how}; it is started again in ${delayMs / 1000} s. Its log: ${this.log.path}`,
      );
    this.#become('backing-off');
    this.#timer = setTimeout(() => {
      this.#restarts += 1;
      this.start();
    }, delayMs);
  }
}

const readyAnswer = 'it is ready';

/** One question of a process that starts: what it answers, or why it does not. */
async function probe(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(healthAnswerWithinMs) });
    const body = (await response.text()).slice(0, 200);
    return response.status === 200 ? readyAnswer : `status ${response.status}: ${body}`;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      return `no answer within ${healthAnswerWithinMs / 1000} s`;
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/**
 * Nothing came back in time. A connection that is refused or broken is no silence: who hangs does neither, and a process that many
 * have connected to may turn this one question away.
 */
async function saysNothing(url: string, withinMs: number): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
    await response.arrayBuffer();
    return false;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError';
  }
}
