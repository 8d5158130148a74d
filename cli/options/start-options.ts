/**
 * The options of `start`: one row each, with the environment variable that means the same. A command-line option wins
 * over the environment, which wins over the properties file, which wins over the default. Pure: the environment and
 * the file's values are handed in.
 */
import { CommandError, usageError } from '../command-error.ts';
import { votersOf } from '../supervisor/plan/bundled-cluster.ts';
import { isOn, lastValue, parseFlags } from './parse-flags.ts';
import type { FlagSpec, ParsedFlags } from './parse-flags.ts';

export interface StartOptions {
  /** Absolute path of the properties file, or null when there is none. */
  readonly config: string | null;
  readonly port: number;
  readonly host: string;
  /** Absolute path. */
  readonly data: string;
  readonly brokers: number;
  readonly brokerPort: number;
  readonly controllerPort: number;
  readonly metricsPort: number;
  readonly bootstrap: string | null;
  readonly demo: boolean;
}

/** For a data directory that has no broker yet. */
export const brokersDefault = 3;
const brokersMax = 99;

export interface StartOptionRow extends FlagSpec {
  readonly variable: string;
  readonly meaning: string;
}

export const startOptionRows = [
  {
    flag: '--config',
    value: 'FILE',
    variable: 'AQUILA_CONFIG',
    meaning: "Kafka Eagle's file (default conf/system-config.properties if there)",
  },
  { flag: '--port', value: 'PORT', variable: 'AQUILA_PORT', meaning: 'console (default 8048)' },
  {
    flag: '--host',
    value: 'ADDRESS',
    variable: 'AQUILA_HOST',
    meaning: 'address the console listens on (default 127.0.0.1)',
  },
  {
    flag: '--data',
    value: 'DIRECTORY',
    variable: 'AQUILA_DATA',
    meaning: 'database, broker logs, pid and log files (default data)',
  },
  {
    flag: '--brokers',
    value: 'N',
    variable: 'AQUILA_BROKERS',
    meaning: `number of bundled brokers, 0 for none (default ${brokersDefault}, or as many as --data has)`,
  },
  {
    flag: '--broker-port',
    value: 'PORT',
    variable: 'AQUILA_BROKER_PORT',
    meaning: 'first bundled broker (default 9092); the next ones follow upwards',
  },
  {
    flag: '--controller-port',
    value: 'PORT',
    variable: 'AQUILA_CONTROLLER_PORT',
    meaning: 'first controller listener (default broker port + 100)',
  },
  {
    flag: '--metrics-port',
    value: 'PORT',
    variable: 'AQUILA_METRICS_PORT',
    meaning: "first broker's metrics over HTTP (default 9997)",
  },
  {
    flag: '--bootstrap',
    value: 'HOST:PORT,...',
    variable: 'AQUILA_BOOTSTRAP',
    meaning: 'a Kafka cluster of your own to watch; then no broker is bundled unless --brokers asks',
  },
  { flag: '--no-demo', variable: 'AQUILA_DEMO', meaning: 'no demo workload (AQUILA_DEMO=false)' },
] as const satisfies readonly StartOptionRow[];

export interface OptionSources {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** From the properties file, by option: only those that it sets. */
  readonly file: { readonly port?: string };
  /** Absolute path of the properties file that is used, if any. */
  readonly configFile: string | null;
  /** Makes an option's relative path absolute (against the working directory). */
  readonly absolute: (path: string) => string;
  /** Absolute path of the data directory when none is asked for. */
  readonly dataDefault: string;
  /** How many brokers a data directory has; null when none was started in it yet. */
  readonly brokersIn: (data: string) => number | null;
}

type ValueFlag = Extract<(typeof startOptionRows)[number], { value: string }>['flag'];

/** Where a value came from, for messages: `--port` or `AQUILA_PORT`. */
interface Given {
  readonly text: string;
  readonly from: string;
}

function given(
  parsed: ParsedFlags,
  environment: OptionSources['environment'],
  flag: ValueFlag,
): Given | null {
  const fromFlag = lastValue(parsed, flag);
  if (fromFlag !== undefined) return { text: fromFlag, from: flag };
  const variable = startOptionRows.find((row) => row.flag === flag)?.variable ?? '';
  const fromVariable = environment[variable];
  return fromVariable === undefined || fromVariable === '' ? null : { text: fromVariable, from: variable };
}

function wholeNumber(value: Given, min: number, max: number, what: string): number {
  const number = /^\d{1,6}$/.test(value.text) ? Number(value.text) : Number.NaN;
  if (!(number >= min && number <= max)) {
    throw new CommandError(`${value.from}: "${value.text}" is not ${what} (${min} to ${max}).`);
  }
  return number;
}

const portOf = (value: Given | null, otherwise: number): number =>
  value === null ? otherwise : wholeNumber(value, 1, 65_535, 'a port');

function brokerCount(value: Given | null, otherwise: () => number): number {
  return value === null ? otherwise() : wholeNumber(value, 0, brokersMax, 'a number of brokers');
}

function bootstrapOf(value: Given | null): string | null {
  if (value === null) return null;
  const entries = value.text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const wrong = entries.find((entry) => !/^(\[[0-9a-fA-F:]+\]|[^\s:/[\]]+):\d{1,5}$/.test(entry));
  if (entries.length === 0 || wrong !== undefined) {
    throw new CommandError(
      `${value.from}: "${wrong ?? value.text}" is not host:port (several are separated by commas).`,
    );
  }
  return entries.join(',');
}

function demoOf(parsed: ParsedFlags, environment: OptionSources['environment']): boolean {
  if (isOn(parsed, '--no-demo')) return false;
  const text = environment['AQUILA_DEMO'] ?? '';
  if (!['', 'true', 'false', '1', '0'].includes(text))
    throw new CommandError(`AQUILA_DEMO: "${text}" is neither true nor false.`);
  return text !== 'false' && text !== '0';
}

interface PortRange {
  readonly flag: string;
  readonly first: number;
  readonly count: number;
}

/** The ports of each option: brokers, their controllers and their metrics stand on neighbouring ones. */
export function portRanges(options: StartOptions): PortRange[] {
  const { brokers } = options;
  const ofBrokers = [
    { flag: '--broker-port', first: options.brokerPort, count: brokers },
    // One broker alone talks to no other: it needs no controller listener.
    {
      flag: '--controller-port',
      first: options.controllerPort,
      count: brokers > 1 ? votersOf(brokers).length : 0,
    },
    { flag: '--metrics-port', first: options.metricsPort, count: brokers },
  ];
  return [{ flag: '--port', first: options.port, count: 1 }, ...ofBrokers.filter(({ count }) => count > 0)];
}

const portsInWords = ({ first, count }: PortRange): string =>
  count === 1 ? String(first) : `${first} to ${first + count - 1}`;

/** Two listeners on one port can never work; saying which options they are beats "address in use". */
function refuseImpossiblePorts(options: StartOptions): void {
  const ranges = portRanges(options);
  for (const [index, range] of ranges.entries()) {
    const last = range.first + range.count - 1;
    if (last > 65_535)
      throw new CommandError(
        `${range.flag} ${range.first}: ${range.count} brokers would need the ports up to ${last}, and 65535 is the last; choose a lower ${range.flag}.`,
      );
    const other = ranges
      .slice(index + 1)
      .find(({ first, count }) => first <= last && range.first < first + count);
    if (other !== undefined)
      throw new CommandError(
        range.count === 1 && other.count === 1
          ? `${range.flag} and ${other.flag} are both ${range.first}; give one of them another port.`
          : `${range.flag} (${portsInWords(range)}) and ${other.flag} (${portsInWords(other)}) share a port; move one of them.`,
      );
  }
}

/** @throws CommandError naming the option, the variable or the key of the file */
export function resolveStartOptions(
  sources: OptionSources,
  extraFlags: readonly FlagSpec[] = [],
): StartOptions {
  const parsed = parseFlags(sources.argv, [...startOptionRows, ...extraFlags], 'start');
  const [unexpected] = parsed.positionals;
  if (unexpected !== undefined) throw usageError(`start takes options only; "${unexpected}" is none.`);
  const value = (flag: ValueFlag): Given | null => given(parsed, sources.environment, flag);
  const bootstrap = bootstrapOf(value('--bootstrap'));
  const data = sources.absolute(value('--data')?.text ?? sources.dataDefault);
  const brokerPort = portOf(value('--broker-port'), 9092);
  const filePort =
    sources.file.port === undefined ? null : { text: sources.file.port, from: 'kafka.eagle.webui.port' };
  const options: StartOptions = {
    config: sources.configFile,
    port: portOf(value('--port') ?? filePort, 8048),
    host: value('--host')?.text ?? '127.0.0.1',
    data,
    brokers: brokerCount(value('--brokers'), () =>
      bootstrap === null ? (sources.brokersIn(data) ?? brokersDefault) : 0,
    ),
    brokerPort,
    controllerPort: portOf(value('--controller-port'), Math.min(brokerPort + 100, 65_535)),
    metricsPort: portOf(value('--metrics-port'), 9997),
    bootstrap,
    demo: demoOf(parsed, sources.environment),
  };
  refuseImpossiblePorts(options);
  return options;
}

/** The same options as environment, for the processes that are started with them. */
export function environmentOf(options: StartOptions): Record<string, string> {
  return {
    ...(options.config === null ? {} : { AQUILA_CONFIG: options.config }),
    AQUILA_PORT: String(options.port),
    AQUILA_HOST: options.host,
    AQUILA_DATA: options.data,
    AQUILA_BROKERS: String(options.brokers),
    AQUILA_BROKER_PORT: String(options.brokerPort),
    AQUILA_CONTROLLER_PORT: String(options.controllerPort),
    AQUILA_METRICS_PORT: String(options.metricsPort),
    AQUILA_BOOTSTRAP: options.bootstrap ?? '',
    AQUILA_DEMO: String(options.demo),
  };
}
