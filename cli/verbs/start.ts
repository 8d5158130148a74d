/**
 * `start`: the whole product. In the foreground this process is the supervisor; in the background it starts one that
 * is, waits until that is up or has failed, and shows the same banner. The banner travels over a channel between the two
 * and never through a log file, since it may hold secrets that are shown once.
 */
import { fork, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import path from 'node:path';
import { productVersion } from '../command-context.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError } from '../command-error.ts';
import type { PreparedConsole } from '../../console/services/first-run.ts';
import type { FirstRunAnswer } from '../first-run.ts';
import { environmentOf, startOptionRows } from '../options/start-options.ts';
import type { StartOptions } from '../options/start-options.ts';
import { readStartOptions } from '../read-start-options.ts';
import { recordedCluster } from '../supervisor/cluster-record.ts';
import { logDirectory, ownerOf, takeDataDirectory } from '../supervisor/data-directory.ts';
import { planCluster } from '../supervisor/plan/bundled-cluster.ts';
import type { BundledCluster } from '../supervisor/plan/bundled-cluster.ts';
import { banner } from '../supervisor/plan/banner.ts';
import { planProcesses } from '../supervisor/plan/process-plan.ts';
import { checkPorts } from '../supervisor/ports.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import type { Verb } from '../verb.ts';

type BackgroundReport = { readonly up: string } | { readonly failed: string; readonly exitStatus: number };

/** Database, first administrator and topic token, made by a process of its own that then gives its memory back. */
function firstRun(context: CommandContext, options: StartOptions): Promise<PreparedConsole> {
  return new Promise((resolve, reject) => {
    const child = fork(path.join(context.root, 'dist', 'first-run.mjs'), {
      cwd: context.root,
      env: { ...process.env, ...environmentOf(options) },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let answer: FirstRunAnswer | null = null;
    child.once('message', (message) => {
      answer = message as FirstRunAnswer;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (answer === null)
        reject(new CommandError(`preparing the console's database failed (status ${code ?? 'none'}).`));
      else if ('problem' in answer) reject(new CommandError(answer.problem));
      else resolve(answer);
    });
  });
}

/** Resolves with the signal that asks to stop; a second one ends everything at once. */
function askedToStop(supervisor: Supervisor): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked && signal !== 'SIGHUP') {
        supervisor.killAtOnce();
        process.exit(1);
      }
      asked = true;
      resolve(signal);
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}

async function bringUp(
  supervisor: Supervisor,
  context: CommandContext,
  options: StartOptions,
  cluster: BundledCluster | null,
): Promise<PreparedConsole> {
  if (cluster !== null) supervisor.writeBrokerFiles(cluster);
  supervisor.start((name) => name.startsWith('broker-'));
  const answer = await firstRun(context, options);
  for (const warning of answer.warnings) context.say(`warning: ${warning}`);
  supervisor.start(() => true);
  await supervisor.waitUntilUp();
  return answer;
}

async function inForeground(context: CommandContext): Promise<number> {
  const { options, warnings } = readStartOptions(context);
  for (const warning of warnings) context.say(`warning: ${warning}`);
  const { data, brokers } = options;
  const recorded = recordedCluster(data);
  const cluster = brokers === 0 ? null : planCluster({ data, recorded, brokers });
  const version = productVersion(context.root);
  const giveBack = takeDataDirectory(options.data, version);
  try {
    await checkPorts(options);
    const hotReload = context.argv.includes('--hot-reload');
    const plans = planProcesses(options, { root: context.root, hotReload });
    const supervisor = new Supervisor({ root: context.root, version, options, plans, say: context.say });
    const stopAsked = askedToStop(supervisor);
    try {
      const up = await Promise.race([bringUp(supervisor, context, options, cluster), stopAsked]);
      if (typeof up === 'object') {
        // Since this process began, so that the preparation of `npm start` counts.
        const seconds = performance.now() / 1000;
        const background = process.send !== undefined;
        report(context, banner({ version, options, seconds, background, ...up }));
        context.say(`(${await stopAsked}: stopping)`);
      }
    } finally {
      await supervisor.stop();
    }
    return 0;
  } finally {
    giveBack();
  }
}

function report(context: CommandContext, text: string): void {
  if (process.send === undefined) context.print(text);
  else sendReport({ up: text });
}

function sendReport(message: BackgroundReport): void {
  // The starter leaves as soon as it has the message; that is no reason for the supervisor to do so.
  process.send?.(message, () => {
    if (process.connected) process.disconnect();
  });
}

async function inBackground(context: CommandContext): Promise<number> {
  const { options } = readStartOptions(context);
  const owner = ownerOf(options.data);
  if (owner !== null)
    throw new CommandError(`already running as process ${owner.pid} (data directory ${options.data}).`);
  const giveBack = takeDataDirectory(options.data, productVersion(context.root));
  giveBack();
  const log = openSync(path.join(logDirectory(options.data), 'supervisor.log'), 'a', 0o600);
  const child = spawn(
    process.execPath,
    [path.join(context.root, 'bin', 'aquila'), 'start', '--foreground', ...context.argv],
    {
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
      env: process.env,
    },
  );
  const outcome = await new Promise<BackgroundReport>((resolve) => {
    child.once('message', (message) => resolve(message as BackgroundReport));
    child.once('error', (error) => resolve({ failed: error.message, exitStatus: 1 }));
    child.once('close', (code) =>
      resolve({
        failed: `the supervisor ended; see ${options.data}/logs/supervisor.log`,
        exitStatus: code ?? 1,
      }),
    );
  });
  child.unref();
  if (child.connected) child.disconnect();
  if ('up' in outcome) {
    context.print(outcome.up);
    return 0;
  }
  throw new CommandError(outcome.failed, outcome.exitStatus === 2 ? 2 : 1);
}

export const start: Verb = {
  name: 'start',
  usage: '[options]',
  summary: 'start broker, demo workload and console in the background',
  details: [
    ...startOptionRows.map(
      (row) =>
        `  ${`${row.flag}${'value' in row ? ` ${row.value}` : ''}`.padEnd(28)}${row.meaning} [${row.variable}]`,
    ),
    `  ${'--foreground'.padEnd(28)}stay in the foreground, as "npm start" does; Ctrl-C stops`,
  ],
  async run(context) {
    if (!context.argv.includes('--foreground')) return inBackground(context);
    try {
      return await inForeground(context);
    } catch (error) {
      if (error instanceof CommandError && process.send !== undefined) {
        sendReport({ failed: error.message, exitStatus: error.exitStatus });
      }
      throw error;
    }
  },
};
