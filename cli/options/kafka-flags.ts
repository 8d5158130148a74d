/**
 * Reads a command line as Kafka's own tools do (they use jopt-simple), so that what works there works here: one or two
 * dashes before a long name, `--flag value` and `--flag=value`, a value behind a switch is ignored, words that belong to no
 * flag are ignored, `--` ends the flags. No abbreviations. What is wrong is said in the words of Kafka's tools. Pure.
 */
import { CommandError } from '../command-error.ts';

export interface KafkaFlag {
  /** Without dashes. */
  readonly name: string;
  /**
   * `optional`: the word behind the flag is its value unless it looks like a flag. `several`: all words up to the next that looks like
   * one are, and there is at least one (argparse4j, which the tools for measuring use).
   */
  readonly value?: 'required' | 'optional' | 'several';
}

/** The values of each flag that was given; a switch, or a flag without its optional value, has none. */
export type KafkaFlags = ReadonlyMap<string, readonly string[]>;

const INT32_MAX = 2_147_483_647;

/** @throws CommandError (status 1, as the tools end with) naming the flag */
export function parseKafkaFlags(argv: readonly string[], flags: readonly KafkaFlag[]): KafkaFlags {
  const found = new Map<string, string[]>();
  for (const { name, values } of kafkaFlagsInOrder(argv, flags))
    found.set(name, [...(found.get(name) ?? []), ...values]);
  return found;
}

/** Each flag as it stands, for those tools to which their order says something. @throws as `parseKafkaFlags` */
export function kafkaFlagsInOrder(
  argv: readonly string[],
  flags: readonly KafkaFlag[],
): { readonly name: string; readonly values: readonly string[] }[] {
  const found: { name: string; values: string[] }[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') break;
    if (!looksLikeFlag(word)) continue;
    const [, name = '', inline] = /^--?([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    const flag = flags.find((candidate) => candidate.name === name);
    if (flag === undefined) throw new CommandError(`${name} is not a recognized option`);
    const values: string[] = [];
    found.push({ name, values });
    if (flag.value === undefined) continue;
    const next = argv[index + 1];
    if (inline !== undefined) values.push(inline);
    else if (flag.value === 'several') {
      const end = argv.findIndex((each, at) => at > index && looksLikeFlag(each));
      values.push(...argv.slice(index + 1, end < 0 ? undefined : end));
      if (values.length === 0) throw new CommandError(`Option ${name} requires an argument`);
    } else if (next === undefined && flag.value === 'required')
      throw new CommandError(`Option ${name} requires an argument`);
    else if (next !== undefined && (flag.value === 'required' || !looksLikeFlag(next))) {
      values.push(next);
      index += 1;
    }
  }
  return found;
}

function looksLikeFlag(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}

/** The value of a flag that may stand only once; undefined when there is none. */
export function onlyValue(flags: KafkaFlags, name: string): string | undefined {
  const values = flags.get(name) ?? [];
  if (values.length > 1)
    throw new CommandError(`Found multiple arguments for option ${name}, but you asked for only one`);
  return values[0];
}

/** The same as an integer of 32 bits. */
export function onlyInteger(flags: KafkaFlags, name: string, fallback: number): number {
  return onlyWithin(flags, name, fallback, -INT32_MAX - 1, INT32_MAX);
}

/** The same as an integer that JavaScript has exactly; Kafka's tools take 64 bits. */
export function onlyLong(flags: KafkaFlags, name: string, fallback: number): number {
  return onlyWithin(flags, name, fallback, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}

function onlyWithin(flags: KafkaFlags, name: string, fallback: number, min: number, max: number): number {
  const text = onlyValue(flags, name);
  if (text === undefined) return fallback;
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value) || value > max || value < min)
    throw new CommandError(`Cannot parse argument '${text}' of option ${name}`);
  return value;
}
