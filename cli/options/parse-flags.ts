/**
 * Splits a command line into flags and the rest. `--flag value` and `--flag=value` are the same; `--` ends the
 * flags; a flag may be given more than once where its row says so, otherwise the last one counts. Pure.
 */
import { usageError } from '../command-error.ts';

export interface FlagSpec {
  /** With its dashes: `--port`, `-daemon`. */
  readonly flag: string;
  /** What stands for the value in help and messages; absent for a switch. */
  readonly value?: string;
}

export interface ParsedFlags {
  /** Every value given for a flag, in order; a switch counts as the value "true". */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
}

export function lastValue(parsed: ParsedFlags, flag: string): string | undefined {
  return parsed.values.get(flag)?.at(-1);
}

export function isOn(parsed: ParsedFlags, flag: string): boolean {
  return parsed.values.has(flag);
}

/** @throws CommandError (status 2) naming the option */
export function parseFlags(argv: readonly string[], specs: readonly FlagSpec[], verb: string): ParsedFlags {
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  const known = new Map(specs.map((spec) => [spec.flag, spec]));
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') {
      positionals.push(...argv.slice(index + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      positionals.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const flag = equals === -1 ? word : word.slice(0, equals);
    const spec = known.get(flag);
    if (spec === undefined) throw usageError(unknownFlag(flag, specs, verb));
    let value = equals === -1 ? undefined : word.slice(equals + 1);
    if (spec.value === undefined) {
      if (value !== undefined) throw usageError(`${flag} takes no value.`);
      value = 'true';
    } else if (value === undefined) {
      index += 1;
      value = argv[index];
      if (value === undefined || value.startsWith('--'))
        throw usageError(`${flag} needs a value: ${flag} ${spec.value}`);
    }
    values.set(flag, [...(values.get(flag) ?? []), value]);
  }
  return { values, positionals };
}

function unknownFlag(flag: string, specs: readonly FlagSpec[], verb: string): string {
  const bare = (text: string): string => text.replace(/^-+/, '').toLowerCase();
  const near = specs.find((spec) => bare(spec.flag).startsWith(bare(flag).slice(0, 4)));
  const hint =
    near === undefined ? `"aquila help ${verb}" lists what there is.` : `Did you mean ${near.flag}?`;
  return `unknown option ${flag}. ${hint}`;
}
