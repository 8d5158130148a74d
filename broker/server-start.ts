/**
 * The broker as a process: `server-start FILE [--override key=value]...`.
 *
 * SIGTERM, SIGINT, SIGHUP and the death of a supervising parent (the IPC channel closes) end it cleanly: leadership is
 * handed over, clients are dropped, logs flushed and closed, the clean-shutdown mark written. Exit status 0 after that, 1 when it cannot
 * start or must give up, 2 for wrong usage. A mistake of the user is one line, never a stack trace.
 */
import { readFileSync } from 'node:fs';
import { StartAborted } from './assembly/node-options.ts';
import { ConfigError } from './config/config-error.ts';
import { type PropertiesFile, parseProperties } from './config/properties-file.ts';
import { startBroker, type RunningBroker } from './main.ts';
import { letHeapGrow } from './platform/node/heap-growth.ts';
import { createLineLogger } from './platform/node/line-logger.ts';
import { createNodePlatform } from './platform/node/node-platform.ts';
import { StartFailure } from './start-failure.ts';

const USAGE = 'Usage: kafka-server-start FILE [--override key=value]...';
/** A stop that takes longer is cut off: whoever asked for it expects the end within ten seconds. */
const STOP_DEADLINE_MS = 9_000;
const STAY_MS = 60_000;

letHeapGrow();
const platform = createNodePlatform();
const logger = createLineLogger((line) => process.stdout.write(line), platform.clock);

interface Arguments {
  readonly file: string;
  readonly overrides: readonly string[];
}

function parseArguments(argv: readonly string[]): Arguments | null {
  const overrides: string[] = [];
  let file: string | null = null;
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (argument === '--override') {
      index += 1;
      const override = argv[index];
      if (override === undefined) return null;
      overrides.push(override);
    } else if (argument.startsWith('--override=')) overrides.push(argument.slice('--override='.length));
    else if (argument.startsWith('-') || file !== null) return null;
    else file = argument;
  }
  return file === null ? null : { file, overrides };
}

function readProperties(file: string): PropertiesFile {
  try {
    return parseProperties(file, readFileSync(file, 'utf8'));
  } catch (error) {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'ENOENT'
        ? 'there is no such file'
        : String(error);
    throw new StartFailure(`Cannot read ${file}: ${reason}.`);
  }
}

function fail(error: unknown): never {
  if (error instanceof StartAborted) {
    logger.info('Stopped before it served.');
    process.exit(0);
  }
  if (error instanceof ConfigError || error instanceof StartFailure)
    process.stderr.write(`${error.message}\n`);
  else if (error instanceof Error && 'code' in error)
    process.stderr.write(`Cannot start: ${error.message}\n`);
  else logger.error('Cannot start because of a failure of the broker.', error);
  process.exit(1);
}

/** Ends a broker that runs, and a start that may wait for the rest of its cluster for hours. */
class Ending {
  readonly #aborting = new AbortController();
  #broker: RunningBroker | null = null;
  #isAsked = false;

  get aborted(): AbortSignal {
    return this.#aborting.signal;
  }

  listen(): void {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(signal, () => this.#ask(`received ${signal}`));
    if (process.send) process.on('disconnect', () => this.#ask('the supervising process has gone'));
  }

  started(broker: RunningBroker): void {
    this.#broker = broker;
    if (this.#isAsked) this.#stop(broker);
    else process.send?.({ event: 'started', port: broker.port, metricsPort: broker.metricsPort });
  }

  #ask(reason: string): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    logger.info(`Stopping: ${reason}.`);
    setTimeout(() => {
      logger.error(
        `The stop took longer than ${String(STOP_DEADLINE_MS)} ms; logs will be checked at the next start.`,
      );
      process.exit(1);
    }, STOP_DEADLINE_MS).unref();
    this.#aborting.abort();
    if (this.#broker !== null) this.#stop(this.#broker);
  }

  #stop(broker: RunningBroker): void {
    broker.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error('The stop failed; logs will be checked at the next start.', error);
        process.exit(1);
      },
    );
  }
}

async function main(): Promise<void> {
  const parsed = parseArguments(process.argv.slice(2));
  if (parsed === null) {
    process.stderr.write(`${USAGE}\n`);
    process.exit(2);
  }
  // A reader of our output that has gone must not take the broker with it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const giveUp = (error: unknown): never => {
    logger.error('The broker gives up; logs will be checked at the next start.', error);
    process.exit(1);
  };
  process.on('uncaughtException', giveUp);
  process.on('unhandledRejection', giveUp);
  // The platform's timers do not keep the process alive, and a node that waits or stops may have nothing else: it ends only
  // where that is said here.
  setInterval(() => undefined, STAY_MS);
  const ending = new Ending();
  ending.listen();
  const broker = await startBroker({
    properties: readProperties(parsed.file),
    overrides: parsed.overrides,
    environment: process.env,
    platform,
    logger,
    aborted: ending.aborted,
    onFatal: (message, cause) => {
      logger.error(message, cause);
      process.exit(1);
    },
  });
  ending.started(broker);
}

main().catch(fail);
