/**
 * One line of text as one record, by the properties of Kafka's LineMessageReader: `parse.key`, `key.separator`, `parse.headers`,
 * `headers.delimiter`, `headers.separator`, `headers.key.separator`, `null.marker`, `ignore.error`. Pure.
 */
import type { RecordHeaderInput, RecordInput } from '../../protocol/records/encode-batch.ts';
import { CommandError } from '../command-error.ts';

export type ReaderProperties = ReadonlyMap<string, string>;

/** @throws CommandError saying what is missing, with the number of the line */
export type ReadLine = (line: string, lineNumber: number) => RecordInput;

const isTrue = (text: string | undefined): boolean => text?.trim().toLowerCase() === 'true';

/** @throws CommandError when separators contradict each other */
export function lineReader(properties: ReaderProperties): ReadLine {
  const parseKey = isTrue(properties.get('parse.key'));
  const parseHeaders = isTrue(properties.get('parse.headers'));
  const ignoreError = isTrue(properties.get('ignore.error'));
  const keySeparator = properties.get('key.separator') ?? '\t';
  const delimiter = properties.get('headers.delimiter') ?? '\t';
  const separator = properties.get('headers.separator') ?? ',';
  const pairSeparator = properties.get('headers.key.separator') ?? ':';
  const nullMarker = properties.get('null.marker') ?? null;
  const separators = [
    ['headers.delimiter', delimiter, 'headers.separator', separator],
    ['headers.delimiter', delimiter, 'headers.key.separator', pairSeparator],
    ['headers.separator', separator, 'headers.key.separator', pairSeparator],
    ['null.marker', nullMarker, 'key.separator', keySeparator],
    ['null.marker', nullMarker, 'headers.separator', separator],
    ['null.marker', nullMarker, 'headers.delimiter', delimiter],
    ['null.marker', nullMarker, 'headers.key.separator', pairSeparator],
  ] as const;
  for (const [name, text, otherName, other] of separators)
    if (text === other) throw new CommandError(`${name} and ${otherName} may not be equal`);
  const splitPairs = pattern(separator);

  /** What stands before the mark, from `start` on; null when it is not asked for or not there. */
  const before = (line: string, start: number, mark: string, what: string, lineNumber: number) => {
    const end = line.indexOf(mark, start);
    if (end >= 0) return line.slice(start, end);
    if (ignoreError) return null;
    throw new CommandError(`No ${what} found on line number ${String(lineNumber)}: '${line}'`);
  };
  const bytesOf = (text: string | null): Buffer | null =>
    text === null || text === nullMarker ? null : Buffer.from(text, 'utf8');
  const headerOf = (pair: string, lineNumber: number): RecordHeaderInput => {
    const end = pair.indexOf(pairSeparator);
    if (end < 0 && ignoreError) return { key: pair, value: null };
    if (end < 0)
      throw new CommandError(
        `No header key separator found in pair '${pair}' on line number ${String(lineNumber)}`,
      );
    const key = pair.slice(0, end);
    if (key === nullMarker)
      throw new CommandError(
        `Header keys should not be equal to the null marker '${key}' as they can't be null`,
      );
    return { key, value: bytesOf(pair.slice(end + pairSeparator.length)) };
  };

  return (line, lineNumber) => {
    const headers = parseHeaders ? before(line, 0, delimiter, 'headers delimiter', lineNumber) : null;
    const keyStart = headers === null ? 0 : headers.length + delimiter.length;
    const key = parseKey ? before(line, keyStart, keySeparator, 'key separator', lineNumber) : null;
    const value = line.slice(keyStart + (key === null ? 0 : key.length + keySeparator.length));
    const pairs = headers === null || headers === nullMarker ? [] : splitPairs(headers);
    return {
      ...{ key: bytesOf(key), value: bytesOf(value) },
      headers: pairs.map((pair) => headerOf(pair, lineNumber)),
    };
  };
}

/** The separator of headers is a regular expression, as in Java's split: empty ones at the end are left out. */
function pattern(separator: string): (text: string) => string[] {
  let expression: RegExp;
  try {
    expression = new RegExp(separator, 'u');
  } catch {
    throw new CommandError(`headers.separator=${separator} is no regular expression`);
  }
  return (text) => {
    const parts = text.split(expression);
    while (parts.length > 1 && parts.at(-1) === '') parts.pop();
    return parts;
  };
}
