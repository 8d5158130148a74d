/**
 * The grammar of filters over records, as a tree. Pure.
 *
 *   any     = both { "or" both }
 *   both    = one { ["and"] one }
 *   one     = "not" one | "(" any ")" | field [ operator literal ] | literal
 *   field   = "key" | "value" | "header" | "offset" | "partition" | "timestamp" | "size", with a path:
 *             value.order.id, value.items[0], header.trace-id, header["trace id"]
 *   operator = "=" | "!=" | "<" | "<=" | ">" | ">=" | ":" | "contains" | "starts" | "ends"
 *
 * A literal alone is looked for in key, value and headers. A field alone asks whether it is there.
 */
import { FilterError, filterTokens, type Token } from './filter-tokens.ts';

export type FieldName = 'key' | 'value' | 'header' | 'offset' | 'partition' | 'timestamp' | 'size';
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'starts' | 'ends';
/** Null is what a record without a key or value has. */
export type Literal = string | null;

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | { readonly kind: 'anywhere'; readonly text: string }
  | { readonly kind: 'exists'; readonly field: FieldName; readonly path: readonly string[] }
  | {
      readonly kind: 'compare';
      readonly field: FieldName;
      readonly path: readonly string[];
      readonly operator: Operator;
      readonly literal: Literal;
    };

const fieldNames: readonly string[] = ['key', 'value', 'header', 'offset', 'partition', 'timestamp', 'size'];
const withPath: readonly string[] = ['key', 'value', 'header'];
const numeric: readonly string[] = ['offset', 'partition', 'size'];
const wordOperators: readonly string[] = ['contains', 'starts', 'ends'];
const DEPTH_MAX = 50;

/** Null for an empty filter, which lets everything through. Throws FilterError. */
export function parseFilter(text: string): Filter | null {
  const tokens = filterTokens(text);
  if (tokens.length === 1) return null;
  const parser = new Parser(tokens);
  const filter = parser.any(0);
  parser.requireEnd();
  return filter;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  any(depth: number): Filter {
    const parts = [this.#both(depth)];
    while (this.#takeWord('or')) parts.push(this.#both(depth));
    return joined('or', parts);
  }

  requireEnd(): void {
    const token = this.#peek();
    if (token.kind !== 'end') throw new FilterError(`${token.text} does not belong here`, token.position);
  }

  #both(depth: number): Filter {
    const parts = [this.#one(depth)];
    for (;;) {
      const token = this.#peek();
      const isClosed = token.kind === 'end' || (token.kind === 'mark' && token.text === ')');
      if (isClosed || isWord(token, 'or')) return joined('and', parts);
      this.#takeWord('and');
      parts.push(this.#one(depth));
    }
  }

  #one(depth: number): Filter {
    if (depth > DEPTH_MAX) throw new FilterError('nested too deep', this.#peek().position);
    if (this.#takeWord('not')) return { kind: 'not', part: this.#one(depth + 1) };
    const token = this.#next('something to look for');
    if (token.kind === 'mark' && token.text === '(') {
      const inner = this.any(depth + 1);
      this.#requireMark(')', 'this bracket is not closed', token.position);
      return inner;
    }
    if (token.kind === 'text') return { kind: 'anywhere', text: token.text };
    if (token.kind !== 'word') throw new FilterError(`${token.text} does not belong here`, token.position);
    const field = this.#fieldAt(token);
    return field === null ? { kind: 'anywhere', text: token.text } : this.#test(field, token);
  }

  #test(field: { name: FieldName; path: readonly string[] }, token: Token): Filter {
    const { name, path } = field;
    const operator = this.#takeOperator();
    if (operator === null) {
      if (name === 'header' && path.length === 0)
        throw new FilterError('name the header: header.NAME', token.position);
      return { kind: 'exists', field: name, path };
    }
    const wanted = this.#next(`a value behind ${operator}`);
    if (wanted.kind !== 'word' && wanted.kind !== 'text')
      throw new FilterError(`a value is missing behind ${operator}`, wanted.position);
    const isNull = wanted.kind === 'word' && wanted.text.toLowerCase() === 'null';
    const literal = isNull ? null : wanted.text;
    requireFitting(name, operator, literal, wanted.position);
    return { kind: 'compare', field: name, path, operator, literal };
  }

  /** `value.order.id` is one word; what stands in square brackets follows it without a blank. */
  #fieldAt(token: Token): { name: FieldName; path: readonly string[] } | null {
    const [first = '', ...names] = token.text.split('.');
    const name = first.toLowerCase();
    if (!fieldNames.includes(name)) return null;
    // A header's name may have dots in it.
    const path =
      name === 'header' && names.length > 0 ? [names.join('.')] : names.filter((each) => each !== '');
    for (let next = this.#peek(); next.kind === 'mark' && next.text === '['; next = this.#peek()) {
      if (!next.isClose) break;
      this.#at += 1;
      const part = this.#next('a name in the brackets');
      if (part.kind !== 'word' && part.kind !== 'text')
        throw new FilterError('a name is missing in the brackets', part.position);
      path.push(part.text);
      this.#requireMark(']', 'this bracket is not closed', next.position);
      const rest = this.#peek();
      if (rest.kind === 'word' && rest.isClose && rest.text.startsWith('.')) {
        this.#at += 1;
        path.push(...rest.text.split('.').filter((each) => each !== ''));
      }
    }
    if (path.length > 0 && !withPath.includes(name))
      throw new FilterError(`${name} has nothing inside`, token.position);
    return { name: name as FieldName, path };
  }

  #takeOperator(): Operator | null {
    const token = this.#peek();
    if (token.kind === 'operator') {
      this.#at += 1;
      return token.text === ':' ? 'contains' : (token.text as Operator);
    }
    if (token.kind !== 'word' || !wordOperators.includes(token.text.toLowerCase())) return null;
    this.#at += 1;
    return token.text.toLowerCase() as Operator;
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] as Token;
  }

  #next(what: string): Token {
    const token = this.#peek();
    if (token.kind === 'end') throw new FilterError(`${what} is missing`, token.position);
    this.#at += 1;
    return token;
  }

  #takeWord(word: string): boolean {
    if (!isWord(this.#peek(), word)) return false;
    this.#at += 1;
    return true;
  }

  #requireMark(mark: string, otherwise: string, position: number): void {
    const token = this.#peek();
    if (token.kind !== 'mark' || token.text !== mark) throw new FilterError(otherwise, position);
    this.#at += 1;
  }
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.text.toLowerCase() === word;
}

function joined(kind: 'and' | 'or', parts: readonly Filter[]): Filter {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind, parts };
}

function requireFitting(field: FieldName, operator: Operator, literal: Literal, position: number): void {
  if (literal === null && operator !== '=' && operator !== '!=')
    throw new FilterError('null can only be compared with = and !=', position);
  if (field === 'header' || literal === null) return;
  if (numeric.includes(field) && !/^-?\d+(\.\d+)?$/.test(literal))
    throw new FilterError(`${field} is a number, ${literal} is none`, position);
  if (field === 'timestamp' && timeOf(literal) === null)
    throw new FilterError(
      `${literal} is no time: write 2026-01-31T12:00:00Z in quotes, or milliseconds`,
      position,
    );
}

/** Milliseconds, or a time as ISO 8601 writes it. */
export function timeOf(text: string): number | null {
  if (/^-?\d+$/.test(text)) return Number(text);
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(ms) ? null : ms;
}
