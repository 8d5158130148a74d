/**
 * Cuts the text of a filter into words, quoted texts, marks and operators, each with its place, so that what is wrong can be
 * pointed at. Pure. The language is described in docs/messages.md.
 */

export class FilterError extends Error {
  override readonly name = 'FilterError';
  /** From 0. */
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

export interface Token {
  readonly kind: 'word' | 'text' | 'operator' | 'mark' | 'end';
  /** Without quotes and escapes. */
  readonly text: string;
  readonly position: number;
  /** No blank stands before it: `header["x"]` is one field. */
  readonly isClose: boolean;
}

export const FILTER_LENGTH_MAX = 1_000;

const pattern =
  /(\s*)(?:(!=|<=|>=|[=<>:])|([()[\]])|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s()[\]=<>:!"']+))/y;

export function filterTokens(filter: string): Token[] {
  if (filter.length > FILTER_LENGTH_MAX) {
    throw new FilterError(`a filter has at most ${String(FILTER_LENGTH_MAX)} characters`, FILTER_LENGTH_MAX);
  }
  const tokens: Token[] = [];
  const end = filter.trimEnd().length;
  const matcher = new RegExp(pattern);
  let position = 0;
  while (position < end) {
    matcher.lastIndex = position;
    const match = matcher.exec(filter);
    if (match === null) throw unreadable(filter, position);
    const [whole, blank = '', operator, mark, double, single, word = ''] = match;
    const at = position + blank.length;
    const place = { position: at, isClose: blank === '' };
    if (operator !== undefined) tokens.push({ kind: 'operator', text: operator, ...place });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark, ...place });
    else if (double !== undefined || single !== undefined) {
      tokens.push({ kind: 'text', text: unescaped(double ?? single ?? ''), ...place });
    } else tokens.push({ kind: 'word', text: word, ...place });
    position += whole.length;
  }
  tokens.push({ kind: 'end', text: '', position: end, isClose: false });
  return tokens;
}

function unreadable(filter: string, position: number): FilterError {
  const at = position + (/^\s*/.exec(filter.slice(position))?.[0].length ?? 0);
  const character = filter[at] ?? '';
  return character === '"' || character === "'"
    ? new FilterError(`the text that begins with ${character} has no end`, at)
    : new FilterError(`${character} stands alone; an operator is = != < <= > >= or :`, at);
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_whole, character: string) =>
    character === 'n' ? '\n' : character === 't' ? '\t' : character,
  );
}
