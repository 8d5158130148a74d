/**
 * The flags of a Kafka tool with what its help says of them, the list that the help prints, and the way every tool runs: flags
 * read, `--help` and `--version` answered, a wrong command line told with the list below it, all else in one line. The layout
 * is that of Kafka's tools (jopt-simple's help in 80 columns). Pure but for `runTool`.
 */
import { ClientError } from '../../kafka-client/client-error.ts';
import { CommandError } from '../command-error.ts';
import { onlyValue, parseKafkaFlags, type KafkaFlag, type KafkaFlags } from '../options/kafka-flags.ts';
import type { ToolSurroundings } from './tool-surroundings.ts';

export const KAFKA_VERSION = '4.3.1';

export interface ToolFlag extends KafkaFlag {
  /** Type and name of the value, as in `<String: topic>`. */
  readonly argument?: string;
  /** Absent: the flag is taken but not listed. */
  readonly about?: string;
}

/** Where to connect to; `--zookeeper` and `--broker-list` stand in older instructions. */
export const bootstrapFlags: readonly ToolFlag[] = [
  {
    name: 'bootstrap-server',
    value: 'required',
    argument: 'String: server to connect to',
    about: 'REQUIRED: The brokers to connect to, as HOST1:PORT1,HOST2:PORT2.',
  },
  { name: 'broker-list', value: 'required' },
  { name: 'zookeeper', value: 'required' },
];

export const commonFlags: readonly ToolFlag[] = [
  { name: 'help', about: 'Print usage information.' },
  { name: 'version', about: 'Display Kafka version.' },
];

export const ZOOKEEPER_WARNING =
  'warning: --zookeeper has no effect any more; use --bootstrap-server host:port.';

/** The command line makes no sense: the reason is told, and the list of flags below it. */
export class UsageProblem extends CommandError {
  override readonly name = 'UsageProblem';
}

const WIDTH = 80;
const GAP = 2;
const COLUMN_MAX = (WIDTH - GAP) / 2;

export function flagsHelp(flags: readonly ToolFlag[]): string {
  const listed = flags
    .filter(({ about }) => about !== undefined)
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const rows = listed.map(({ name, value, argument = 'String', about = '' }) => {
    const shown = value === undefined ? '' : value === 'optional' ? ` [${argument}]` : ` <${argument}>`;
    return [`--${name}${shown}`, about] as const;
  });
  const width = Math.min(COLUMN_MAX, Math.max(6, ...rows.map(([option]) => option.length)));
  const line = (left: string, right: string): string =>
    `${left.padEnd(width + GAP)}${right.padEnd(WIDTH - width - GAP)}`;
  const body = rows.flatMap(([option, about]) => {
    const left = wrapped(option, width);
    const right = about.split('\n').flatMap((part) => wrapped(part, WIDTH - width - GAP));
    const height = Math.max(left.length, right.length);
    return Array.from({ length: height }, (_, index) => line(left[index] ?? '', right[index] ?? ''));
  });
  return [line('Option', 'Description'), line('------', '-----------'), ...body].join('\n');
}

/** Broken at blanks; the second line and those below it are set in by two. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (longer.length <= width || current.trim() === '') current = longer;
    else {
      lines.push(current);
      current = `  ${word}`;
    }
  }
  return [...lines, current];
}

export interface ToolDescription {
  readonly flags: readonly ToolFlag[];
  /** What `--help` begins with. */
  readonly purpose: string;
  /** Kafka's tools print this and the list when called with nothing. */
  readonly withoutArguments?: string;
  readonly work: (flags: KafkaFlags) => Promise<number>;
  /** How a failure reads; by default its message, on standard error. */
  readonly failed?: (message: string) => void;
}

/** Resolves with the exit status. */
export async function runTool(
  argv: readonly string[],
  { print, say }: Pick<ToolSurroundings, 'print' | 'say'>,
  { flags, purpose, withoutArguments, work, failed = say }: ToolDescription,
): Promise<number> {
  const usage = (reason: string): number => {
    say(reason);
    say(flagsHelp(flags));
    return 1;
  };
  if (argv.length === 0 && withoutArguments !== undefined) return usage(withoutArguments);
  let parsed: KafkaFlags;
  try {
    parsed = parseKafkaFlags(argv, flags);
  } catch (error) {
    if (error instanceof CommandError) return usage(error.message);
    throw error;
  }
  if (parsed.has('help')) return usage(purpose);
  if (parsed.has('version')) {
    print(KAFKA_VERSION);
    return 0;
  }
  try {
    if (parsed.has('zookeeper')) say(ZOOKEEPER_WARNING);
    return await work(parsed);
  } catch (error) {
    if (error instanceof UsageProblem) return usage(error.message);
    if (!(error instanceof CommandError || error instanceof ClientError)) throw error;
    failed(error.message);
    return 1;
  }
}

/** @throws UsageProblem naming the first that is missing */
export function requireFlags(flags: KafkaFlags, names: readonly string[]): void {
  const missing = names.find((name) => !flags.has(name));
  if (missing !== undefined) throw new UsageProblem(`Missing required argument "[${missing}]"`);
}

/** The addresses, or null where only `--zookeeper` stands. @throws UsageProblem when there is neither */
export function bootstrapOf(flags: KafkaFlags): string | null {
  const address = onlyValue(flags, 'bootstrap-server') ?? onlyValue(flags, 'broker-list') ?? null;
  if (address === null && !flags.has('zookeeper'))
    throw new UsageProblem('Missing required argument "[bootstrap-server]"');
  return address;
}

/** `key=value` words; a key alone has the empty text. */
export function keyValues(words: readonly string[] = []): Map<string, string> {
  return new Map(
    words
      .filter((word) => word !== '')
      .map((word) => {
        const equals = word.indexOf('=');
        return equals < 0 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)];
      }),
  );
}
