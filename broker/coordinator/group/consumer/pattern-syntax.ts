/**
 * Reads a regular expression in RE2's syntax, which KIP-848 lets consumers subscribe by. Back references and
 * look-around do not belong to it, so that whatever is read can be matched in linear time (topic-pattern.ts). The words
 * of a refusal are those of RE2J, which Apache Kafka uses.
 */
import { characterTest, classTest, namedClass, perlClass, type CodeTest } from './pattern-classes.ts';

export type Position = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-edge' | 'no-word-edge';

export type PatternNode =
  | { readonly kind: 'character'; readonly test: CodeTest }
  | { readonly kind: 'position'; readonly position: Position }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly PatternNode[] }
  /** `max` null: as often as you like. */
  | { readonly kind: 'repeat'; readonly of: PatternNode; readonly min: number; readonly max: number | null };

export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** As in RE2. */
const MAX_REPEAT = 1_000;
const MAX_DEPTH = 100;

interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
}

const NO_FLAGS: Flags = { ignoreCase: false, multiLine: false, dotAll: false };
const NEW_LINE = 10;

const CONTROL_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['t', 9],
  ['n', NEW_LINE],
  ['v', 11],
  ['f', 12],
  ['r', 13],
]);

/** Throws PatternError. */
export function parsePattern(text: string): PatternNode {
  const reader = new PatternReader(text);
  const node = reader.choice(NO_FLAGS, 0);
  if (!reader.atEnd) throw new PatternError('unexpected )');
  return node;
}

class PatternReader {
  readonly #characters: readonly string[];
  #at = 0;
  /** Flags of the group that is being read; `(?i)` changes those of the rest of it. */
  #flags = NO_FLAGS;

  constructor(text: string) {
    this.#characters = [...text];
  }

  get atEnd(): boolean {
    return this.#at >= this.#characters.length;
  }

  get #next(): string {
    return this.#characters[this.#at] ?? '';
  }

  #take(): string {
    this.#at += 1;
    return this.#characters[this.#at - 1] ?? '';
  }

  #takeIf(text: string): boolean {
    const found = this.#characters.slice(this.#at, this.#at + text.length).join('') === text;
    if (found) this.#at += text.length;
    return found;
  }

  choice(flags: Flags, depth: number): PatternNode {
    if (depth > MAX_DEPTH) throw new PatternError('expression nests too deeply');
    this.#flags = flags;
    const parts = [this.#sequence(depth)];
    while (this.#takeIf('|')) parts.push(this.#sequence(depth));
    return { kind: 'choice', parts };
  }

  #sequence(depth: number): PatternNode {
    const parts: PatternNode[] = [];
    while (!this.atEnd && this.#next !== '|' && this.#next !== ')') {
      if (this.#takeIf('\\Q')) parts.push(...this.#quoted());
      else parts.push(this.#repeated(this.#atom(depth)));
    }
    return { kind: 'sequence', parts };
  }

  #quoted(): PatternNode[] {
    const parts: PatternNode[] = [];
    while (!this.atEnd && !this.#takeIf('\\E')) parts.push(this.#literal(this.#take()));
    return parts;
  }

  #repeated(node: PatternNode): PatternNode {
    const range = this.#repetition();
    if (range === null) return node;
    // Whether it is greedy makes no difference to what matches as a whole.
    this.#takeIf('?');
    if (this.#repetition() !== null) throw new PatternError('invalid nested repetition operator');
    return { kind: 'repeat', of: node, ...range };
  }

  #repetition(): { readonly min: number; readonly max: number | null } | null {
    if (this.#takeIf('*')) return { min: 0, max: null };
    if (this.#takeIf('+')) return { min: 1, max: null };
    if (this.#takeIf('?')) return { min: 0, max: 1 };
    const rest = this.#characters.slice(this.#at, this.#at + 16).join('');
    const [whole, min, comma, max] = /^\{(\d{1,6})(,?)(\d{0,6})\}/.exec(rest) ?? [];
    // Braces that say no count stand for themselves.
    if (whole === undefined || (comma === '' && max !== '')) return null;
    this.#at += whole.length;
    const range = { min: Number(min), max: comma === '' ? Number(min) : max === '' ? null : Number(max) };
    if (range.min > MAX_REPEAT || (range.max !== null && (range.max > MAX_REPEAT || range.max < range.min)))
      throw new PatternError('invalid repeat count');
    return range;
  }

  #atom(depth: number): PatternNode {
    const character = this.#take();
    switch (character) {
      case '(':
        return this.#group(depth);
      case '[':
        return { kind: 'character', test: this.#class() };
      case '.': {
        const { dotAll } = this.#flags;
        return { kind: 'character', test: (code) => dotAll || code !== NEW_LINE };
      }
      case '^':
        return { kind: 'position', position: this.#flags.multiLine ? 'line-start' : 'text-start' };
      case '$':
        return { kind: 'position', position: this.#flags.multiLine ? 'line-end' : 'text-end' };
      case '*':
      case '+':
      case '?':
        throw new PatternError('missing argument to repetition operator');
      case '\\':
        return this.#escape();
      default:
        return this.#literal(character);
    }
  }

  #literal(character: string): PatternNode {
    return { kind: 'character', test: characterTest(character.codePointAt(0) ?? 0, this.#flags.ignoreCase) };
  }

  #group(depth: number): PatternNode {
    const outer = this.#flags;
    let inner = outer;
    if (this.#takeIf('?')) {
      if (this.#takeIf('P<') || this.#takeIf('<')) this.#name();
      else {
        inner = this.#readFlags(outer);
        if (this.#take() === ')') {
          this.#flags = inner;
          return { kind: 'sequence', parts: [] };
        }
      }
    }
    const node = this.choice(inner, depth + 1);
    if (!this.#takeIf(')')) throw new PatternError('missing closing )');
    this.#flags = outer;
    return node;
  }

  #name(): void {
    let name = '';
    while (!this.atEnd && this.#next !== '>') name += this.#take();
    if (!this.#takeIf('>') || !/^[A-Za-z0-9_]+$/.test(name)) throw new PatternError('invalid named capture');
  }

  /** Up to the colon or the bracket, which is left. */
  #readFlags(outer: Flags): Flags {
    let flags = outer;
    let value = true;
    while (this.#next !== ':' && this.#next !== ')') {
      const flag = this.#take();
      if (flag === 'i') flags = { ...flags, ignoreCase: value };
      else if (flag === 'm') flags = { ...flags, multiLine: value };
      else if (flag === 's') flags = { ...flags, dotAll: value };
      else if (flag === '-' && value) value = false;
      // Which of two repetitions takes more makes no difference here.
      else if (flag !== 'U') throw new PatternError('invalid or unsupported Perl syntax');
    }
    return flags;
  }

  #escape(): PatternNode {
    if (this.#takeIf('A')) return { kind: 'position', position: 'text-start' };
    if (this.#takeIf('z')) return { kind: 'position', position: 'text-end' };
    if (this.#takeIf('b')) return { kind: 'position', position: 'word-edge' };
    if (this.#takeIf('B')) return { kind: 'position', position: 'no-word-edge' };
    const test = this.#classEscape();
    if (test !== null) return { kind: 'character', test };
    return { kind: 'character', test: characterTest(this.#codeEscape(), this.#flags.ignoreCase) };
  }

  /** `\d`, `\pL`, `\p{Greek}`; null when it is not one. */
  #classEscape(): CodeTest | null {
    const perl = perlClass(this.#next);
    if (perl !== null) {
      this.#at += 1;
      return perl;
    }
    const isNegated = this.#next === 'P';
    if (!this.#takeIf('p') && !this.#takeIf('P')) return null;
    let name = this.#take();
    if (name === '{') {
      name = '';
      while (!this.atEnd && this.#next !== '}') name += this.#take();
      if (!this.#takeIf('}')) throw new PatternError('invalid character class range');
    }
    const test = namedClass(name);
    if (test === null) throw new PatternError('invalid character class range');
    return isNegated ? (code) => !test(code) : test;
  }

  /** One character behind a backslash. */
  #codeEscape(): number {
    if (this.atEnd) throw new PatternError('trailing backslash at end of expression');
    const rest = this.#characters.slice(this.#at, this.#at + 12).join('');
    const [octal] = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest) ?? [];
    if (octal !== undefined) {
      this.#at += octal.length;
      return parseInt(octal, 8);
    }
    const [hex, short, long] = /^x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/.exec(rest) ?? [];
    if (hex !== undefined) {
      this.#at += hex.length;
      const code = parseInt(short ?? long ?? '', 16);
      if (code > 0x10ffff) throw new PatternError('invalid escape sequence');
      return code;
    }
    const character = this.#take();
    const control = CONTROL_ESCAPES.get(character);
    if (control !== undefined) return control;
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0x80 || /[A-Za-z0-9]/.test(character)) throw new PatternError('invalid escape sequence');
    return code;
  }

  #class(): CodeTest {
    const isNegated = this.#takeIf('^');
    const tests: CodeTest[] = [];
    for (let isFirst = true; isFirst || this.#next !== ']'; isFirst = false) {
      if (this.atEnd) throw new PatternError('missing closing ]');
      tests.push(this.#classPart());
    }
    this.#at += 1;
    return classTest(tests, isNegated, this.#flags.ignoreCase);
  }

  #classPart(): CodeTest {
    const rest = this.#characters.slice(this.#at, this.#at + 16).join('');
    const [posix, negation, name = ''] = /^\[:(\^?)(\w+):\]/.exec(rest) ?? [];
    if (posix !== undefined) {
      const test = namedClass(`:${name}:`);
      if (test === null) throw new PatternError('invalid character class range');
      this.#at += posix.length;
      return negation === '' ? test : (code) => !test(code);
    }
    if (this.#takeIf('\\')) {
      const test = this.#classEscape();
      if (test !== null) return test;
      return this.#range(this.#codeEscape());
    }
    return this.#range(this.#take().codePointAt(0) ?? 0);
  }

  #range(low: number): CodeTest {
    const isRange = this.#next === '-' && this.#characters[this.#at + 1] !== ']';
    if (!isRange) return (code) => code === low;
    this.#at += 1;
    if (this.atEnd) throw new PatternError('missing closing ]');
    const high = this.#takeIf('\\') ? this.#codeEscape() : (this.#take().codePointAt(0) ?? 0);
    if (high < low) throw new PatternError('invalid character class range');
    return (code) => code >= low && code <= high;
  }
}
