/**
 * JSON.parse for a text that may be tens of megabytes: read token by token, and given up to other work whenever a slice of time
 * is over (JSON.parse would hold the process up for half a second). Objects have no prototype, so that no key of an answer
 * means anything to JavaScript. Format: RFC 8259.
 */
import { isSliceOver, nextSlice } from '../../kafka-client/slices.ts';

const DEPTH_MAX = 64;
/** Looking at the clock costs more than reading a token. */
const TOKENS_BETWEEN_LOOKS = 256;

const tokenPattern =
  /[ \t\r\n]*(?:([{}[\],:])|("[^"\\\n]*(?:\\.[^"\\\n]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;

type JsonObject = Record<string, unknown>;

/** Throws SyntaxError, as JSON.parse does. */
export async function parseJsonInSlices(text: string): Promise<unknown> {
  const builder = new ValueBuilder();
  const pattern = new RegExp(tokenPattern);
  let position = 0;
  for (let count = 1; ; count++) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null) break;
    position = pattern.lastIndex;
    const [, mark, quoted, number, word] = match;
    if (mark !== undefined) builder.mark(mark);
    else if (quoted !== undefined) builder.text(quoted);
    else builder.value(number === undefined ? words[word ?? ''] : Number(number));
    if (count % TOKENS_BETWEEN_LOOKS === 0 && isSliceOver()) await nextSlice();
  }
  if (!/^[ \t\r\n]*$/.test(text.slice(position, position + 100)) || text.length - position > 100) {
    throw new SyntaxError(`no JSON at character ${String(position)}`);
  }
  return builder.result();
}

const words: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/** What may come next. */
type Expected = 'value' | 'first-item' | 'first-key' | 'key' | 'colon' | 'comma' | 'nothing';

class ValueBuilder {
  readonly #open: { readonly into: JsonObject | unknown[]; key: string }[] = [];
  #expected: Expected = 'value';
  #root: unknown;

  mark(mark: string): void {
    if (mark === '{' || mark === '[') this.#begin(mark);
    else if (mark === '}' || mark === ']') this.#end(mark);
    else if (mark === ',') {
      this.#require('comma');
      this.#expected = Array.isArray(this.#open.at(-1)?.into) ? 'value' : 'key';
    } else {
      this.#require('colon');
      this.#expected = 'value';
    }
  }

  text(quoted: string): void {
    const text = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
    const top = this.#open.at(-1);
    if (top !== undefined && (this.#expected === 'key' || this.#expected === 'first-key')) {
      top.key = text;
      this.#expected = 'colon';
    } else this.value(text);
  }

  value(value: unknown): void {
    if (this.#expected !== 'first-item') this.#require('value');
    this.#put(value);
    this.#expected = this.#open.length === 0 ? 'nothing' : 'comma';
  }

  result(): unknown {
    this.#require('nothing');
    return this.#root;
  }

  #begin(mark: '{' | '['): void {
    if (this.#expected !== 'first-item') this.#require('value');
    if (this.#open.length >= DEPTH_MAX) throw new SyntaxError('JSON is nested too deep');
    const into = mark === '[' ? [] : (Object.create(null) as JsonObject);
    this.#put(into);
    this.#open.push({ into, key: '' });
    this.#expected = mark === '[' ? 'first-item' : 'first-key';
  }

  #end(mark: '}' | ']'): void {
    const top = this.#open.pop();
    const first = mark === ']' ? 'first-item' : 'first-key';
    if (top === undefined || Array.isArray(top.into) !== (mark === ']'))
      throw new SyntaxError(`stray ${mark}`);
    if (this.#expected !== first) this.#require('comma');
    this.#expected = this.#open.length === 0 ? 'nothing' : 'comma';
  }

  #put(value: unknown): void {
    const top = this.#open.at(-1);
    if (top === undefined) this.#root = value;
    else if (Array.isArray(top.into)) top.into.push(value);
    else top.into[top.key] = value;
  }

  #require(expected: Expected): void {
    if (this.#expected !== expected) throw new SyntaxError(`JSON: ${this.#expected} was expected`);
  }
}
