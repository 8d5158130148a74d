/**
 * Whether a record passes a filter. Text is compared as UTF-8, without regard to case where something is looked for within it; a
 * path into a key or value reads it as JSON, once for each record, and is not there when it is none. Pure.
 */
import type { ReadRecord } from '../../kafka-client/records/read-fetched.ts';
import { timeOf, type Filter, type Literal, type Operator } from './filter-parser.ts';

/** JSON that is longer is not looked into. */
const JSON_BYTES_MAX = 4 * 1024 * 1024;

export type Matches = (record: ReadRecord, partition: number) => boolean;

export function matcherOf(filter: Filter | null): Matches {
  if (filter === null) return () => true;
  return (record, partition) => passes(filter, new Subject(record, partition));
}

/** What a filter sees of one record, each part made when it is first asked for. */
class Subject {
  readonly record: ReadRecord;
  readonly partition: number;
  #key: string | null | undefined;
  #value: string | null | undefined;
  readonly #json = new Map<'key' | 'value', unknown>();

  constructor(record: ReadRecord, partition: number) {
    this.record = record;
    this.partition = partition;
  }

  text(of: 'key' | 'value'): string | null {
    if (of === 'key') return (this.#key ??= this.record.key?.toString('utf8') ?? null);
    return (this.#value ??= this.record.value?.toString('utf8') ?? null);
  }

  /** Undefined where there is nothing at the path. */
  at(of: 'key' | 'value', path: readonly string[]): unknown {
    if (path.length === 0) return this.text(of);
    if (!this.#json.has(of)) this.#json.set(of, this.#parsed(of));
    let value = this.#json.get(of);
    for (const name of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
      value = (value as Record<string, unknown>)[name];
    }
    return value;
  }

  #parsed(of: 'key' | 'value'): unknown {
    if ((this.record[of]?.length ?? 0) > JSON_BYTES_MAX) return undefined;
    try {
      return JSON.parse(this.text(of) ?? '') as unknown;
    } catch {
      return undefined;
    }
  }

  /** All headers of that name; a name without regard to case finds those that are written otherwise. */
  headers(path: readonly string[]): (string | null)[] {
    const wanted = path[0]?.toLowerCase();
    return this.record.headers
      .filter(({ key }) => wanted === undefined || key.toLowerCase() === wanted)
      .map(({ value }) => value?.toString('utf8') ?? null);
  }
}

function passes(filter: Filter, subject: Subject): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.parts.every((part) => passes(part, subject));
    case 'or':
      return filter.parts.some((part) => passes(part, subject));
    case 'not':
      return !passes(filter.part, subject);
    case 'anywhere':
      return isAnywhere(filter.text.toLowerCase(), subject);
    case 'exists':
      return valuesOf(filter, subject).some((value) => value !== undefined && value !== null);
    case 'compare':
      return compareAll(filter, subject);
  }
}

function isAnywhere(text: string, subject: Subject): boolean {
  const within = (value: string | null): boolean => value?.toLowerCase().includes(text) ?? false;
  return (
    within(subject.text('key')) ||
    within(subject.text('value')) ||
    subject.record.headers.some(({ key, value }) => within(key) || within(value?.toString('utf8') ?? null))
  );
}

type Test = Extract<Filter, { kind: 'compare' }>;
type Place = Pick<Test, 'field' | 'path'>;

/** One value, or those of all headers of a name. */
function valuesOf({ field, path }: Place, subject: Subject): unknown[] {
  const { record, partition } = subject;
  switch (field) {
    case 'key':
    case 'value':
      return [subject.at(field, path)];
    case 'header':
      return subject.headers(path);
    case 'offset':
      return [record.offset];
    case 'partition':
      return [partition];
    case 'timestamp':
      return [record.timestampMs];
    case 'size':
      return [(record.key?.length ?? 0) + (record.value?.length ?? 0)];
  }
}

/** `!=` is the opposite of `=`; a header that is not there is equal to nothing. */
function compareAll(test: Test, subject: Subject): boolean {
  const values = valuesOf(test, subject);
  if (test.operator === '!=') return !values.some((value) => compare(value, '=', test));
  return values.some((value) => compare(value, test.operator, test));
}

function compare(value: unknown, operator: Operator, { field, literal }: Test): boolean {
  if (literal === null) return operator === '=' && value === null;
  if (value === undefined || value === null) return false;
  const text = textOf(value);
  switch (operator) {
    case '=':
      return isEqual(value, text, literal, field);
    case '!=':
      return !isEqual(value, text, literal, field);
    case 'contains':
      return text.toLowerCase().includes(literal.toLowerCase());
    case 'starts':
      return text.toLowerCase().startsWith(literal.toLowerCase());
    case 'ends':
      return text.toLowerCase().endsWith(literal.toLowerCase());
    default:
      return inOrder(operator, text, literal, field);
  }
}

function isEqual(value: unknown, text: string, literal: string, field: Test['field']): boolean {
  if (field === 'timestamp') return value === timeOf(literal);
  return text === literal || (typeof value === 'number' && value === Number(literal));
}

/** By number where both are numbers, else by text. */
function inOrder(
  operator: Operator,
  text: string,
  literal: NonNullable<Literal>,
  field: Test['field'],
): boolean {
  const [left, right] = [Number(text), field === 'timestamp' ? (timeOf(literal) ?? NaN) : Number(literal)];
  const areNumbers =
    text.trim() !== '' && literal.trim() !== '' && !Number.isNaN(left) && !Number.isNaN(right);
  const order = areNumbers ? Math.sign(left - right) : text < literal ? -1 : text > literal ? 1 : 0;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order >= 0;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}
