/** Gathers the sources of the start options (command line, environment, Kafka Eagle's file) from this process. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSystemConfig } from '../console/config/system-config.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError, usageError } from './command-error.ts';
import { brokersDefault, resolveStartOptions, startOptionRows } from './options/start-options.ts';
import type { StartOptions } from './options/start-options.ts';
import { recordedCluster } from './supervisor/cluster-record.ts';
import { lastValue, parseFlags } from './options/parse-flags.ts';
import type { FlagSpec, ParsedFlags } from './options/parse-flags.ts';

export interface ReadOptions {
  readonly options: StartOptions;
  /** About keys of the file that have no effect, and about what the data directory decides. */
  readonly warnings: readonly string[];
}

/** Switches of `start` beside its documented options. */
export const startSwitches = [
  { flag: '--foreground' },
  { flag: '--hot-reload' },
] as const satisfies readonly FlagSpec[];

function configFileOf(context: CommandContext): string | null {
  const parsed = parseFlags(context.argv, [...startOptionRows, ...startSwitches], 'start');
  const named = lastValue(parsed, '--config') ?? process.env['AQUILA_CONFIG'];
  if (named !== undefined && named !== '') return path.resolve(named);
  const usual = path.join(context.root, 'conf', 'system-config.properties');
  return existsSync(usual) ? usual : null;
}

/** @throws CommandError */
export function readStartOptions(context: CommandContext): ReadOptions {
  const configFile = configFileOf(context);
  let file = null;
  if (configFile !== null) {
    try {
      const besides = (name: string): string =>
        readFileSync(path.resolve(path.dirname(configFile), name), 'utf8');
      file = parseSystemConfig(readFileSync(configFile, 'utf8'), besides);
    } catch (error) {
      throw new CommandError(
        `--config ${configFile}: the file cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
      );
    }
  }
  const options = resolveStartOptions(
    {
      argv: context.argv,
      environment: process.env,
      file: file?.port == null ? {} : { port: String(file.port) },
      configFile,
      absolute: (given) => path.resolve(given),
      dataDefault: path.join(context.root, 'data'),
      brokersIn: (data) => recordedCluster(data)?.brokers ?? null,
    },
    startSwitches,
  );
  return { options, warnings: [...(file?.warnings ?? []), ...fewerBrokers(context, options)] };
}

/** A directory of an earlier version keeps its one broker until more are asked for: that is not seen by itself. */
function fewerBrokers({ argv }: CommandContext, { data, brokers, bootstrap }: StartOptions): string[] {
  const asked = lastValue(parseFlags(argv, [...startOptionRows, ...startSwitches], 'start'), '--brokers');
  if (bootstrap !== null || (asked ?? process.env['AQUILA_BROKERS'] ?? '') !== '') return [];
  if (brokers >= brokersDefault || recordedCluster(data) === null) return [];
  const has = brokers === 1 ? 'one broker' : `${brokers} brokers`;
  return [
    `${data} was made with ${has} and keeps ${brokers === 1 ? 'it' : 'them'}. --brokers ${brokersDefault} adds the rest for good (topics that are there keep their replication), another --data begins with ${brokersDefault}.`,
  ];
}

/** Every verb that touches the data directory takes it. */
export const dataFlag: FlagSpec = { flag: '--data', value: 'DIRECTORY' };

export function dataDirectoryOf(context: CommandContext, parsed: ParsedFlags): string {
  const named = lastValue(parsed, dataFlag.flag) ?? process.env['AQUILA_DATA'];
  return named === undefined || named === '' ? path.join(context.root, 'data') : path.resolve(named);
}

/** For verbs that only need to know which data directory is meant. */
export function readDataDirectory(
  context: CommandContext,
  verb: string,
  extraFlags: readonly FlagSpec[] = [],
): string {
  const parsed = parseFlags(context.argv, [dataFlag, ...extraFlags], verb);
  const [extra] = parsed.positionals;
  if (extra !== undefined) throw usageError(`${verb} takes options only; "${extra}" is none.`);
  return dataDirectoryOf(context, parsed);
}
