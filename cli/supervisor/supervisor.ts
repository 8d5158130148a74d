/**
 * Starts the processes of the product, keeps them running, and ends them: demo and console first, then the brokers
 * they talk to, all of it within ten seconds.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CommandError } from '../command-error.ts';
import type { StartOptions } from '../options/start-options.ts';
import { recordCluster } from './cluster-record.ts';
import { logDirectory } from './data-directory.ts';
import { lastLines } from './log-file.ts';
import type { BundledCluster } from './plan/bundled-cluster.ts';
import { consoleUrl } from './plan/process-plan.ts';
import type { ProcessPlan } from './plan/process-plan.ts';
import { brokerDirectory, serverProperties } from './plan/server-properties.ts';
import type { SilenceLimits } from './plan/silence.ts';
import { removeStatus, writeStatus } from './status-file.ts';
import { SupervisedProcess } from './supervised-process.ts';

/** How long everything may take to be ready for the first time. */
const patienceAtStartMs = 60_000;

export interface SupervisorSettings {
  readonly root: string;
  readonly version: string;
  readonly options: StartOptions;
  readonly plans: readonly ProcessPlan[];
  readonly say: (line: string) => void;
  /** How long a process may be silent; for tests. */
  readonly silence?: SilenceLimits;
  /** Default: a minute. */
  readonly upWithinMs?: number;
}

export class Supervisor {
  readonly #settings: SupervisorSettings;
  readonly #startedAt = new Date().toISOString();
  readonly #processes: SupervisedProcess[];
  #cluster: BundledCluster | null = null;
  #onChange: (() => void) | null = null;
  #ending: Promise<void> | null = null;

  constructor(settings: SupervisorSettings) {
    this.#settings = settings;
    this.#processes = settings.plans.map(
      (plan) =>
        new SupervisedProcess(plan, {
          root: settings.root,
          logDirectory: logDirectory(settings.options.data),
          beforeStart: ({ plan: { name } }) => this.#writeAgain(name),
          onChange: () => this.#changed(),
          say: settings.say,
          ...(settings.silence !== undefined && { silence: settings.silence }),
        }),
    );
  }

  /** Records which brokers vote, then makes each broker's properties anew from the options, as at every start. */
  writeBrokerFiles(cluster: BundledCluster): void {
    recordCluster(this.#settings.options.data, cluster);
    this.#cluster = cluster;
    for (let nodeId = 0; nodeId < cluster.brokers; nodeId += 1) this.#writeProperties(cluster, nodeId);
  }

  #writeProperties(cluster: BundledCluster, nodeId: number): void {
    const { options } = this.#settings;
    const directory = brokerDirectory(options.data, nodeId);
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, 'server.properties'), serverProperties(options, cluster, nodeId));
  }

  /** A broker whose whole directory was removed starts again on an empty disk; the others have its data. */
  #writeAgain(name: string): void {
    const nodeId = /^broker-(\d+)$/.exec(name)?.[1];
    if (nodeId === undefined || this.#cluster === null) return;
    try {
      this.#writeProperties(this.#cluster, Number(nodeId));
    } catch (error) {
      this.#settings.say(`the properties of ${name} cannot be written: ${(error as Error).message}`);
    }
  }

  /** Starts those processes whose name passes; they come up in the background. */
  start(passes: (name: string) => boolean): void {
    for (const process of this.#processes) {
      if (passes(process.plan.name) && process.status.state === 'stopped') process.start();
    }
  }

  /** @throws CommandError with the end of the log when a process dies before it ever served, or nothing answers */
  async waitUntilUp(): Promise<void> {
    const { upWithinMs = patienceAtStartMs } = this.#settings;
    const deadline = performance.now() + upWithinMs;
    for (;;) {
      const failed = this.#processes.find((process) => process.failedAtFirst);
      if (failed !== undefined) throw this.#couldNotStart(failed, 'ended before it was ready');
      const waiting = this.#processes.find((process) => process.status.state !== 'running');
      if (waiting === undefined) return;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) {
        const words = `is not ready after ${upWithinMs / 1000} s: asked at ${waiting.plan.healthUrl ?? '?'}, ${waiting.lastProbe}`;
        throw this.#couldNotStart(waiting, words);
      }
      await this.#nextChange(leftMs);
    }
  }

  #couldNotStart(process: SupervisedProcess, what: string): CommandError {
    const end = lastLines(process.log.path, 12);
    return new CommandError(`${process.plan.name} ${what}. The end of ${process.log.path}:\n\n${end}\n`);
  }

  #nextChange(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#onChange = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #changed(): void {
    const { options, version } = this.#settings;
    try {
      writeStatus(options.data, {
        supervisorPid: process.pid,
        version,
        startedAt: this.#startedAt,
        consoleUrl: consoleUrl(options),
        processes: this.#processes.map(({ status }) => status),
      });
    } catch (error) {
      // A full disk: the processes matter more than the page about them.
      this.#settings.say(`the status file cannot be written: ${(error as Error).message}`);
    }
    this.#onChange?.();
  }

  /** Ends everything. Called again while that is going on, it waits for the same end. */
  stop(): Promise<void> {
    this.#ending ??= this.#stopInOrder();
    return this.#ending;
  }

  async #stopInOrder(): Promise<void> {
    const isBroker = ({ plan }: SupervisedProcess): boolean => plan.name.startsWith('broker-');
    await Promise.all(
      this.#processes.filter((process) => !isBroker(process)).map((process) => process.stop()),
    );
    await Promise.all(this.#processes.filter(isBroker).map((process) => process.stop()));
    removeStatus(this.#settings.options.data);
  }

  killAtOnce(): void {
    for (const process of this.#processes) process.killAtOnce();
  }
}
