/**
 * One configuration key as a row: its type, its default, what is allowed and what it is for.
 *
 * The same row parses a value from a file, checks a value that a client wants to set, and answers DescribeConfigs,
 * so that a key is declared once. Texts are Kafka's; a parsed value is a plain TypeScript value. Kafka's long is a
 * number here: a value beyond 2^53 (Kafka's "never": 9223372036854775807) is read as Number.MAX_SAFE_INTEGER and its
 * text is kept as it was given.
 */

/** Kafka's ConfigDef.Type by name; the number is what DescribeConfigs sends since version 3. */
export const CONFIG_TYPE_CODES = {
  boolean: 1,
  string: 2,
  int: 3,
  short: 4,
  long: 5,
  double: 6,
  list: 7,
  class: 8,
  password: 9,
} as const;
export type ConfigType = keyof typeof CONFIG_TYPE_CODES;

/**
 * How a broker key may change while the broker runs: `static` never, `broker` for one broker or for all,
 * `cluster` only for all brokers at once (Kafka's read-only, per-broker and cluster-wide).
 */
export type UpdateMode = 'static' | 'broker' | 'cluster';

export interface ConfigKey<Value> {
  readonly type: ConfigType;
  /** As Kafka prints it; null when the key has no default. */
  readonly defaultText: string | null;
  readonly doc: string;
  /** What a value must be, in words that end the sentence "must be ...". */
  readonly allowed: string;
  readonly updateMode: UpdateMode;
  /** The value, or undefined when the text is not allowed. */
  readonly parse: (text: string) => Value | undefined;
}

export type ConfigKeys = Readonly<Record<string, ConfigKey<unknown>>>;

/** The parsed values of a table of keys, by key name. */
export type ConfigValues<Keys> = {
  readonly [Name in keyof Keys]: Keys[Name] extends ConfigKey<infer Value> ? Value : never;
};

interface RowOptions {
  readonly updateMode?: UpdateMode;
}
interface NumberOptions extends RowOptions {
  readonly min?: number;
  readonly max?: number;
}

const INT32_MAX = 2_147_483_647;
const INT64_MAX_TEXT = '9223372036854775807';

/** Default of keys that mean "never" or "no limit" in Kafka. */
export const LONG_MAX = INT64_MAX_TEXT;

/** Blanks around a number do not count, as in Kafka's ConfigDef. */
function integerBetween(text: string, min: bigint, max: bigint): number | undefined {
  const digits = text.trim();
  if (!/^[+-]?\d{1,19}$/.test(digits)) return undefined;
  const value = BigInt(digits);
  if (value < min || value > max) return undefined;
  return Number(value > BigInt(Number.MAX_SAFE_INTEGER) ? BigInt(Number.MAX_SAFE_INTEGER) : value);
}

function integerKey(
  type: 'int' | 'long' | 'short',
  defaultValue: number | string,
  doc: string,
  options: NumberOptions,
): ConfigKey<number> {
  const widest = { int: String(INT32_MAX), short: '32767', long: INT64_MAX_TEXT }[type];
  const max = options.max === undefined ? BigInt(widest) : BigInt(options.max);
  const min = options.min === undefined ? -BigInt(widest) - 1n : BigInt(options.min);
  const atMost = options.max === undefined ? '' : ` and at most ${String(options.max)}`;
  const atLeast = options.min === undefined ? '' : ` of at least ${String(options.min)}`;
  return {
    type,
    defaultText: String(defaultValue),
    doc,
    allowed: `a whole number${atLeast}${atMost}`,
    updateMode: options.updateMode ?? 'static',
    parse: (text) => integerBetween(text, min, max),
  };
}

export function int(defaultValue: number, doc: string, options: NumberOptions = {}): ConfigKey<number> {
  return integerKey('int', defaultValue, doc, options);
}

export function short(defaultValue: number, doc: string, options: NumberOptions = {}): ConfigKey<number> {
  return integerKey('short', defaultValue, doc, options);
}

export function long(
  defaultValue: number | string,
  doc: string,
  options: NumberOptions = {},
): ConfigKey<number> {
  return integerKey('long', defaultValue, doc, options);
}

/** The same key without a default: unset is null. */
export function optional<Value>(key: ConfigKey<Value>): ConfigKey<Value | null> {
  return { ...key, defaultText: null };
}

export function double(defaultValue: number, doc: string, options: NumberOptions = {}): ConfigKey<number> {
  const { min = -Infinity, max = Infinity } = options;
  return {
    type: 'double',
    defaultText: Number.isInteger(defaultValue) ? defaultValue.toFixed(1) : String(defaultValue),
    doc,
    allowed: `a number from ${String(min)} to ${String(max)}`,
    updateMode: options.updateMode ?? 'static',
    parse: (text) => {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      return value >= min && value <= max ? value : undefined;
    },
  };
}

export function bool(defaultValue: boolean, doc: string, options: RowOptions = {}): ConfigKey<boolean> {
  return {
    type: 'boolean',
    defaultText: String(defaultValue),
    doc,
    allowed: 'true or false',
    updateMode: options.updateMode ?? 'static',
    parse: (text) => ({ true: true, false: false })[text.trim().toLowerCase()],
  };
}

export function text(defaultValue: string, doc: string, options: RowOptions = {}): ConfigKey<string> {
  return {
    type: 'string',
    defaultText: defaultValue,
    doc,
    allowed: 'a text',
    updateMode: options.updateMode ?? 'static',
    parse: (value) => value,
  };
}

/** A text that is never shown: not in a message, not by DescribeConfigs. */
export function password(doc: string, options: RowOptions = {}): ConfigKey<string> {
  return { ...text('', doc, options), type: 'password' };
}

export function oneOf<const Choice extends string>(
  choices: readonly Choice[],
  defaultValue: Choice,
  doc: string,
  options: RowOptions = {},
): ConfigKey<Choice> {
  return {
    type: 'string',
    defaultText: defaultValue,
    doc,
    allowed: `one of ${choices.join(', ')}`,
    updateMode: options.updateMode ?? 'static',
    parse: (value) => choices.find((choice) => choice === value),
  };
}

/** The same key with fewer values; `allowed` ends the sentence "must be ...". */
export function restricted<Value>(
  key: ConfigKey<Value>,
  allowed: string,
  isAllowed: (value: Value) => boolean,
): ConfigKey<Value> {
  const parse = (value: string): Value | undefined => {
    const parsed = key.parse(value);
    return parsed !== undefined && isAllowed(parsed) ? parsed : undefined;
  };
  return { ...key, allowed, parse };
}

/** Comma-separated; blanks around items do not count. With `choices` each item must be one of them. */
export function list(
  defaultValue: string,
  doc: string,
  options: RowOptions & { readonly choices?: readonly string[] } = {},
): ConfigKey<readonly string[]> {
  const { choices } = options;
  return {
    type: 'list',
    defaultText: defaultValue,
    doc,
    allowed: choices ? `a list of ${choices.join(', ')}` : 'a comma-separated list',
    updateMode: options.updateMode ?? 'static',
    parse: (value) => {
      const items = splitList(value);
      return choices && !items.every((item) => choices.includes(item)) ? undefined : items;
    },
  };
}

export function splitList(value: string): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
