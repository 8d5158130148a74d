/**
 * `kafka-server-start FILE` and `kafka-server-stop`: one broker from a server.properties file, with the words of
 * Kafka's own scripts. In the foreground this process becomes the broker; with -daemon it starts one and leaves.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseProperties } from '../../console/config/properties-file.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandError, usageError } from '../command-error.ts';
import { isOn, lastValue, parseFlags } from '../options/parse-flags.ts';
import { dataDirectoryOf, dataFlag } from '../read-start-options.ts';
import { registerBroker, registeredBrokers } from '../supervisor/broker-register.ts';
import { brokerEnvironment, brokerNodeFlags } from '../supervisor/plan/process-memory.ts';
import { logDirectory } from '../supervisor/data-directory.ts';
import { lastLines } from '../supervisor/log-file.ts';
import { isAlive } from '../supervisor/process-identity.ts';
import type { Verb } from '../verb.ts';

/** A daemon that dies within this time is reported as one that could not start. */
const watchDaemonMs = 1_500;
const stopWithinMs = 30_000;

interface BrokerCommand {
  readonly data: string;
  readonly file: string;
  /** Arguments of the broker's own main. */
  readonly args: readonly string[];
  readonly nodeId: number | null;
}

function nodeIdOf(file: string, overrides: readonly string[]): number | null {
  const properties = new Map([
    ...parseProperties(readFileSync(file, 'utf8')),
    ...overrides.map((text) => text.split('=', 2) as [string, string]),
  ]);
  const text = properties.get('node.id') ?? properties.get('broker.id');
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

function readCommand(context: CommandContext): BrokerCommand & { daemon: boolean } {
  const flags = [{ flag: '-daemon' }, { flag: '--override', value: 'KEY=VALUE' }, dataFlag];
  const parsed = parseFlags(context.argv, flags, 'kafka-server-start');
  const [named, extra] = parsed.positionals;
  if (named === undefined) throw usageError('kafka-server-start needs a server.properties FILE.');
  if (extra !== undefined) throw usageError(`kafka-server-start takes one FILE; "${extra}" is too much.`);
  const file = path.resolve(named);
  if (!existsSync(file)) throw new CommandError(`${file}: there is no such file.`);
  const overrides = parsed.values.get('--override') ?? [];
  const wrong = overrides.find((text) => !/^[^=\s]+=/.test(text));
  if (wrong !== undefined) throw usageError(`--override: "${wrong}" is not KEY=VALUE.`);
  return {
    data: dataDirectoryOf(context, parsed),
    file,
    args: [file, ...overrides.flatMap((text) => ['--override', text])],
    nodeId: nodeIdOf(file, overrides),
    daemon: isOn(parsed, '-daemon'),
  };
}

async function asDaemon(context: CommandContext, program: string, command: BrokerCommand): Promise<number> {
  const logs = logDirectory(command.data);
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const logFile = path.join(logs, `kafkaServer${command.nodeId === null ? '' : `-${command.nodeId}`}.out`);
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, [...brokerNodeFlags, program, ...command.args], {
    detached: true,
    env: { ...brokerEnvironment, ...process.env },
    stdio: ['ignore', log, log],
  });
  const ended = await new Promise<string | null>((resolve) => {
    const timer = setTimeout(() => resolve(null), watchDaemonMs);
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve(signal ?? `status ${code ?? '?'}`);
    });
  });
  if (ended !== null || child.pid === undefined) {
    throw new CommandError(
      `the broker ended at once (${ended ?? 'no process'}). The end of ${logFile}:\n\n${lastLines(logFile, 12)}\n`,
    );
  }
  registerBroker(command.data, { pid: child.pid, nodeId: command.nodeId, file: command.file });
  child.unref();
  context.say(`The broker runs as process ${child.pid}; its log is ${logFile}.`);
  return 0;
}

export const kafkaServerStart: Verb = {
  name: 'kafka-server-start',
  usage: '[-daemon] FILE [--override KEY=VALUE ...]',
  summary: "start one broker from a server.properties file with Kafka's keys",
  async run(context) {
    const command = readCommand(context);
    const program = path.join(context.root, 'dist', 'broker.mjs');
    if (command.daemon) return asDaemon(context, program, command);
    process.once(
      'exit',
      registerBroker(command.data, { pid: process.pid, nodeId: command.nodeId, file: command.file }),
    );
    process.argv = [process.execPath, program, ...command.args];
    await import(pathToFileURL(program).href);
    return Number(process.exitCode ?? 0);
  },
};

async function waitUntilGone(pid: number): Promise<void> {
  const deadline = performance.now() + stopWithinMs;
  while (isAlive(pid)) {
    if (performance.now() > deadline)
      throw new CommandError(`process ${pid} did not end within ${stopWithinMs / 1000} s; see its log.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const kafkaServerStop: Verb = {
  name: 'kafka-server-stop',
  usage: '[--node-id N]',
  summary: 'stop the brokers that kafka-server-start started, or that one',
  async run(context) {
    const parsed = parseFlags(
      context.argv,
      [{ flag: '--node-id', value: 'N' }, dataFlag],
      'kafka-server-stop',
    );
    const wanted = lastValue(parsed, '--node-id');
    if (wanted !== undefined && !/^\d+$/.test(wanted))
      throw new CommandError(`--node-id: "${wanted}" is not a number.`);
    const brokers = registeredBrokers(dataDirectoryOf(context, parsed)).filter(
      ({ nodeId }) => wanted === undefined || nodeId === Number(wanted),
    );
    if (brokers.length === 0) throw new CommandError('No kafka server to stop');
    for (const { pid } of brokers) process.kill(pid, 'SIGTERM');
    await Promise.all(brokers.map(({ pid }) => waitUntilGone(pid)));
    return 0;
  },
};
