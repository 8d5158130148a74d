/**
 * Reads the golden lines without losing digits: integers that a double cannot hold become bigint. JSON.parse alone
 * would round the int64 values in them.
 */

/** Parses JSON; every integer outside the safe range of a double comes back as bigint. */
export function parseExactJson(text: string): unknown {
  const marked = text.replace(/("(?:[^"\\]|\\.)*")|-?\d{16,}(?![\d.eE])/g, (match, quoted: string | undefined) =>
    quoted === undefined ? `{"$bigint":"${match}"}` : match,
  );
  return JSON.parse(marked, (_key, value: unknown) =>
    isMarked(value) ? BigInt(value.$bigint) : value,
  ) as unknown;
}

function isMarked(value: unknown): value is { $bigint: string } {
  return typeof value === 'object' && value !== null && '$bigint' in value;
}
