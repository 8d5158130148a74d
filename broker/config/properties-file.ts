/**
 * Java's .properties format (java.util.Properties.load): comments with # and !, keys separated by =, : or blanks,
 * lines continued with a backslash, escapes \t \n \r \f \uXXXX. A later entry replaces an earlier one of the same
 * key. Every entry keeps the line it began on, so that an error can point at it.
 *
 * The console reads the same format in console/config/properties-file.ts. Broker and console share nothing but the wire, so that each can be
 * taken apart from the other; what both may import is Kafka's protocol, and this is none of it. A line is wanted here and not there.
 */

export interface PropertyEntry {
  readonly value: string;
  /** First line is 1; 0 for an entry that did not come from a file. */
  readonly line: number;
}

export interface PropertiesFile {
  /** As shown in messages: the path as the user gave it. */
  readonly name: string;
  readonly entries: ReadonlyMap<string, PropertyEntry>;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescape(text: string): string {
  return text.replace(/\\(u([0-9a-fA-F]{4})|[\s\S])/g, (_whole, escaped: string, code: string | undefined) =>
    code === undefined ? (SIMPLE_ESCAPES[escaped] ?? escaped) : String.fromCharCode(parseInt(code, 16)),
  );
}

function endsInOddBackslashes(line: string): boolean {
  const run = /\\+$/.exec(line);
  return run !== null && run[0].length % 2 === 1;
}

/** Joins continued lines; comment lines are never continued. */
function logicalLines(content: string): { readonly text: string; readonly line: number }[] {
  const natural = content.split(/\r\n|\r|\n/);
  const logical: { text: string; line: number }[] = [];
  for (let index = 0; index < natural.length; index += 1) {
    const line = index + 1;
    let text = (natural[index] ?? '').replace(/^[ \t\f]+/, '');
    if (text === '' || text.startsWith('#') || text.startsWith('!')) continue;
    while (endsInOddBackslashes(text)) {
      text = text.slice(0, -1);
      index += 1;
      if (index >= natural.length) break;
      text += (natural[index] ?? '').replace(/^[ \t\f]+/, '');
    }
    logical.push({ text, line });
  }
  return logical;
}

function splitEntry(text: string): { readonly key: string; readonly value: string } {
  let end = 0;
  while (end < text.length && !/[=: \t\f]/.test(text[end] ?? '')) end += text[end] === '\\' ? 2 : 1;
  const rest = text.slice(end).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '');
  return { key: unescape(text.slice(0, end)), value: unescape(rest) };
}

export function parseProperties(name: string, content: string): PropertiesFile {
  const entries = new Map<string, PropertyEntry>();
  for (const { text, line } of logicalLines(content)) {
    const { key, value } = splitEntry(text);
    // Kafka trims values of every type; a trailing blank in a file is never meant.
    entries.set(key, { value: value.trim(), line });
  }
  return { name, entries };
}
