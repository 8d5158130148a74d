/**
 * JSON indented, and otherwise as it was written: parsing and printing it again would round numbers past 2^53, and change `1.0`,
 * escapes and doubled keys. PURE.
 */

const INDENT = '  ';
/** Deeper than this indenting would make much more of it than there is. */
const DEPTH_MAX = 100;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const token = /\s+|"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/gs;

/** Null for what is no JSON, and for what is nested too deep to be shown so. */
export function prettyJson(text: string): string | null {
  if (!isJson(text)) return null;
  const tokens = (text.match(token) ?? []).filter((each) => each.trim() !== '');
  const out: string[] = [];
  let depth = 0;
  const newLine = (): string => `\n${INDENT.repeat(depth)}`;
  for (const [index, each] of tokens.entries()) {
    if (each === '{' || each === '[') {
      depth += 1;
      if (depth > DEPTH_MAX) return null;
      const isEmpty = tokens[index + 1] === (each === '{' ? '}' : ']');
      out.push(each, isEmpty ? '' : newLine());
    } else if (each === '}' || each === ']') {
      depth -= 1;
      const isEmpty = tokens[index - 1] === (each === '}' ? '{' : '[');
      out.push(isEmpty ? '' : newLine(), each);
    } else if (each === ',') out.push(',', newLine());
    else out.push(each === ':' ? ': ' : each);
  }
  return out.join('');
}
