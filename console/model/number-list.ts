/**
 * The numbers of a JSON array, read one after the other out of its text. A chart of many lines goes through a third of a million
 * of them, and arrays that are made only to be looked at once cost the collector of garbage as much as the reading.
 *
 * Strict where a mistake could pass as a number: anything but numbers with a comma between them throws.
 */
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** So many digits make a whole number, and the quotient of two such is the nearest to the decimal: exact as JSON.parse is. */
const EXACT_DIGITS = 15;
const powersOfTen = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

export class NumberList {
  readonly #text: string;
  #position: number;
  #isOver: boolean;

  /** `position`: of the bracket that opens the list. */
  constructor(text: string, position: number) {
    this.#text = text;
    if (text.charCodeAt(position) !== OPEN)
      throw new Error(`a chunk of history is no array: ${text.slice(position, position + 40)}`);
    this.#position = position + 1;
    this.#isOver = text.charCodeAt(position + 1) === CLOSE;
  }

  /** All numbers were read. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Of what comes behind the number that was read last. */
  get position(): number {
    return this.#position;
  }

  next(): number {
    const text = this.#text;
    const from = this.#position;
    let at = from;
    let code = text.charCodeAt(at);
    const isNegative = code === MINUS;
    if (isNegative) code = text.charCodeAt(++at);
    let value = 0;
    let digits = 0;
    for (; code >= ZERO && code <= ZERO + 9; code = text.charCodeAt(++at), digits++)
      value = value * 10 + code - ZERO;
    let decimals = 0;
    if (code === POINT) {
      code = text.charCodeAt(++at);
      for (; code >= ZERO && code <= ZERO + 9; code = text.charCodeAt(++at), decimals++)
        value = value * 10 + code - ZERO;
      digits += decimals;
      if (decimals > 0 && digits <= EXACT_DIGITS) value /= powersOfTen[decimals] ?? 1;
    }
    const isPlain = digits > 0 && digits <= EXACT_DIGITS && (code === COMMA || code === CLOSE);
    if (!isPlain || this.#isOver) return this.#oddOne(from);
    this.#position = at + 1;
    this.#isOver = code === CLOSE;
    return isNegative ? -value : value;
  }

  /** Long ones, those with an exponent, and what is none. */
  #oddOne(from: number): number {
    const text = this.#text;
    let at = from;
    while (at < text.length && text.charCodeAt(at) !== COMMA && text.charCodeAt(at) !== CLOSE) at += 1;
    const word = text.slice(from, at);
    const value = word.trim() === '' ? NaN : Number(word);
    if (this.#isOver || at >= text.length || !Number.isFinite(value))
      throw new Error(
        `a chunk of history has no number at ${String(from)}: ${text.slice(Math.max(0, from - 20), from + 20)}`,
      );
    this.#position = at + 1;
    this.#isOver = text.charCodeAt(at) === CLOSE;
    return value;
  }
}
